"""Numbers that mean a comparison: bars that grow, lines that are drawn on, dots and slices that appear when named."""

from collections.abc import Callable, Sequence

from vortex.visuals import params
from vortex.visuals.graph import Scene
from vortex.visuals.kinds.chart_bars import draw_bars
from vortex.visuals.kinds.chart_lines import draw_dots, draw_lines
from vortex.visuals.kinds.chart_parts import checked
from vortex.visuals.kinds.chart_pie import draw_pie
from vortex.visuals.kinds.parts import add_heading
from vortex.visuals.layout import Rect
from vortex.visuals.stage import Stage

_Draw = Callable[[Scene, Stage, params.Chart, Rect, Sequence[int]], None]

_FORMS: dict[str, _Draw] = {"bar": draw_bars, "line": draw_lines, "scatter": draw_dots, "pie": draw_pie}


def build(chart: params.Chart, stage: Stage) -> Scene:
    """Draw the caption at the top and the form below it, each series on its cue."""
    checked(chart)
    scene = stage.scene()
    room = add_heading(scene, stage, chart.caption)
    frames = stage.reveals([f"series:{index}" for index in range(len(chart.series))])
    _FORMS[chart.form](scene, stage, chart, room, frames)
    return scene
