"""The card of a film or a chapter: a small line above, the title, a rule that draws on, a line below.

Beside the words lies the page of the document that they lead to, or, where the source has no pages, a large quiet sign:
the number of the chapter or the initial of the film.
"""

from dataclasses import replace
from typing import NamedTuple

from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_bar, kicker
from vortex.visuals.kinds.sheets import add_sheet, add_sign, aspect_of, sign_aspect, words_and_sheet
from vortex.visuals.kinds.shrink import demand
from vortex.visuals.layout import DoesNotFit, Rect, stack
from vortex.visuals.stage import Stage
from vortex.visuals.text import TextBlock

_OPENING = 1.2
"""The film's own title, which has no line above it, is so much larger than a chapter's."""
_FROM_THE_START_S = 1.0
"""A title that is named this early stands there from the first frame: a film does not begin blank."""


def build(title: params.Title, stage: Stage) -> Scene:
    """Draw the card: the words at the left margin, a little above the middle, and what lies beside them."""
    scene, theme = stage.scene(), stage.theme
    words, room = _arranged(scene, stage, title)
    rule = 1.6 * stage.stroke
    heights = [words.kicker.height if words.kicker else 0.0, words.title.height, rule]
    top, middle, line, bottom = stack(
        room, [*heights, words.subtitle.height if words.subtitle else 0.0], 1.1 * stage.space
    )
    first, second = (stage.cue(target) for target in ("title", "subtitle"))
    opening = first if first is not None and first > stage.frames(_FROM_THE_START_S) else 0
    scene.text("title", words.title, middle.x, middle.y).show(opening, 0.5, rise=0.5 * stage.space)
    if words.kicker:
        scene.text("kicker", words.kicker, top.x, top.y).show(opening, 0.5)
    rule_at = opening + stage.frames(0.3)
    add_bar(scene, "rule", Rect(line.x, line.y, 4 * stage.space, rule), theme.accent).draw(rule_at, 0.7)
    if words.subtitle:
        at = second if second is not None else opening + stage.frames(0.6)
        scene.text("subtitle", words.subtitle, bottom.x, bottom.y).show(at, 0.5)
    return scene


class _Words(NamedTuple):
    """What is written on the card, set."""

    title: TextBlock
    kicker: TextBlock | None
    subtitle: TextBlock | None


def _arranged(scene: Scene, stage: Stage, title: params.Title) -> tuple[_Words, Rect]:
    """Add the sheet or the sign and return the words and their room; long words have the whole card to themselves."""
    if not title.image and not title.sign:
        return _words(title, stage, stage.content), stage.content
    image = stage.image(title.image) if title.image else None
    room, place = words_and_sheet(stage, aspect_of(image) if image else sign_aspect(stage))
    try:
        words = _words(title, stage, room)
    except DoesNotFit:
        return _words(title, stage, stage.content), stage.content
    if image:
        add_sheet(scene, stage, "sheet", image, place)
    else:
        add_sign(scene, stage, "sign", title.sign, place)
    return words, room


def _words(title: params.Title, stage: Stage, room: Rect) -> _Words:
    """Set title, kicker and subtitle.

    Raises:
        DoesNotFit: they are too long for the room.
    """
    style = stage.style("title")
    style = style if title.kicker else replace(style, size=_OPENING * style.size)
    head = stage.fit(title.title, style, room.width, 0.55 * room.height, least="lead")
    above = kicker(stage, title.kicker, room.width) if title.kicker else None
    lead = stage.style("lead", colour=stage.theme.muted)
    width = min(room.width, 0.8 * stage.content.width)
    below = stage.fit(title.subtitle, lead, width, 0.24 * room.height, least="small") if title.subtitle else None
    used = head.height + sum(block.height for block in (above, below) if block) + 4 * stage.space
    demand(used, room.height, "the card")
    return _Words(head, above, below)
