"""What is drawn on a page of a PDF: regions that may be figures, and rules that make tables and footnote lines.

A figure in a PDF is seldom one object: a plot is hundreds of paths. Boxes of paths, images, shadings and embedded forms
that touch or nearly touch are joined; long thin ones are rules; what covers the whole page is background.
"""

import ctypes
from collections.abc import Iterable

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from vortex.knowledge.pdf.glyphs import View
from vortex.knowledge.pdf.lines import Region

_DRAWN = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING, raw.FPDF_PAGEOBJ_FORM)
_THIN_PT = 3.0
_JOIN_PT = 10.0
_MIN_PART_PT = 12.0
_MANY = 4000
"""More drawn objects than this on one page are taken as one region, so that a map does not cost minutes."""


def find_graphics(page: pdfium.PdfPage) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return (regions that may be figures, rules) of ``page``, in points from its top-left corner as seen."""
    view = View.of(page)
    width, height = view.size
    boxes, rules = [], []
    for kind, box in _drawn(page, view):
        if box.width > 0.92 * width and box.height > 0.92 * height:
            continue
        if kind == raw.FPDF_PAGEOBJ_PATH and min(box.width, box.height) < _THIN_PT:
            rules.append(box)
        else:
            boxes.append(box)
    joined = _join(boxes) if len(boxes) < _MANY else [_around(boxes)]
    regions = [_with_rules(region, rules) for region in joined]
    kept = tuple(region for region in _join(regions) if min(region.width, region.height) >= _MIN_PART_PT)
    return kept, tuple(rule for rule in rules if not any(region.near(rule, 0) for region in kept))


def _drawn(page: pdfium.PdfPage, view: View) -> Iterable[tuple[int, Region]]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind in _DRAWN and raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            ax, ay = view.point(left.value, bottom.value)
            bx, by = view.point(right.value, top.value)
            box = Region(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            clipped = Region(
                max(0, box.left), max(0, box.top), min(view.size[0], box.right), min(view.size[1], box.bottom)
            )
            if clipped.width > 0 or clipped.height > 0:
                yield kind, clipped


def _join(boxes: list[Region]) -> list[Region]:
    """Join boxes that touch or come within a few points of each other, until none do."""
    joined: list[Region] = []
    for box in sorted(boxes, key=lambda box: box.top):
        current, changed = box, True
        while changed:
            near = [other for other in joined if other.near(current, _JOIN_PT)]
            changed = bool(near)
            joined = [other for other in joined if other not in near]
            for other in near:
                current = current.union(other)
        joined.append(current)
    return joined


def _around(boxes: list[Region]) -> Region:
    return Region(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _with_rules(region: Region, rules: list[Region]) -> Region:
    grown = region
    for rule in rules:
        if region.near(rule, _THIN_PT) and max(rule.width, rule.height) < 1.3 * max(region.width, region.height):
            grown = grown.union(rule)
    return grown
