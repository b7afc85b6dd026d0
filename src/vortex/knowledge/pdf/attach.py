"""Captions meet their figures, and sentences that a page or a column broke are made whole."""

from collections.abc import Sequence

from vortex.core.text import sentences
from vortex.knowledge.pdf.draft import Draft
from vortex.knowledge.pdf.lines import Region

_REACH_PT = 60.0
_ENDINGS = (".", "!", "?", ":", ";", "”", '"', ")", "]", "。")


def attach_captions(drafts: Sequence[Draft]) -> list[Draft]:
    """Give every captioned figure, table or listing its name, and figures and tables the caption as their text.

    A figure takes its caption out of the flow; the caption of a listing stays a block of its own.
    """
    kept = list(drafts)
    for caption in [draft for draft in drafts if draft.kind == "caption" and not draft.aside]:
        owner = _owner(caption, drafts)
        if owner is None:
            continue
        owner.name = caption.name
        if owner.kind in ("figure", "table"):
            owner.text = caption.text
            owner.region = owner.region.union(caption.region) if owner.picture is None else owner.region
            kept.remove(caption)
    return kept


def _owner(caption: Draft, drafts: Sequence[Draft]) -> Draft | None:
    free = [
        draft
        for draft in drafts
        if draft.page == caption.page and draft.kind in ("figure", "table", "code") and not draft.name
    ]
    reachable = [draft for draft in free if _distance(caption.region, draft.region) < _REACH_PT]
    return min(
        reachable, key=lambda draft: (_rank(caption, draft), _distance(caption.region, draft.region)), default=None
    )


def _rank(caption: Draft, draft: Draft) -> int:
    """Prefer what the caption's own word says; a listing only when nothing is drawn nearby."""
    wants_table = caption.name.lower().startswith(("tab", "таб"))
    if draft.kind == "code":
        return 2
    return int((draft.kind == "table") != wants_table)


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


def _open_paragraph(kept: Sequence[Draft], draft: Draft) -> Draft | None:
    """Return the paragraph that breaks off before ``draft``, if it does."""
    for before in reversed(kept):
        if before.kind in ("figure", "table", "footnote", "caption") or before.aside:
            continue
        moved = before.page != draft.page or before.region.top > draft.region.top
        adjacent = before.page in (draft.page, draft.page - 1) and moved
        broken = not before.text.rstrip().endswith(_ENDINGS) and draft.text[:1].islower()
        return before if before.kind in ("paragraph", "item") and adjacent and broken else None
    return None
