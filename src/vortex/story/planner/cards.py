"""The cards that open, divide and close a film."""

from collections.abc import Sequence

from vortex.core.claim import Claim
from vortex.core.document import Document
from vortex.core.text import initial
from vortex.story.languages.table import labels
from vortex.story.material import Material
from vortex.story.planner.line import Line, Option, cue
from vortex.story.planner.pages import document_title
from vortex.story.planner.phrase import shorten, word_of
from vortex.story.script import Script
from vortex.story.storyboard import page_image
from vortex.story.writers.frames import plain_title, section_title, unlettered

RECAP_WORDS = 14
WHOLE_WORDS = 24
SOURCES = 6
AGENDA_PARTS = 8
SHEETS = 4
"""Most pages that lie on the closing card of a film of one source."""


def opening(lines: Sequence[Line], script: Script, material: Material) -> Option:
    """Return the film's title card, with the document's real title where the film has another.

    Beside it lies the document's first page, or the film's initial where there are no pages.
    """
    document = document_title(material.documents[0]) if material.documents else ""
    subtitle = document if document.lower() != script.title.lower() else ""
    cover = _cover(material.documents[0]) if material.documents else None
    shown: dict[str, object] = {"title": script.title, "subtitle": subtitle, **_beside(cover, initial(script.title))}
    cues = (cue(lines[0], 0, "title"), *((cue(lines[-1], 0, "subtitle"),) if subtitle else ()))
    return Option("title", shown, f"The film opens with its title, “{script.title}”.", cues, 1.0, _needed(cover))


def agenda(lines: Sequence[Line], script: Script) -> Option | None:
    """Return the film's parts as a way from first to last, or ``None`` where there is no way or too long a one.

    Parts that the promise names appear on their words, the others in between.
    """
    titles = [scene.title for scene in script.scenes[1:-1] if scene.title.lower() != script.title.lower()]
    if len(lines) != 1 or not 2 <= len(titles) <= AGENDA_PARTS or any(len(title.split()) > 9 for title in titles):
        return None
    text = lines[0].text.lower()
    named = {n: text.find(title.lower()) for n, title in enumerate(titles)}
    cues = tuple(cue(lines[0], len(text[:at].split()), f"node:{n}") for n, at in named.items() if at > 0)
    if len(cues) < 2:
        return None
    shown: dict[str, object] = {"heading": script.title, "nodes": [{"label": title} for title in titles]}
    reason = f"The film says what it will go through, from “{titles[0]}” to “{titles[-1]}”."
    return Option("flow", shown, reason, cues, 1.0)


def chapter(
    lines: Sequence[Line], title: str, number: int, language: str, begins: tuple[str, int] | None = None
) -> Option:
    """Return the card of a chapter, with the page on which it ``begins`` or else its number, large."""
    kicker = labels(language).chapter.format(n=number)
    shown: dict[str, object] = {"title": title, "kicker": kicker, **_beside(begins, str(number))}
    reason = f"A new chapter begins, “{title}”."
    return Option("title", shown, reason, (cue(lines[0], 0, "title"),), 1.0, _needed(begins))


def page_of(lines: Sequence[Line], material: Material) -> tuple[str, int] | None:
    """Return document and page on which the section of the first line that has one begins."""
    line = next((line for line in lines if line.claim.page >= 0 and line.claim.label), None)
    if line is None:
        return None
    passage = material.by_id[line.claim.passage]
    blocks = material.document_of(passage).blocks
    first = next((block.page for block in blocks if block.section == passage.section), line.claim.page)
    return line.claim.document, first


def _cover(document: Document) -> tuple[str, int] | None:
    """Return the first page that holds anything; ``None`` for a document without pages."""
    if not document.pages or not document.pages[0].width_pt:
        return None
    return document.id, min((block.page for block in document.blocks), default=0)


def _beside(page: tuple[str, int] | None, sign: str) -> dict[str, object]:
    return {"image": page_image(*page)} if page else {"sign": sign}


def _needed(page: tuple[str, int] | None) -> tuple[tuple[str, int], ...]:
    return (page,) if page else ()


def recap(lines: Sequence[Line], title: str) -> Option | None:
    """Return what to take along, or ``None`` if a sentence cannot be put in few words."""
    items = [_take_home(_without_lead(line.text), line.language) for line in lines]
    if not items or not all(items):
        return None
    cues = tuple(
        cue(line, word_of(line.text, item), f"item:{n}")
        for n, (line, item) in enumerate(zip(lines, items, strict=True))
    )
    reason = f"The film says again what to take along, from “{items[0]}” on."
    return Option("recap", {"heading": title, "items": items}, reason, cues, 1.0)


def _take_home(text: str, language: str = "en") -> str:
    """Return a sentence in few words, or whole where it is not too long to be read at a glance."""
    whole = text.rstrip(".") if len(text.split()) <= WHOLE_WORDS else ""
    short = shorten(text, RECAP_WORDS, language) or whole
    return short[:1].upper() + short[1:] if short and "(" not in short.split()[0] else short


def _without_lead(text: str) -> str:
    head, colon, rest = text.partition(": ")
    return rest if colon and len(head.split()) <= 3 else text


def sources(script: Script, claims: Sequence[Claim], material: Material) -> Option:
    """Return the closing card with every document and the pages that were quoted, some of which lie beside it."""
    quoted = [document for document in material.documents if any(claim.document == document.id for claim in claims)]
    shown = (quoted or material.documents)[:SOURCES]
    most = SHEETS if len(shown) == 1 else 1
    sheets = {document.id: _sheets(document, claims)[:most] for document in shown}
    entries = [
        {
            "title": plain_title(document_title(document)),
            "file": document.path.rpartition("/")[2],
            "pages": pages_of(document, claims, material),
            "images": [page_image(*page) for page in sheets[document.id]],
        }
        for document in shown
    ]
    note = labels(script.language).script.format(x=f"{script.writer} ({script.rung})")
    return Option(
        "sources",
        {"heading": labels(script.language).sources, "entries": entries, "note": note},
        f"The film ends with where it came from: {', '.join(str(entry['file']) for entry in entries)}.",
        worth=1.0,
        pages=tuple(page for document in shown for page in sheets[document.id]),
    )


def _sheets(document: Document, claims: Sequence[Claim]) -> tuple[tuple[str, int], ...]:
    """Return the first page of a document and those that were quoted, in order; nothing of a pageless one."""
    cover = _cover(document)
    if cover is None:
        return ()
    quoted = sorted({claim.page for claim in claims if claim.document == document.id and claim.page >= 0})
    return tuple(dict.fromkeys([cover, *((document.id, page) for page in quoted)]))


def pages_of(document: Document, claims: Sequence[Claim], material: Material) -> str:
    """Return the quoted pages of a document, such as ``pp. 2, 37–39``; of a pageless one, its sections."""
    pages = sorted({claim.page for claim in claims if claim.document == document.id and claim.page >= 0})
    known = labels(document.language)
    printed = {page.index: page.label for page in document.pages}
    if any(printed.get(page) for page in pages):
        text = ", ".join(_runs([(page, printed.get(page) or str(page + 1)) for page in pages]))
        return (known.page if len(pages) == 1 else known.pages).format(x=text)
    quoted = dict.fromkeys(
        section_title(unlettered(material.by_id[claim.passage].section, document), "")
        for claim in claims
        if claim.document == document.id
    )
    names = [name for name in quoted if name]
    listed = "; ".join(names[:3])
    return f"§ {listed}" + (known.more.format(n=len(names) - 3) if len(names) > 3 else "") if names else ""


def _runs(pages: Sequence[tuple[int, str]]) -> list[str]:
    runs: list[list[tuple[int, str]]] = []
    for page in pages:
        if runs and page[0] == runs[-1][-1][0] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return [run[0][1] if len(run) == 1 else f"{run[0][1]}–{run[-1][1]}" for run in runs]
