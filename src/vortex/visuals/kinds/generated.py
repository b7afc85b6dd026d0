"""Pictures that a model made: large, with round corners, named as generated, their words below them.

No words stand on the picture, whose colours nobody knows before it is made.
"""

from typing import Any

from vortex.core.errors import EngineError
from vortex.media.footage import Footage
from vortex.visuals import params
from vortex.visuals.graph import Element, Scene, State
from vortex.visuals.graphics import skia
from vortex.visuals.kinds.camera import draw_shadow, skia_rect
from vortex.visuals.kinds.wording import set_words
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage

_NEARER = 0.06
"""How much a still grows while it is shown."""
_SMOOTH = skia.SamplingOptions(skia.CubicResampler.Mitchell())


def build_still(still: params.Still, stage: Stage) -> Scene:
    """Show the picture from the first frame, coming a little nearer."""
    if not still.image:
        raise EngineError(f"still {still.prompt[:60]!r}: its picture was not made; run: vortex render")
    image = stage.image(still.image)
    scene = stage.scene()
    place = _arranged(scene, stage, still.label, still.heading, image.width() / image.height())

    def paint(canvas: Any, state: State) -> None:
        _paint(canvas, stage, place, image, 1 + _NEARER * state.progress)

    picture = _add(scene, stage, place, paint)
    picture.begin("progress", 0.0).animate("progress", 1, 1.0, stage.timing.num_frames / stage.timing.fps, "linear")
    return scene


def build_clip(clip: params.Clip, stage: Stage) -> Scene:
    """Play the clip from the first frame; its last frame stays."""
    if not clip.video:
        raise EngineError(f"clip {clip.prompt[:60]!r}: it was not made; run: vortex render")
    footage = Footage(stage.assets / clip.video)
    scene = stage.scene()
    place = _arranged(scene, stage, clip.label, clip.heading, footage.width / footage.height)

    def paint(canvas: Any, state: State) -> None:
        image = skia.Image.fromarray(footage.frame(round(state.progress)), skia.kBGRA_8888_ColorType)
        _paint(canvas, stage, place, image, 1.0)

    last = footage.num_frames - 1
    picture = _add(scene, stage, place, paint).begin("progress", 0.0)
    if last:
        picture.animate("progress", 1, float(last), last / footage.fps, "linear")
    return scene


def _arranged(scene: Scene, stage: Stage, label: str, heading: str, aspect: float) -> Rect:
    """Add the words and return the place of the picture: as large as the room above them lets it be."""
    words, content = set_words(stage, label, heading, as_title=True), stage.content
    tall = words.height(stage)
    gap = 0.9 * stage.space if tall else 0.0
    room = content.top_slice(content.height - tall - gap)
    width = min(room.width, room.height * aspect)
    height = width / aspect
    top = content.y + (room.height - height) / 2
    place = Rect(round(room.centre[0] - width / 2), round(top), round(width), round(height))
    words.add(scene, stage, Rect(content.x, place.bottom + gap, content.width, tall), 0)
    return place


def _add(scene: Scene, stage: Stage, place: Rect, paint: Any) -> Element:
    blur = 0.35 * stage.space

    def with_shadow(canvas: Any, state: State) -> None:
        draw_shadow(canvas, place, blur, stage.theme, stage.radius)
        paint(canvas, state)

    return scene.add(
        "picture", place.inset(-3 * blur), with_shadow, role="figure", damage=lambda *_: (place,),
        covers=lambda _: place,
    )  # fmt: skip


def _paint(canvas: Any, stage: Stage, place: Rect, image: Any, nearer: float) -> None:
    canvas.save()
    canvas.clipRRect(skia.RRect.MakeRectXY(skia_rect(place), stage.radius, stage.radius), True)
    centre = place.centre
    seen = Rect(
        centre[0] - nearer * place.width / 2, centre[1] - nearer * place.height / 2, nearer * place.width,
        nearer * place.height,
    )  # fmt: skip
    canvas.drawImageRect(image, skia_rect(seen), _SMOOTH, skia.Paint(AntiAlias=True))
    canvas.restore()
