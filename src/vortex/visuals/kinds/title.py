"""The card of a film or a chapter: a small line above, the title, a rule that draws on, a line below."""

from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.parts import add_bar, kicker
from vortex.visuals.layout import Rect, stack
from vortex.visuals.stage import Stage

_FROM_THE_START_S = 1.0
"""A title that is named this early stands there from the first frame: a film does not begin blank."""


def build(title: params.Title, stage: Stage) -> Scene:
    """Draw the card, left-aligned and a little above the middle."""
    scene = stage.scene()
    theme, room = stage.theme, stage.content
    head = stage.fit(title.title, stage.style("title"), 0.92 * room.width, 0.5 * room.height, least="heading")
    above = kicker(stage, title.kicker) if title.kicker else None
    lead = stage.style("lead", colour=theme.muted)
    below = (
        stage.fit(title.subtitle, lead, 0.8 * room.width, 0.24 * room.height, least="small") if title.subtitle else None
    )

    rule = 1.6 * stage.stroke
    heights = [above.height if above else 0.0, head.height, rule, below.height if below else 0.0]
    top, middle, line, bottom = stack(room, heights, 1.1 * stage.space)
    first, second = (stage.cue(target) for target in ("title", "subtitle"))
    opening = first if first is not None and first > stage.frames(_FROM_THE_START_S) else 0
    words = [scene.text("title", head, middle.x, middle.y)]
    if above:
        words.append(scene.text("kicker", above, top.x, top.y))
    if opening:
        for element in words:
            element.show(opening, 0.5, rise=0.5 * stage.space)
    rule_at = opening + stage.frames(0.3)
    add_bar(scene, "rule", Rect(line.x, line.y, 4 * stage.space, rule), theme.accent).draw(rule_at, 0.7)
    if below:
        at = second if second is not None else opening + stage.frames(0.6)
        scene.text("subtitle", below, bottom.x, bottom.y).show(at, 0.5)
    return scene
