"""The embedded engine: draws a shot from its data. Needs no model, no network and no card."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vortex.core.errors import EngineError, MissingExtra
from vortex.engines.video.base import Take, TakeRequest

if TYPE_CHECKING:
    from vortex.visuals.graph import Scene


class DrawnVideo:
    """Draws takes on the processor, the same bytes for the same request."""

    name = "drawn"
    version = "1"
    rung = "embedded"

    def make(self, request: TakeRequest, folder: Path, progress: Callable[[float], None] | None = None) -> Take:
        """Write ``take.mp4`` and ``layout.json`` into ``folder`` and return the take.

        Raises:
            EngineError: the shot cannot be drawn; says which, why, and what to do. ``DoesNotFit`` means: split it.
            MissingExtra: no font on this machine shows the shot's script.
            MediaError: the picture size or a setting of the encoder is refused.
        """
        # Skia and PyAV are loaded by the first take, not by the table of engines.
        from vortex.media.encode import VideoWriter
        from vortex.visuals.record import record
        from vortex.visuals.render import render

        scene, look = _scene(request), request.look
        video, layout = folder / "take.mp4", folder / "layout.json"
        with VideoWriter(video, look.width, look.height, request.timing.fps, look.preset, look.crf) as writer:
            distinct = render(scene, writer, progress)
        record(scene).write(layout)
        return Take(video, layout, scene.num_frames, distinct, self.rung)


def _scene(request: TakeRequest) -> "Scene":
    from vortex.visuals.picture import Format, scene_of

    look = request.look
    format = Format(look.width, look.height, look.theme, look.captions)
    try:
        return scene_of(request.shot, request.timing, format, request.assets)
    except (EngineError, MissingExtra) as error:
        raise type(error)(f"shot {request.shot.id!r} ({request.shot.kind}): {error}") from error
