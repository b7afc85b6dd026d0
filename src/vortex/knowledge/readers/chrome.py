"""Takes away from a web page what is no content: menus, headers, footers, side bars, forms, lists of links.

Some of it says so by its tag, role or name. The rest is found by density: a block whose text is mostly links is a menu,
whatever it is called.
"""

import re
from typing import Any, TypeAlias

Element: TypeAlias = Any
"""An element of lxml, which brings no types of its own."""

_DROPPED_TAGS = frozenset(
    re.split(
        r"\s+",
        """script style noscript template nav aside form button select input textarea iframe object embed canvas dialog
        head svg""",
    )
)
_DROPPED_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "alert"]
)
_CHROME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|mainmenu|sidebar|breadcrumbs?|footer|sitefooter|masthead|toc|"
    r"search|searchbox|cookie|cookies|banner|advert|ads|share|social|related|comments?|skip|pagination|pager|copyright|"
    r"logo|tagline|headerlink|permalink|anchor-link|edit-link|editsection|noprint|sphinxsidebar|sphinxfooter)(?:$|[-_\s])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
_HOLDERS = frozenset(["div", "ul", "ol", "section", "table", "td", "tr", "tbody", "dl", "p", "center", "span"])


def content_root(document: Element) -> Element:
    """Return the element that holds the content of a parsed page, chrome removed from inside it."""
    for element in list(document.iter()):
        if isinstance(element.tag, str) and element.getparent() is not None and _is_marked_chrome(element):
            _drop(element)
    root = _main(document)
    for element in list(root.iter()):
        if element is not root and element.getparent() is not None and _is_menu(element):
            _drop(element)
    return root


def is_footnote(element: Element) -> bool:
    """Return whether an element calls itself a footnote, by role, type or class."""
    kind = f"{element.get('role', '')} {element.get('epub:type', '')} {element.get('class', '')}"
    return element.tag in ("aside", "div", "li", "dl") and bool(re.search(r"(?:^|[\s-])footnotes?(?:$|[\s-])", kind))


def _drop(element: Element) -> None:
    element.drop_tree()


def _is_marked_chrome(element: Element) -> bool:
    if is_footnote(element):
        return False
    if element.tag in _DROPPED_TAGS or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.get("role", "").lower() in _DROPPED_ROLES or _HIDDEN.search(element.get("style", "")):
        return True
    if element.tag in ("header", "footer"):
        return not any(parent.tag in ("article", "main", "section") for parent in element.iterancestors())
    if element.tag in ("html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6"):
        return False
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(_CHROME.search(named)) and _prose_length(element) < 400


def _prose_length(element: Element) -> int:
    """Return how many characters stand in paragraphs of some length."""
    return sum(size for part in element.iter("p") if (size := len(part.text_content().strip())) > 80)


def _main(document: Element) -> Element:
    body = document.find("body")
    body = document if body is None else body
    whole = max(1, _prose_length(body))
    candidates = body.xpath(".//main | .//*[@role='main'] | .//article | .//*[@id='content' or @id='main']")
    good = [element for element in candidates if _prose_length(element) >= 0.6 * whole]
    return min(good, key=lambda element: len(element.text_content()), default=body)


def _is_menu(element: Element) -> bool:
    """Return whether at least three links make up most of the text, or links are nearly all of a short list."""
    if element.tag not in _HOLDERS:
        return False
    text = len("".join(element.text_content().split()))
    links = [len("".join(link.text_content().split())) for link in element.iter("a") if link.get("href")]
    return len(links) >= 3 and sum(links) > 0.7 * text and _prose_length(element) < 200
