"""Captions meet their figures, and sentences that a page or a column broke are made whole."""

from collections import Counter
from collections.abc import Sequence

from vortex.core.text import sentences
from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.lines import Region

_REACH_PT = 60.0
_FLOAT_PAGES = 2
"""How many pages of figures and listings may stand between the two halves of a sentence."""
_ENDINGS = (".", "!", "?", ":", ";", "”", '"', ")", "]", "。")


def attach_captions(drafts: Sequence[Draft]) -> list[Draft]:
    """Give every captioned figure, table or listing its name, and figures and tables the caption as their text.

    Whether captions stand below or above what they name is a custom of the document: the captions that have a choice
    follow those that have none. A figure takes its caption out of the flow; the caption of a listing stays a block.
    """
    captions = [draft for draft in drafts if draft.kind == "caption" and not draft.aside]
    reach = {id(caption): _neighbours(caption, drafts) for caption in captions}
    customs: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for caption in captions:
        above, below = reach[id(caption)]
        if bool(above) != bool(below):
            customs[_names_table(caption)]["above" if above else "below"] += 1
    kept = list(drafts)
    for caption in captions:
        custom = customs[_names_table(caption)]
        above, below = ([draft for draft in side if not draft.name] for side in reach[id(caption)])
        sides = (below, above) if custom["below"] > custom["above"] else (above, below)
        owner = next((side[0] for side in sides if side), None)
        if owner is not None:
            _give(caption, owner, kept)
    return kept


def _neighbours(caption: Draft, drafts: Sequence[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Return what the caption may name above and below it, the nearest first."""
    near = [
        draft
        for draft in drafts
        if draft.page == caption.page
        and draft.kind in ("figure", "table", "code")
        and _distance(caption.region, draft.region) < _REACH_PT
    ]
    # Where a listing and its drawing stand side by side over one caption, the drawing is the figure.
    near.sort(key=lambda draft: (draft.kind == "code", _distance(caption.region, draft.region)))
    above = [draft for draft in near if draft.region.top < caption.region.top]
    return above, [draft for draft in near if draft not in above]


def _names_table(caption: Draft) -> bool:
    return caption.name.lower().startswith(("tab", "таб"))


def _give(caption: Draft, owner: Draft, kept: list[Draft]) -> None:
    owner.name = caption.name
    if owner.kind in ("figure", "table"):
        owner.text = caption.text
        kept.remove(caption)


def _distance(first: Region, second: Region) -> float:
    below = max(0.0, first.top - second.bottom, second.top - first.bottom)
    beside = max(0.0, first.left - second.right, second.left - first.right)
    return below + beside


def join_continued(drafts: Sequence[Draft]) -> list[Draft]:
    """Move the end of a broken sentence back to the block where it began, over columns and pages.

    The block on the next page keeps the sentences that begin there, so every sentence is cited with the page on which
    it begins.
    """
    kept: list[Draft] = []
    for draft in drafts:
        before = _open_paragraph(kept, draft) if draft.kind == "paragraph" and not draft.aside else None
        if before is None:
            kept.append(draft)
            continue
        parts = sentences(draft.text)
        glue = "" if before.text.endswith("\u00ad") else " "
        if before.page == draft.page and len(parts) == 1:
            before.region = before.region.union(draft.region)
        before.text += glue + parts[0]
        draft.text = " ".join(parts[1:])
        if draft.text:
            kept.append(draft)
    return kept


def _is_full(draft: Draft) -> bool:
    """Return whether the last line of a paragraph of several runs to the right edge, so that more must follow."""
    return len(draft.lines) > 1 and draft.lines[-1].right > draft.region.right - 0.5 * draft.lines[-1].size


def _open_paragraph(kept: Sequence[Draft], draft: Draft) -> Draft | None:
    """Return the paragraph that breaks off before ``draft``, if it does."""
    for before in reversed(kept):
        floats = before.kind in ("figure", "table", "footnote", "caption") or (before.kind == "code" and before.name)
        if floats or before.aside:
            continue
        moved = before.page != draft.page or before.region.top > draft.region.top
        adjacent = 0 <= draft.page - before.page <= _FLOAT_PAGES + 1 and moved
        broken = not before.text.rstrip().endswith(_ENDINGS) and (draft.text[:1].islower() or _is_full(before))
        return before if before.kind in ("paragraph", "item") and adjacent and broken else None
    return None
