"""Reads PDFs: page by page through pdfium into lines, then over all pages into blocks with printed labels.

The first pass holds one page of pdfium at a time and keeps only its lines, so a book of a thousand pages needs little
memory. What a heading, a running head or a page label is can only be told over the whole document; the second pass
does that on the kept lines. Pictures are cut out last, from the few pages that have any.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from vortex.core.document import Block, Box, Document, Page, SetAside
from vortex.core.errors import SourceError
from vortex.knowledge.assets import content_name, keep_picture
from vortex.knowledge.language import detect_language
from vortex.knowledge.pdf.aside import listing_of, mark_listings
from vortex.knowledge.pdf.attach import attach_captions, join_continued
from vortex.knowledge.pdf.columns import read_lines
from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.extract import extract_text
from vortex.knowledge.pdf.figures import find_figures
from vortex.knowledge.pdf.flow import flow
from vortex.knowledge.pdf.furniture import Furniture, find_furniture
from vortex.knowledge.pdf.graphics import find_graphics
from vortex.knowledge.pdf.hyphens import Vocabulary
from vortex.knowledge.pdf.lines import STAND_IN, Font, Line, PdfPage, Region, Run
from vortex.knowledge.pdf.render import open_pdf, picture_of
from vortex.knowledge.pdf.style import Body, OutlineEntry, demote_title_page, measure_body, set_levels
from vortex.knowledge.pdf.tables import Table, find_ruled_tables

_PICTURE_PX = 1400
_RIM_PT = 3.0
_MIN_WORDS = 20


def read_pdf(path: Path, data: bytes, assets: Path) -> Document:
    """Read a PDF.

    Args:
        path: where it came from; its name is used in errors and as the source.
        data: its bytes, unpacked.
        assets: folder that receives the cut-out figures.

    Raises:
        SourceError: it is locked, damaged, scanned without text, or holds next to no text.
    """
    with open_pdf(path, data) as pdf:
        pages = [_extract(pdf, index) for index in range(len(pdf))]
        outline = list(_outline(pdf))
        table = [pdf.get_page_label(index) or "" for index in range(len(pdf))]
        _refuse_empty(path, pdf, pages)
        furniture = find_furniture(pages)
        body = measure_body(pages, outline)
        drafts = [draft for page in pages for draft in _drafts(page, furniture, body, len(pages))]
        demote_title_page(drafts, body)
        set_levels([draft for draft in drafts if draft.kind == "heading"], body)
        mark_listings(drafts, len(pages))
        drafts = join_continued(attach_captions(drafts))
        labels, warnings = _labels(furniture.labels, table)
        warnings += _sideways(pages, labels)
        title = _title(pdf, drafts, path)
        vocabulary = Vocabulary(line.text for page in pages for line in page.segments)
        blocks, aside = _finish(pdf, drafts, pages, vocabulary, assets)
    _refuse_without_prose(path, blocks, aside)
    aside += [
        SetAside("header", line.text, page.index)
        for page, running in zip(pages, furniture.running, strict=True)
        for line in sorted(running, key=lambda line: (line.baseline, line.left))
    ]
    return Document(
        id=content_name(data),
        path=str(path),
        title=title,
        language=detect_language(" ".join(block.text for block in blocks if block.kind == "paragraph")[:40000]),
        pages=tuple(Page(page.index, labels[page.index], page.width, page.height) for page in pages),
        blocks=tuple(blocks),
        warnings=tuple(warnings),
        set_aside=tuple(aside),
    )


def _extract(pdf: pdfium.PdfDocument, index: int) -> PdfPage:
    page = pdf[index]
    try:
        width, height = page.get_size()
        regions, rules = find_graphics(page)
        text = extract_text(page)
        return PdfPage(index, width, height, text.segments, regions, rules, text.num_sideways)
    finally:
        page.close()


def _outline(pdf: pdfium.PdfDocument) -> Iterable[OutlineEntry]:
    for mark in pdf.get_toc(max_depth=6):
        target = mark.get_dest()
        yield OutlineEntry(mark.get_title(), mark.level + 1, target.get_index() or 0 if target else 0)


def _refuse_empty(path: Path, pdf: pdfium.PdfDocument, pages: Sequence[PdfPage]) -> None:
    words = sum(len(line.text.split()) for page in pages for line in page.segments)
    if words >= _MIN_WORDS:
        return
    pictured = sum(1 for page in pages if page.regions or _is_scan(pdf, page.index))
    if pictured and words < 3 * len(pages):
        raise SourceError(
            f"{path.name} is scanned: {_count(len(pages), 'page')}, {pictured} with a picture, {_count(words, 'word')} "
            "of text; run a text recognition program (OCR) over it and read the result"
        )
    seen = ", ".join(f"page {page.index + 1} {_seen(page)}" for page in pages[:4])
    more = f" and {len(pages) - 4} more of the kind" if len(pages) > 4 else ""
    raise SourceError(
        f"{path.name} says nothing that could be told: {_count(len(pages), 'page')}, {seen}{more}; "
        "give a document with text"
    )


def _refuse_without_prose(path: Path, blocks: Sequence[Block], aside: Sequence[SetAside]) -> None:
    words = sum(len(block.text.split()) for block in blocks if block.kind in ("paragraph", "item"))
    if words < _MIN_WORDS:
        kinds = Counter([block.kind for block in blocks] + [row.reason for row in aside])
        seen = ", ".join(f"{number} x {kind}" for kind, number in kinds.most_common())
        raise SourceError(
            f"{path.name} has {_count(words, 'word')} of prose beside {seen}; give a document whose text can be told"
        )


def _is_scan(pdf: pdfium.PdfDocument, index: int) -> bool:
    page = pdf[index]
    try:
        return any(item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=3))
    finally:
        page.close()


def _seen(page: PdfPage) -> str:
    words = [word for line in page.segments for word in line.text.split()]
    if not words:
        return "is empty"
    if len(words) == 1 and re.match(r"\w+://|www\.", words[0]):
        return f"holds one URL ({words[0]})"
    return f"holds {_count(len(words), 'word')} ({' '.join(words)[:60]!r})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _drafts(page: PdfPage, furniture: Furniture, body: Body, num_pages: int) -> list[Draft]:
    """Turn one page into drafts in reading order, figures and tables at their place."""
    content = [line for line in page.segments if line not in furniture.running[page.index]]
    figures, labels = find_figures(page.regions, content, body)
    content = [line for line in content if line not in labels]
    tables = find_ruled_tables(content, page.rules)
    swallowed = {line for table in tables for line in table.lines}
    stand_ins = [_stand_in(at, region) for at, region in enumerate([*figures, *(table.region for table in tables)])]
    lines = read_lines([*(line for line in content if line not in swallowed), *stand_ins])
    listing = listing_of([line for line in lines if line not in stand_ins], page.index, num_pages)
    drafts: list[Draft] = []
    pending: list[Line] = []
    for line in [*lines, None]:
        if line is not None and not line.is_stand_in:
            pending.append(line)
            continue
        drafts += flow(pending, body, page.index, _footnote_rule(page)) if pending else []
        pending = []
        if line is not None:
            drafts.append(_placed(int(line.text.removeprefix(STAND_IN)), figures, tables, page.index))
    for draft in drafts:
        draft.aside = listing
    return [draft for draft in drafts if draft.kind != "paragraph" or any(map(str.isalnum, draft.text))]


def _stand_in(place: int, region: Region) -> Line:
    """Return a line at the lower end of a figure, so that what stands beside the figure comes before it."""
    return Line((Run(f"{STAND_IN}{place}", region.left, region.right, region.bottom, 1.0, Font("")),))


def _placed(place: int, figures: list[Region], tables: list[Table], page: int) -> Draft:
    if place < len(figures):
        region = figures[place]
        around = Region(region.left - _RIM_PT, region.top - _RIM_PT, region.right + _RIM_PT, region.bottom + _RIM_PT)
        return Draft("figure", page, region, picture=around)
    table = tables[place - len(figures)]
    return Draft("table", page, table.region, rows=table.rows)


def _footnote_rule(page: PdfPage) -> float:
    """Return where the short rule above the footnotes stands, or the page's height."""
    low = [
        rule.top
        for rule in page.rules
        if rule.top > 0.4 * page.height and 40 < rule.width < 0.45 * page.width and rule.left < 0.3 * page.width
    ]
    return max(low, default=page.height)


def _labels(printed: Sequence[str], table: Sequence[str]) -> tuple[list[str], list[str]]:
    """Join printed labels with the file's own label table; what is printed wins."""
    differing = [at for at, label in enumerate(printed) if label and table[at] and label != table[at]]
    agreeing = [at for at, label in enumerate(printed) if label and label == table[at]]
    trusted = bool(agreeing) and not differing
    labels = [label or (table[at] if trusted else "") or str(at + 1) for at, label in enumerate(printed)]
    if not differing:
        return labels, []
    first = differing[0]
    return labels, [
        f"The file's page labels are wrong on {_count(len(differing), 'page')}: page {first + 1} is labelled "
        f"{table[first]!r} but {printed[first]!r} is printed on it; citations use what is printed."
    ]


def _sideways(pages: Sequence[PdfPage], labels: Sequence[str]) -> list[str]:
    """Return a warning that names the pages on which much text was left out because it runs upwards or downwards."""
    turned = [page for page in pages if page.num_sideways >= _MIN_WORDS]
    if not turned:
        return []
    places = ", ".join(labels[page.index] for page in turned[:8]) + (" and others" if len(turned) > 8 else "")
    words = sum(page.num_sideways for page in turned)
    return [f"{_count(words, 'word')} that run sideways on {_count(len(turned), 'page')} ({places}) were left out."]


def _title(pdf: pdfium.PdfDocument, drafts: Sequence[Draft], path: Path) -> str:
    """Return the largest heading of the first page, else the title in the file, else the file's name."""
    first = [draft for draft in drafts if draft.kind == "heading" and draft.page == 0]
    if first:
        return max(first, key=lambda draft: draft.style[0]).text.replace("\u00ad", "")
    return (pdf.get_metadata_value("Title") or "").strip() or path.name.split(".")[0]


def _finish(
    pdf: pdfium.PdfDocument, drafts: Sequence[Draft], pages: Sequence[PdfPage], vocabulary: Vocabulary, assets: Path
) -> tuple[list[Block], list[SetAside]]:
    blocks: list[Block] = []
    aside: list[SetAside] = []
    path: list[tuple[int, str]] = []
    for draft in drafts:
        text = vocabulary.mend(draft.text)
        if draft.aside:
            aside.append(SetAside(draft.aside, text, draft.page))  # type: ignore[arg-type]
            continue
        if draft.kind == "heading":
            path = [entry for entry in path if entry[0] < draft.level]
        page = pages[draft.page]
        blocks.append(
            Block(
                id=f"b{len(blocks):04d}",
                kind=draft.kind,
                text=text,
                page=draft.page,
                box=_box(draft.region, page),
                section=tuple(title for _, title in path),
                level=draft.level,
                name=draft.name,
                rows=tuple(tuple(vocabulary.mend(cell) for cell in row) for row in draft.rows),
                image=_cut_out(pdf, draft, page, assets),
            )
        )
        if draft.kind == "heading":
            path.append((draft.level, text))
    return blocks, aside


def _box(region: Region, page: PdfPage) -> Box:
    def part(value: float, whole: float) -> float:
        return round(min(1.0, max(0.0, value / whole)), 4)

    return Box(
        part(region.left, page.width),
        part(region.top, page.height),
        part(region.right, page.width),
        part(region.bottom, page.height),
    )


def _cut_out(pdf: pdfium.PdfDocument, draft: Draft, page: PdfPage, assets: Path) -> str:
    if draft.picture is None:
        return ""
    opened = pdf[draft.page]
    try:
        return keep_picture(picture_of(opened, _box(draft.picture, page), _PICTURE_PX), assets)
    finally:
        opened.close()
