"""Reads HTML: the content without the page around it, block by block."""

import re
from collections.abc import Iterator

from lxml import etree, html

from vortex.core.document import BlockKind
from vortex.knowledge.captions import caption_name
from vortex.knowledge.readers.chrome import Element, content_root, is_footnote
from vortex.knowledge.readers.pictures import Keep
from vortex.knowledge.readers.structure import BlockList

_INLINE = frozenset(
    re.split(
        r"\s+",
        """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small
        span strike strong sub sup time tt u var wbr nobr math""",
    )
)
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:x0*(?:1[0-9a-f]|[0-8bcef])|0*(?:[0-8]|1[124-9]|2\d|3[01]));?(?![0-9a-f])", re.IGNORECASE
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PERMALINKS = ("¶", "#", "§", "🔗")
_LANGUAGE = re.compile(r"(?:highlight|language|lang|brush|sourceCode)[-: ]([a-z0-9+#]+)", re.IGNORECASE)
_NO_LANGUAGE = ("default", "text", "none", "notranslate")


def read_html(data: bytes, keep: Keep) -> tuple[BlockList, str]:
    """Read a page of HTML.

    Args:
        data: the page, decoded as it declares itself.
        keep: stores a linked picture and returns its name, or "".

    Returns:
        The blocks of its content, and its title.
    """
    document = parse_page(data)
    title = _squeeze(document.findtext(".//title") or "")
    found = BlockList()
    add_content(content_root(document), found, keep)
    title = _title(found, title)
    found.drop_preamble()
    return found, title


def add_content(root: Element, found: BlockList, keep: Keep) -> None:
    """Add the blocks inside ``root`` to ``found``."""
    _Walk(found, keep).inside(root)


def _title(found: BlockList, title: str) -> str:
    first = [block.text for block in found.blocks if block.kind == "heading" and block.level == 1]
    if len(first) == 1:
        return first[0]
    return (
        re.split(r"\s+[|·—–-]\s+(?=[^|·—–]*$)", title)[0] if len(title) > 40 else title or (first[0] if first else "")
    )


def _squeeze(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())


class _Walk:
    """Goes through a tree and turns it into blocks; loose text between blocks becomes paragraphs."""

    def __init__(self, found: BlockList, keep: Keep) -> None:
        self._found = found
        self._keep = keep
        self._loose: list[str] = []
        self._in_item = 0
        self._in_footnote = 0
        self._term = ""

    def inside(self, element: Element) -> None:
        """Walk the content of ``element``."""
        self._loose.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                self._child(child)
            self._loose.append(child.tail or "")
        self._flush()

    def _child(self, child: Element) -> None:
        tag = child.tag.split("}")[-1].lower()
        if "pagebreak" in (child.get(_EPUB_TYPE) or child.get("epub:type") or child.get("role") or ""):
            self._flush()
            self._found.turn(_squeeze(child.get("title") or child.get("aria-label") or child.text_content()))
        elif tag == "br":
            self._line_break()
        elif tag == "img":
            self._picture(child)
        elif tag in _INLINE and not _holds_blocks(child):
            self._loose.append(_inline(child))
            for picture in child.iter("img"):
                self._picture(picture)
        else:
            self._flush()
            getattr(self, f"_{tag}", self._block)(child, tag)

    def _line_break(self) -> None:
        """Two line breaks in a row end a paragraph; so does one after a picture, before its caption."""
        if self._loose and self._loose[-1] == "\n":
            self._flush()
        self._loose.append("\n")

    def _flush(self) -> None:
        text = _squeeze("".join(self._loose))
        self._loose.clear()
        if self._term and text:
            self._found.add("item", f"{self._term}: {text}", name=self._term)
            self._term = ""
        elif text and text not in _PERMALINKS:
            self._found.add(self._kind(), text)

    def _kind(self) -> BlockKind:
        if self._in_footnote:
            return "footnote"
        return "item" if self._in_item else "paragraph"

    def _block(self, element: Element, tag: str) -> None:
        if is_footnote(element):
            self._in_footnote += 1
            self.inside(element)
            self._in_footnote -= 1
        elif tag in _HEADINGS:
            self._found.heading(_inline(element), _HEADINGS[tag])
            for picture in element.iter("img"):
                self._picture(picture)
        else:
            self.inside(element)

    def _p(self, element: Element, tag: str) -> None:
        if "rubric" in element.get("class", "").split():
            self._found.heading(_inline(element), self._found.depth + 1)
        else:
            self.inside(element)

    def _li(self, element: Element, tag: str) -> None:
        self._in_item += 1
        self.inside(element)
        self._in_item -= 1

    def _dt(self, element: Element, tag: str) -> None:
        self._flush_term()
        self._term = _inline(element)

    def _dd(self, element: Element, tag: str) -> None:
        self._in_item += 1
        self.inside(element)
        self._in_item -= 1
        self._flush_term()

    def _flush_term(self) -> None:
        if self._term:
            self._found.add("item", self._term, name=self._term)
        self._term = ""

    def _pre(self, element: Element, tag: str) -> None:
        self._flush_term()
        text = element.text_content().replace("\r\n", "\n").strip("\n").rstrip()
        self._found.add("code", text, language=_language(element))

    def _figure(self, element: Element, tag: str) -> None:
        caption = element.find(".//figcaption")
        text = _inline(caption) if caption is not None else ""
        if caption is not None:
            caption.drop_tree()
        before = len(self._found.blocks)
        self.inside(element)
        if text and len(self._found.blocks) > before and self._found.blocks[-1].kind in ("figure", "table"):
            self._found.recaption(text, caption_name(text))
        elif text:
            self._found.add("caption", text, name=caption_name(text))

    def _picture(self, element: Element) -> None:
        target = element.get("src") or element.get("data-src") or ""
        self._flush()
        if name := self._keep(target):
            self._found.add("figure", _squeeze(element.get("alt") or element.get("title") or ""), image=name)

    def _table(self, element: Element, tag: str) -> None:
        rows = [_cells(row) for row in element.iter("tr")]
        blocks = element.xpath(".//pre | .//table | .//ul | .//ol | .//h1 | .//h2 | .//h3 | .//img")
        if blocks or len(rows) < 2 or max(map(len, rows)) < 2:
            for cell in element.xpath(".//td | .//th | .//caption") or [element]:
                if not any(parent.tag in ("td", "th") and parent is not cell for parent in _within(cell, element)):
                    self.inside(cell)
            return
        width = max(map(len, rows))
        caption = element.find("caption")
        text = _inline(caption) if caption is not None else ""
        full = tuple((*row, *([""] * (width - len(row)))) for row in rows if any(row))
        self._found.add("table", text, rows=full, name=caption_name(text))

    def _math(self, element: Element, tag: str) -> None:
        self._found.add("equation", _formula(element))


def _within(cell: Element, table: Element) -> Iterator[Element]:
    for parent in cell.iterancestors():
        if parent is table:
            return
        yield parent


def _holds_blocks(element: Element) -> bool:
    return any(
        isinstance(part.tag, str) and part.tag not in _INLINE and part.tag not in ("br", "img")
        for part in element.iter()
    )


def _inline(element: Element) -> str:
    """Return the text of inline content; marks of footnotes and links to the heading itself are left out."""
    tag = element.tag.split("}")[-1]
    if tag == "math":
        return _formula(element)
    if (
        tag == "sup"
        and re.fullmatch(r"\s*\[?\w{1,3}\]?\s*", element.text_content())
        and element.find(".//a") is not None
    ):
        return ""
    if tag == "a" and element.text_content().strip() in _PERMALINKS:
        return ""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(" " if child.tag == "br" else _inline(child))
        parts.append(child.tail or "")
    text = "".join(parts)
    return text if tag in _INLINE else _squeeze(text)


def _formula(element: Element) -> str:
    note = element.find(".//{*}annotation")
    if note is None:
        note = element.find(".//annotation")
    return _squeeze(element.get("alttext") or (note.text if note is not None else "") or element.text_content())


def _cells(row: Element) -> tuple[str, ...]:
    return tuple(_squeeze(_inline(cell)) for cell in row if cell.tag in ("td", "th"))


def _language(element: Element) -> str:
    named = [element.get("class", ""), element.get("data-lang", "") and f"lang-{element.get('data-lang')}"]
    named += [parent.get("class", "") for parent, _ in zip(element.iterancestors(), range(3), strict=False)]
    named += [code.get("class", "") for code in element.iter("code")]
    for name in named:
        if (match := _LANGUAGE.search(name)) and match[1].lower() not in _NO_LANGUAGE:
            return match[1].lower()
    return ""


def parse_page(data: bytes) -> Element:
    """Parse a page, however bad; one without any element is an empty page."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = _CONTROL_REFERENCE.sub(b"", data.translate(None, _CONTROLS))
    try:
        return html.document_fromstring(data)
    except etree.ParserError:
        return html.document_fromstring(b"<html><body></body></html>")
