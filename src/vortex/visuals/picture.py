"""From a shot and its clock to a scene: validate, build the kind, add captions and citation chips."""

from dataclasses import dataclass
from pathlib import Path

from vortex.visuals.captions import add_captions, add_chips
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.table import build
from vortex.visuals.layout import frame
from vortex.visuals.shot import Shot
from vortex.visuals.stage import Stage
from vortex.visuals.theme import theme
from vortex.visuals.timing import ShotTiming


@dataclass(frozen=True, slots=True)
class Format:
    """Size and style of all pictures of a film."""

    width: int
    height: int
    theme: str = "light"
    captions: bool = True


def scene_of(shot: Shot, timing: ShotTiming, format: Format, assets: Path) -> Scene:
    """Return the whole scene of ``shot``.

    Raises:
        EngineError: the kind is unknown, its parameters or cues are wrong, or a picture is missing.
        DoesNotFit: something cannot be set legibly; the shot has to be split.
    """
    places = frame(format.width, format.height, format.captions)
    stage = Stage(places, theme(format.theme), timing, shot.cues, assets)
    scene = build(shot.kind, shot.params, stage)
    if format.captions:
        add_captions(scene, timing)
    add_chips(scene, timing)
    return scene
