"""The source itself on the screen: its page with the quoted lines lit, or its words."""

import re
from collections.abc import Sequence

from vortex.core.cohesion import elsewhere
from vortex.core.document import Document
from vortex.story.languages.table import labels
from vortex.story.material import Material
from vortex.story.planner.line import Line, Option, cue
from vortex.story.planner.movement import with_reading
from vortex.story.quotes import find_quote
from vortex.story.storyboard import page_image
from vortex.story.words import word_set
from vortex.story.writers.frames import section_title, unlettered

QUOTE_WORDS = 40
CHIP_LETTERS = 38
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)*)\.?\s")
_SMALL = word_set("a an the of to in on at by with and or for from as")
_SOLEMN = re.compile(r"\b(?:shall|must|never|always|should|important)\b", re.IGNORECASE)


def page(lines: Sequence[Line], material: Material) -> Option | None:
    """Show the real page with the quoted lines lit; all ``lines`` must stand on the same one."""
    claims = [line.claim for line in lines]
    first = claims[0]
    same = all((claim.document, claim.page) == (first.document, first.page) and claim.boxes for claim in claims)
    if first.page < 0 or not same:
        return None
    marks = [(box.left, box.top, box.right, box.bottom) for claim in claims for box in claim.boxes[:1]]
    unique = list(dict.fromkeys(marks))
    cues = (
        cue(lines[0], 0, "page"),
        *(cue(line, 0, f"mark:{unique.index(mark)}", "light") for line, mark in zip(lines, marks, strict=True)),
    )
    section = _section(first.passage, material)
    shown: dict[str, object] = {
        "image": page_image(first.document, first.page),
        "label": first.label,
        "place": place_of(lines[0], material) if first.label else "",
        "marks": unique,
        "title": section,
    }
    heads = "”, “".join(f"{' '.join(line.text.split()[:4])} …" for line in lines)
    reason = f"“{heads}” stands on page {first.label or first.page + 1}, whose quoted lines are lit."
    option = Option("page", shown, reason, cues, 0.72, ((first.document, first.page),))
    return with_reading(option, lines, lambda number: f"mark:{unique.index(marks[number])}")


def quote(lines: Sequence[Line], material: Material) -> Option | None:
    """Show the source's own words, with where they stand."""
    line = lines[0]
    if len(lines) > 2 or not line.claim.quote:
        return None
    passage = material.by_id[line.claim.passage]
    words = " ".join(dict.fromkeys(" ".join(each.claim.quote.split()) for each in lines))
    short = len(words.split()) <= QUOTE_WORDS
    if len(lines) == 2 and not (short and find_quote(passage.text, words)):
        return None
    shown = words if short and not elsewhere(words) else line.text
    solemn = _SOLEMN.search(shown)
    document, place = document_title(material.document_of(passage)), place_of(line, material)
    attribution = document if place in ("", f"§ {document}") else f"{document}, {place}"
    opening = " ".join(shown.split()[:4]).rstrip(",;:")
    reason = (
        f"“{solemn.group()}” makes the wording of “{opening} …” itself matter."
        if solemn
        else f"“{opening} …” is no definition, number, step, cause, list or contrast: its own words are shown."
    )
    option = Option(
        "quote", {"text": shown, "attribution": attribution}, reason, (cue(line, 0, "text"),), 0.58 if solemn else 0.42
    )
    return with_reading(option, lines, lambda number: "text")


def place_of(line: Line, material: Material) -> str:
    """Return where a line's quote stands, such as ``p. 37`` or ``§ Lookup By Index``; "" for frames."""
    claim = line.claim
    if claim.page < 0:
        return ""
    if claim.label:
        return _page_label(claim.label, material.document_of(material.by_id[claim.passage]))
    section = _section(claim.passage, material)
    return f"§ {section}" if section else ""


def _section(passage: str, material: Material) -> str:
    """Return the title of the section in which a passage stands; "" where it has none."""
    found = material.by_id[passage]
    return section_title(unlettered(found.section, material.document_of(found)), "")


def _page_label(label: str, document: Document) -> str:
    return labels(document.language).page.format(x=label)


def chip_of(line: Line, material: Material) -> str:
    """Return the citation chip of a line: its page or section, after the document's name where there are several."""
    place = _short_place(line, material)
    if not place or len(material.documents) < 2:
        return place
    document = document_title(material.document_of(material.by_id[line.claim.passage]))
    return f"{_shortened(document, CHIP_LETTERS)}, {place}"


def _short_place(line: Line, material: Material) -> str:
    """Return the page, or the number or a short title of the section; "" for frames."""
    place = place_of(line, material)
    if not place.startswith("§") or len(place) <= CHIP_LETTERS:
        return place
    section = material.by_id[line.claim.passage].section
    number = _NUMBER.match(section[-1])
    if number:
        return f"§ {number[1]}"
    return _shortened(place, CHIP_LETTERS)


def _shortened(text: str, letters: int) -> str:
    """Return the first words of ``text``, in at most so many letters, without a small word at the end."""
    words = text.split()
    while len(words) > 1 and (len(" ".join(words)) > letters or words[-1].lower() in _SMALL):
        words.pop()
    return " ".join(words)


def document_title(document: Document) -> str:
    """Return a document's title, or its file name where it has none."""
    return document.title or document.path.rpartition("/")[2]
