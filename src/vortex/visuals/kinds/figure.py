"""A picture from the document on a clean card, with its name and caption; the camera goes to a part that is named."""

from dataclasses import dataclass
from typing import Any

from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.camera import (
    Picture,
    Stop,
    between,
    draw_shadow,
    looking_at,
    part_of,
    sheet_colour,
    skia_rect,
    snapped,
)
from vortex.visuals.kinds.wording import Words, set_words
from vortex.visuals.layout import Rect
from vortex.visuals.params import Fraction4
from vortex.visuals.stage import Stage
from vortex.visuals.theme import Colour, Theme, argb, contrast, mix

_LARGEST_GROWTH = 2.0
"""A picture is not drawn larger than this many times its own pixels, at a frame height of 720."""
_NEAREST_GROWTH = 1.8
"""How much nearer than that the camera may go to a part."""
_WAY_S = 1.3
_DIM = 0.45


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand: the room of the card, the card and the picture at rest, and the row of words below."""

    room: Rect
    card: Rect
    picture: Rect
    words: Rect


def build(figure: params.Figure, stage: Stage) -> Scene:
    """Draw the card on its cue, the words after it, and move to parts on theirs."""
    scene = stage.scene()
    image = stage.image(figure.image).withDefaultMipmaps()
    words = set_words(stage, figure.name, figure.caption)
    places = _places(stage, image, words)
    visits = _visits(figure, stage)
    stops = [_stop(figure, stage, places, part) for _, part in visits]
    at = stage.named("figure") or 0
    at = 0 if at < stage.frames(0.5) else at
    card = _add_card(scene, stage, Picture(image, stops, stage.theme), stops, places.room).begin("progress", 0.0)
    card.show(at, 0.5, rise=0.4 * stage.space)
    words.add(scene, stage, places.words, at + stage.frames(0.35))
    for number, (frame, part) in enumerate(visits[1:], start=1):
        leave = max(0, frame - stage.frames(0.5))
        card.animate("progress", leave, float(number), _WAY_S, "in_out")
        card.animate("light", leave, float(part >= 0), _WAY_S, "in_out")
    _add_parts(scene, stage, figure, visits, stops)
    for frame, cue in stage.timed_cues("figure"):
        if cue.action == "hide":
            card.hide(frame)
    return scene


def _places(stage: Stage, image: Any, words: Words) -> _Places:
    """Return the places: the card as large as its picture may be, the words under it, both in the middle."""
    content, space = stage.content, stage.space
    tall = words.height(stage)
    gap = 1.1 * space if tall else 0.0
    room = content.top_slice(content.height - tall - gap)
    margin = 0.9 * space
    inner = room.inset(margin)
    most = _LARGEST_GROWTH * max(1.0, stage.frame.height / 720) * image.width()
    width = min(inner.width, inner.height * image.width() / image.height(), most)
    height = width * image.height() / image.width()
    top = content.y + (content.height - height - 2 * margin - gap - tall) / 2
    card = Rect(content.centre[0] - width / 2 - margin, top, width + 2 * margin, height + 2 * margin)
    below = Rect(content.x, card.bottom + gap, content.width, tall)
    return _Places(Rect(room.x, room.y, room.width, below.y - gap - room.y), card, card.inset(margin), below)


def _visits(figure: params.Figure, stage: Stage) -> list[tuple[int, int]]:
    """Return when the camera goes where, from the whole (-1) to parts and back, in the order of time."""
    targets = [f"part:{index}" for index in range(len(figure.parts))]
    named = [
        (at, targets.index(cue.target))
        for at, cue in stage.timed_cues("part:")
        if cue.target in targets and cue.action != "hide"
    ]
    away = [(at, -1) for at, cue in stage.timed_cues("part:") if cue.action == "hide"]
    back = [(at, -1) for at, cue in stage.timed_cues("figure") if named and at > named[0][0] and cue.action != "hide"]
    visits = [(0, -1)]
    for at, part in sorted([*named, *away, *back]):
        if part != visits[-1][1]:
            visits.append((at, part))
    return visits


def _stop(figure: params.Figure, stage: Stage, places: _Places, part: int) -> Stop:
    """Return the whole card, or a part as near as its pixels bear, in a card that may fill the whole room."""
    if part < 0:
        return Stop(snapped(places.picture), places.card)
    left, top, right, bottom = figure.parts[part]
    room, rest = places.room, places.picture
    width, height = (right - left) * rest.width, (bottom - top) * rest.height
    inner = Rect(room.x, places.card.y, room.width, places.card.height).inset(1.6 * stage.space)
    scale = max(1.0, min(inner.width / width, inner.height / height, _NEAREST_GROWTH))
    size = rest.width * scale, rest.height * scale
    # The card widens to the room; its height stays, so that the words below need not move.
    window = places.card.placed(min(room.width, size[0] + 1.8 * stage.space), places.card.height)
    place = _held(looking_at(figure.parts[part], size, window.centre), window, 0.9 * stage.space)
    return Stop(snapped(place), window)


def _held(picture: Rect, window: Rect, margin: float) -> Rect:
    """Return the picture moved so that no more than ``margin`` of empty card is seen at any side, where it can be."""

    def shift(low: float, high: float, start: float, end: float) -> float:
        if high - low <= end - start:
            return (start + end) / 2 - (low + high) / 2
        return min(0.0, start - low) + max(0.0, end - high)

    inner = window.inset(margin)
    across = shift(picture.x, picture.right, inner.x, inner.right)
    down = shift(picture.y, picture.bottom, inner.y, inner.bottom)
    return picture.moved(across, down)


def _add_card(scene: Scene, stage: Stage, picture: Picture, stops: list[Stop], room: Rect) -> Element:
    """Add the card and the picture on it, as the camera sees them."""
    theme, space = stage.theme, stage.space

    def paint(canvas: Any, state: State) -> None:
        view = between(stops, state.progress)
        card = skia_rect(view.window)
        draw_shadow(canvas, view.window, 0.35 * space, theme, stage.radius)
        fill = skia.Paint(Color=argb(sheet_colour(theme)), AntiAlias=True)
        canvas.drawRoundRect(card, stage.radius, stage.radius, fill)
        canvas.save()
        canvas.clipRRect(skia.RRect.MakeRectXY(card, stage.radius, stage.radius), True)
        picture.draw(canvas, view.picture)
        canvas.restore()
        edge = skia.Paint(Color=argb(theme.line), AntiAlias=True, StrokeWidth=max(1.0, 0.4 * stage.stroke))
        edge.setStyle(skia.Paint.kStroke_Style)
        canvas.drawRoundRect(card, stage.radius, stage.radius, edge)

    return scene.add("figure", room.outset(0.8 * space), paint, role="figure")


def _add_parts(
    scene: Scene, stage: Stage, figure: params.Figure, visits: list[tuple[int, int]], stops: list[Stop]
) -> None:
    """Add, for every part that is visited, a veil over the rest of the card with an accent frame around the part."""
    ends = [at for at, _ in visits[1:]] + [stage.timing.num_frames]
    for number, (at, part) in enumerate(visits):
        if part < 0:
            continue
        again = sum(1 for _, other in visits[:number] if other == part)
        name = f"part:{part}" + (f"/{again}" if again else "")
        arrive = at + stage.frames(_WAY_S - 0.5) - stage.frames(0.25)
        element = _add_spot(scene, stage, name, stops[number], figure.parts[part])
        element.show(arrive, 0.4)
        if number + 1 < len(visits):
            element.hide(max(arrive + 1, ends[number] - stage.frames(0.5)), 0.25)


def _add_spot(scene: Scene, stage: Stage, name: str, stop: Stop, part: Fraction4) -> Element:
    """Add the veil and the frame around one part, as they stand while the camera rests at ``stop``."""
    theme = stage.theme
    hole = part_of(stop.picture, part).outset(0.35 * stage.space)
    window = stop.window
    left, top = max(hole.x, window.x + stage.stroke), max(hole.y, window.y + stage.stroke)
    right, bottom = min(hole.right, window.right - stage.stroke), min(hole.bottom, window.bottom - stage.stroke)
    box = skia.Rect.MakeLTRB(left, top, right, bottom)
    radius = 0.7 * stage.radius

    def paint(canvas: Any, _: State) -> None:
        path = skia.Path()
        path.setFillType(skia.PathFillType.kEvenOdd)
        path.addRoundRect(skia_rect(window), stage.radius, stage.radius)
        path.addRoundRect(box, radius, radius)
        canvas.drawPath(path, skia.Paint(Color=argb(sheet_colour(theme), _DIM), AntiAlias=True))
        line = skia.Paint(Color=argb(_accent_on_sheet(theme)), AntiAlias=True, StrokeWidth=stage.stroke)
        line.setStyle(skia.Paint.kStroke_Style)
        canvas.drawRoundRect(box, radius, radius, line)

    return scene.add(name, window.outset(stage.stroke), paint)


def _accent_on_sheet(theme: Theme) -> Colour:
    """Return the accent, darkened where it is made for a dark background."""
    return theme.accent if contrast(theme.accent, sheet_colour(theme)) >= 3 else mix(theme.accent, "#000000", 0.5)
