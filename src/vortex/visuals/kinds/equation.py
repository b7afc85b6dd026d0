"""A formula, large; its terms are lit as they are named, and what they mean is written above and below it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vortex.core.errors import EngineError
from vortex.visuals import params
from vortex.visuals.formula import EM, Formula, term_of
from vortex.visuals.formula_lines import broken
from vortex.visuals.graph import Element, Scene, State, TextMark
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.camera import skia_rect
from vortex.visuals.kinds.equation_legend import Legend, add_legend, legend_of
from vortex.visuals.kinds.parts import apply_cues
from vortex.visuals.kinds.textlines import formula_of, ink_of
from vortex.visuals.layout import DoesNotFit, Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock
from vortex.visuals.theme import argb, mix

_TYPE = 1.5
"""Ideal type size of a formula, in sizes of the display step."""
_NEXT_WIDE, _NEXT = 0.7, 0.8
"""What each break costs in wide and in other shapes: the factor by which type must grow to be worth it."""
_ENOUGH, _MORE = 0.72, 0.2
"""Type of this share of the display step is large enough; what it is larger than that counts only to this power."""
_LEADER = 3.0
"""Room for the lines between formula and meanings, in units of space."""
_LARGEST_GROWTH = 2.2
"""A picture of a formula is not drawn larger than this many times its own pixels."""
_CARD = 0.5
"""The card of a pictured formula is as wide as the content and at least this share as high."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """A formula in its place."""

    formula: Formula
    place: Rect
    scale: float

    def box(self, indices: Sequence[int]) -> Rect:
        """Return the rectangle of some shapes in the frame."""
        box, whole = self.formula.extent(indices), self.formula.bounds
        x, y = self.place.x + (box.x - whole.x) * self.scale, self.place.y + (box.y - whole.y) * self.scale
        return Rect(x, y, box.width * self.scale, box.height * self.scale)

    def path(self, indices: Sequence[int]) -> Any:
        """Return some shapes as one ``skia.Path`` in the frame."""
        path, origin = skia.Path(), self.formula.bounds
        for index in indices:
            path.addPath(self.formula.shapes[index])
        matrix = skia.Matrix.Translate(self.place.x, self.place.y)
        matrix.preScale(self.scale, self.scale).preTranslate(-origin.x, -origin.y)
        path.transform(matrix)
        return path


@dataclass(frozen=True, slots=True)
class _Label:
    """The meaning of a term, and on which side of the formula it stands."""

    term: int
    block: TextBlock
    above: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything in its place."""

    setting: _Setting
    labels: Sequence[_Label]
    legend: Legend | None
    """Takes the place of labels."""
    rows: tuple[Rect, Rect]
    """Where meanings stand above and below the formula."""
    foot: Rect
    """Where the caption stands, at the bottom."""


def build(equation: params.Equation, stage: Stage) -> Scene:
    """Draw the formula on its cue, and each meaning when its term is named."""
    if not equation.latex:
        return _pictured(equation, stage)
    scene = stage.scene()
    terms = [term_of(equation.latex, term.latex) for term in equation.terms]
    caption = _caption(equation, stage)
    plan = _best(equation, stage, terms, caption)
    at = _opening(stage)
    parts = _add_formula(scene, stage, plan.setting, terms)
    for element in scene.elements:
        element.show(at, 0.5)
    named = stage.reveals([element.name for element in parts])
    frames = [max(frame, at + stage.frames(0.3)) for frame in named]
    if plan.legend:
        add_legend(scene, stage, plan.setting.formula, terms, plan.legend, plan.rows[1])
        for element in scene.elements:
            if "/" in element.name:
                element.show(frames[_number(element.name.partition("/")[0], len(terms))])
    _add_labels(scene, stage, plan, [plan.setting.box(term) for term in terms], frames)
    _light_terms(scene, stage, frames)
    apply_cues(stage, {"equation": scene.elements[0]})
    if caption:
        _add_caption(scene, caption, plan.foot, at + stage.frames(0.4))
    return scene


def _light_terms(scene: Scene, stage: Stage, frames: Sequence[int]) -> None:
    """Light each term, with its meaning, whenever it is named and until another one is; obey the cues that hide one.

    Args:
        scene: holds the terms and their meanings.
        stage: knows the cues.
        frames: when each term is named first.
    """
    cues = [(at, cue.action, _number(cue.target, len(frames))) for at, cue in stage.timed_cues("term:")]
    named = [(max(at, frames[term]), term) for at, action, term in cues if action != "hide"]
    turns = sorted({*zip(frames, range(len(frames)), strict=True), *named})
    for number in range(len(frames)):
        family = [each for each in scene.elements if f"{each.name}/".startswith(f"term:{number}/")]
        for element in family:
            for at, term in turns:
                element.animate("light", at, float(term == number), 0.3)
            for at, action, term in cues:
                if action == "hide" and term == number:
                    element.hide(at)


def _number(target: str, count: int) -> int:
    """Return the index of a term by the target of a cue."""
    number = target.removeprefix("term:")
    if not number.isdigit() or int(number) >= count:
        raise EngineError(f"cue {target!r} names no term of an equation that has {count}; mend storyboard.json")
    return int(number)


def _opening(stage: Stage) -> int:
    """Return when the formula appears: on its cue, or at once where that is almost the same."""
    at = stage.named("equation") or 0
    return 0 if at < stage.frames(0.5) else at


def _caption(equation: params.Equation, stage: Stage) -> TextBlock | None:
    """Return the caption, set, if there is one."""
    if not equation.caption:
        return None
    style = stage.style("small", colour=stage.theme.muted, align="centre")
    return stage.fit(equation.caption, style, 0.9 * stage.content.width, 3.05 * style.size * style.line_height)


def _add_caption(scene: Scene, caption: TextBlock, room: Rect, at: int) -> None:
    spot = room.placed(caption.width, caption.height, down="end")
    scene.text("caption", caption, spot.x, spot.y).show(at)


def _best(
    equation: params.Equation, stage: Stage, terms: Sequence[tuple[int, ...]], caption: TextBlock | None
) -> _Plan:
    """Return the formula in as many lines as are worth the size that they win.

    Raises:
        DoesNotFit: it would be set too small in any number of lines.
    """
    cost = _NEXT_WIDE if stage.frame.wide else _NEXT
    enough = _ENOUGH * stage.frame.size("display")
    best: tuple[float, _Plan] | None = None
    refused: DoesNotFit | None = None
    for breaks, formula in broken(equation.latex, terms):
        try:
            labels = _labels(equation, stage, formula, terms)
            crossed = breaks > 0 and any(_crosses(formula, terms[label.term], label.above) for label in labels)
            legend = legend_of(equation, stage, formula, terms) if crossed else None
            plan = _places(stage, formula, labels if legend is None else (), legend, caption)
        except DoesNotFit as error:
            refused = refused or error
            continue
        size = plan.setting.scale * EM / enough
        worth = (size if size < 1 else size**_MORE) * cost**breaks
        if best is None or worth > best[0]:
            best = worth, plan
        if breaks == 0 and size >= 1:
            break
    if best is None:
        assert refused is not None
        raise refused
    return best[1]


def _crosses(formula: Formula, term: Sequence[int], above: bool) -> bool:
    """Return whether a line from the term straight up, or down, would run through other shapes."""
    box, whole = formula.extent(term), formula.bounds
    top, bottom = (whole.y, box.y) if above else (box.bottom, whole.bottom)
    way = Rect(box.centre[0] - 0.05 * EM, top, 0.1 * EM, bottom - top).inset(0, 0.01 * EM)
    others = (formula.extent([index]) for index in range(len(formula.shapes)) if index not in term)
    return way.height > 0 and any(other.intersects(way) for other in others)


def _places(
    stage: Stage, formula: Formula, labels: Sequence[_Label], legend: Legend | None, caption: TextBlock | None
) -> _Plan:
    """Return the formula in its place, the rows of meanings above and below it, and the room of the caption.

    Raises:
        DoesNotFit: the formula would be set too small.
    """
    room, whole = stage.content, formula.bounds
    tall = [max((label.block.height for label in labels if label.above is side), default=0.0) for side in (True, False)]
    lead = [_LEADER * stage.space if height else 0.0 for height in tall]
    if legend:
        tall, lead = [0.0, legend.height], [0.0, 1.6 * stage.space]
    foot = caption.height + 2 * stage.space if caption else 0.0
    height = room.height - sum(tall) - sum(lead) - foot
    scale = min(_TYPE * stage.frame.size("display") / EM, 0.96 * room.width / whole.width, height / whole.height)
    if scale * EM < stage.frame.minimum:
        raise DoesNotFit(
            f"the formula {formula.latex[:60]!r} would be set at {scale * EM:.0f} px, and {stage.frame.minimum:.0f} "
            "is the smallest legible size; split the shot or shorten the formula"
        )
    heights = [tall[0], lead[0], whole.height * scale, lead[1], tall[1], foot]
    above, _, middle, _, below, last = stack(room, heights, 0.0)
    setting = _Setting(formula, middle.placed(whole.width * scale, middle.height), scale)
    return _Plan(setting, labels, legend, (above, below), last)


def _labels(
    equation: params.Equation, stage: Stage, formula: Formula, terms: Sequence[tuple[int, ...]]
) -> tuple[_Label, ...]:
    """Return the meanings, set in one size, each on the side on which less stands between it and its term."""
    meant = [index for index, term in enumerate(equation.terms) if term.meaning]
    if not meant:
        return ()
    sides = {index: _above(formula, terms[index]) for index in meant}
    most = max(list(sides.values()).count(side) for side in (True, False))
    room = stage.content
    style = stage.style("small", colour=stage.theme.muted, align="centre")
    width = min(0.42 * room.width, (room.width - 1.5 * stage.space * (most - 1)) / most)
    lines = 3.05 * style.size * style.line_height
    sizes = [stage.fit(equation.terms[index].meaning, style, width, lines).size for index in meant]
    style = replace(style, size=min(sizes))
    blocks = [stage.text(equation.terms[index].meaning, style, width, balanced=True) for index in meant]
    return tuple(_Label(index, block, sides[index]) for index, block in zip(meant, blocks, strict=True))


def _above(formula: Formula, term: Sequence[int]) -> bool:
    """Return whether a term's meaning stands above: where less of the formula is in the way; else below."""
    box = formula.extent(term)
    others = [formula.extent([index]) for index in range(len(formula.shapes)) if index not in term]
    near = [other for other in others if other.x < box.right and box.x < other.right]
    over = sum(1 for other in near if other.bottom <= box.centre[1])
    under = sum(1 for other in near if other.y >= box.centre[1])
    return over < under or (over == under and box.bottom < formula.bounds.centre[1])


def _add_formula(scene: Scene, stage: Stage, setting: _Setting, terms: Sequence[tuple[int, ...]]) -> list[Element]:
    """Add what belongs to no term, then each term, which can so change its colour alone; return the terms."""
    formula, theme = setting.formula, stage.theme
    named = {index for term in terms for index in term}
    rest = [index for index in range(len(formula.shapes)) if index not in named]
    mark = TextMark(setting.place, formula.latex, EM * setting.scale, theme.ink, theme.background, theme.accent)
    _add_shapes(scene, stage, "equation", setting.path(rest), setting.place.outset(2), (mark,))
    return [
        _add_shapes(scene, stage, f"term:{number}", setting.path(term), setting.box(term).outset(2))
        for number, term in enumerate(terms)
    ]


def _add_shapes(
    scene: Scene, stage: Stage, name: str, path: Any, area: Rect, marks: tuple[TextMark, ...] = ()
) -> Element:
    """Add a path that is ink at rest and accent at light 1."""

    def paint(canvas: Any, state: State) -> None:
        shade = mix(stage.theme.ink, stage.theme.accent, state.light)
        canvas.drawPath(path, skia.Paint(Color=argb(shade), AntiAlias=True))

    return scene.add(name, area, paint, role="text" if marks else "decoration", marks=marks)


def _add_labels(scene: Scene, stage: Stage, plan: _Plan, boxes: Sequence[Rect], frames: Sequence[int]) -> None:
    """Add the meanings in their rows, above and below the formula, and the lines that lead to them."""
    for side, room in zip((True, False), plan.rows, strict=True):
        here = [label for label in plan.labels if label.above is side]
        lefts = _spread([(boxes[label.term].centre[0], label.block.width) for label in here], room, 1.5 * stage.space)
        for label, left in zip(here, lefts, strict=True):
            block, at = label.block, frames[label.term]
            top = room.bottom - block.height if side else room.y
            text = scene.text(f"term:{label.term}/meaning", block, left, top, lit=stage.theme.ink)
            edge = room.bottom + 0.3 * stage.space if side else room.y - 0.3 * stage.space
            leader = _add_leader(scene, stage, label, boxes[label.term], (left + block.width / 2, edge))
            text.show(at, rise=0.3 * stage.space * (-1 if side else 1))
            leader.draw(at, 0.5)


def _add_leader(scene: Scene, stage: Stage, label: _Label, box: Rect, end: tuple[float, float]) -> Element:
    """Add the bracket at the term and the thin line from it to the meaning at ``end``."""
    theme, space = stage.theme, stage.space
    way = -1.0 if label.above else 1.0
    start = (box.y if label.above else box.bottom) + way * 0.35 * space
    thick = 0.6 * stage.stroke
    middle, bend = box.centre[0], 0.5 * (end[1] - start)
    half = max(0.5 * box.width, 0.4 * space)
    line = skia.Path()
    line.moveTo(middle, start)
    line.cubicTo(middle, start + bend, end[0], end[1] - bend, end[0], end[1])
    measure = skia.PathMeasure(line, False)

    def paint(canvas: Any, state: State) -> None:
        pen = skia.Paint(Color=argb(mix(mix(theme.line, theme.muted, 0.3), theme.accent, state.light)), AntiAlias=True)
        pen.setStyle(skia.Paint.kStroke_Style)
        pen.setStrokeWidth(thick * (1 + 0.6 * state.light))
        pen.setStrokeCap(skia.Paint.kRound_Cap)
        reach = half * min(1.0, 3 * state.progress)
        canvas.drawLine(middle - reach, start, middle + reach, start, pen)
        drawn = skia.Path()
        measure.getSegment(0, measure.getLength() * max(0.0, 1.5 * state.progress - 0.5), drawn, True)
        canvas.drawPath(drawn, pen)

    left, right = min(middle - half, end[0]), max(middle + half, end[0])
    top, bottom = min(start, end[1]), max(start, end[1])
    return scene.add(f"term:{label.term}/leader", Rect(left, top, right - left, bottom - top).outset(2 * thick), paint)


def _spread(wishes: Sequence[tuple[float, float]], room: Rect, gap: float) -> list[float]:
    """Return left edges for boxes of (wished middle, width), moved as little as keeps them apart and in ``room``.

    Boxes that would touch are joined into groups that stand at their common mean.

    Source: pool-adjacent-violators algorithm of isotonic regression.
    """
    order = sorted(range(len(wishes)), key=lambda index: wishes[index][0])
    groups: list[tuple[float, float, list[int]]] = []
    for index in order:
        middle, width = wishes[index]
        groups.append((middle, width, [index]))
        while len(groups) > 1 and groups[-2][0] + groups[-2][1] / 2 + gap > groups[-1][0] - groups[-1][1] / 2:
            (one, wide, first), (other, thick, second) = groups[-2:]
            share = len(second) / (len(first) + len(second))
            groups[-2:] = [(one + (other - one) * share, wide + gap + thick, first + second)]
    lefts = [0.0] * len(wishes)
    for middle, width, members in groups:
        left = min(max(middle - width / 2, room.x), room.right - width)
        for index in members:
            lefts[index] = left
            left += wishes[index][1] + gap
    return lefts


def _pictured(equation: params.Equation, stage: Stage) -> Scene:
    """Draw the formula as the document prints it, in the theme's colours, on a card."""
    if not equation.image:
        raise EngineError("an equation has neither latex nor image; give one of them in storyboard.json")
    scene, space = stage.scene(), stage.space
    image = _trimmed(stage.image(equation.image))
    caption = _caption(equation, stage)
    foot = caption.height + 1.2 * space if caption else 0.0
    margin = 2 * space
    inner = stage.content.top_slice(stage.content.height - foot).inset(margin)
    growth = _LARGEST_GROWTH * max(1.0, stage.frame.height / 720)
    width = min(inner.width, inner.height * image.width() / image.height(), growth * image.width())
    height = width * image.height() / image.width()
    share = _CARD if stage.frame.wide else 0.5 * _CARD
    tall = max(height + 2 * margin, share * (stage.content.height - foot))
    card, last = stack(stage.content, [tall, foot], 0.0)
    at = _opening(stage)
    element = _add_card(scene, stage, image, card, card.placed(width, height)).show(at, 0.5, rise=0.4 * space)
    apply_cues(stage, {"equation": element})
    if caption:
        _add_caption(scene, caption, last, at + stage.frames(0.35))
    return scene


def _trimmed(image: Any) -> Any:
    """Return the picture without its white margins and without the formula's number."""
    area = formula_of(ink_of(image))
    left, top, right, bottom = (round(side) for side in (area.x, area.y, area.right, area.bottom))
    return image.makeSubset(skia.IRect.MakeLTRB(left, top, right, bottom)).withDefaultMipmaps()


def _add_card(scene: Scene, stage: Stage, image: Any, card: Rect, place: Rect) -> Element:
    """Add the picture on a panel, its black turned to ink and its white to the panel's colour."""
    theme = stage.theme
    ink, paper = (skia.Color4f(argb(colour)) for colour in (theme.ink, theme.panel))
    rows = []
    for dark, bright in ((ink.fR, paper.fR), (ink.fG, paper.fG), (ink.fB, paper.fB)):
        rows += [(bright - dark) * share for share in (0.2126, 0.7152, 0.0722)] + [0.0, dark]
    tone = skia.Paint(AntiAlias=True, ColorFilter=skia.ColorFilters.Matrix([*rows, 0.0, 0.0, 0.0, 1.0, 0.0]))
    sharp = skia.SamplingOptions(skia.CubicResampler.CatmullRom())
    small = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)

    def paint(canvas: Any, _: State) -> None:
        fill = skia.Paint(Color=argb(theme.panel), AntiAlias=True)
        canvas.drawRoundRect(skia_rect(card), stage.radius, stage.radius, fill)
        canvas.drawImageRect(image, skia_rect(place), sharp if place.width >= image.width() else small, tone)

    return scene.add("equation", card, paint, role="figure")
