"""What is ordinary in a document: the size of its body text, and which settings mean a heading of which level."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.lines import Line, PdfPage

_NUMBER = re.compile(
    r"^(?:chapter|appendix|part|section|kapitel|chapitre|capítulo|глава)?\s*(?P<number>(?:\d+|[A-Z]|[IVXLC]+)(?:\.\d+)*)\.?[:\s]\s*",
    re.I,
)


@dataclass(frozen=True)
class OutlineEntry:
    """One line of the file's own table of contents (its bookmarks)."""

    title: str
    level: int
    """1 is outermost."""
    page: int


@dataclass(frozen=True)
class Body:
    """The body text of a document, and the titles that its outline announces."""

    size: float
    bold: bool = False
    titles: dict[str, int] = field(default_factory=dict)
    """Bare title → level."""

    def is_outlined(self, line: Line) -> bool:
        """Return whether the outline names this line, and it is set at least as large as the body text."""
        if not self.titles or line.size < 0.97 * self.size:
            return False
        distinct = line.size > 1.05 * self.size or line.share("bold") > 0.8 or line.share("italic") > 0.8
        return distinct and bare(line.text) in self.titles


def measure_body(pages: Sequence[PdfPage], outline: Sequence[OutlineEntry]) -> Body:
    """Find the size that most letters of the document are set in."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for page in pages:
        for line in page.segments:
            if line.share("mono") < 0.5:
                sizes[round(line.size * 2) / 2] += len(line.text)
                bold[line.share("bold") > 0.5] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    titles = {bare(entry.title): entry.level for entry in outline if bare(entry.title)}
    return Body(size, bold[True] > bold[False], titles)


def bare(title: str) -> str:
    """Return a title without its number, in small letters without marks, for comparing."""
    text = _NUMBER.sub("", title.strip()) or title
    return re.sub(r"\W+", "", text.lower())


def set_levels(headings: Sequence[Draft], body: Body) -> None:
    """Give every heading a level: by the outline, else by its number, else by its setting."""
    by_style: dict[tuple[float, bool], Counter[int]] = {}
    for heading in headings:
        known = body.titles.get(bare(heading.text)) or _depth(heading.text)
        if known:
            heading.level = known
            by_style.setdefault(heading.style, Counter())[known] += 1
    ranks = _ranks(headings)
    above = 0
    for heading in headings:
        if not heading.level:
            votes = by_style.get(heading.style)
            heading.level = votes.most_common(1)[0][0] if votes else _rank_between(heading, by_style, ranks)
        heading.level = above = min(heading.level, above + 1)


def demote_title_page(drafts: Sequence[Draft], body: Body) -> None:
    """Make paragraphs of what stands large on the first page beside the title: authors, versions, dates."""
    prose = next((at for at, draft in enumerate(drafts) if len(draft.lines) > 2 or draft.page > 0), len(drafts))
    large = [draft for draft in drafts[:prose] if draft.kind == "heading"]
    title = max(large, key=lambda draft: draft.style[0], default=None)
    for draft in large:
        if draft is not title and bare(draft.text) not in body.titles and not draft.text[:1].isdigit():
            draft.kind = "paragraph"


def _depth(text: str) -> int:
    match = _NUMBER.match(text)
    return match["number"].count(".") + 1 if match else 0


def _ranks(headings: Sequence[Draft]) -> dict[tuple[float, bool], int]:
    styles = sorted({heading.style for heading in headings}, reverse=True)
    return {style: min(6, place + 1) for place, style in enumerate(styles)}


def _rank_between(
    heading: Draft, by_style: dict[tuple[float, bool], Counter[int]], ranks: dict[tuple[float, bool], int]
) -> int:
    """Place an unnumbered style among those whose level is known: as deep as the next smaller known one."""
    smaller = [style for style in by_style if style < heading.style]
    if smaller:
        return max(1, by_style[max(smaller)].most_common(1)[0][0] - (len(by_style) > 1))
    larger = [style for style in by_style if style > heading.style]
    if larger:
        return min(6, by_style[min(larger)].most_common(1)[0][0] + 1)
    return ranks[heading.style]
