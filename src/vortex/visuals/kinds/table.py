"""The table of kinds: name → parameters and drawing code. Listing and validating load no drawing code.

A file of a kind holds one function, ``build(params, stage) -> Scene``.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from vortex.core.errors import EngineError
from vortex.visuals import params as p
from vortex.visuals import states
from vortex.visuals.graph import Scene
from vortex.visuals.stage import Stage


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is described and where it is drawn."""

    params: type[p.Params]
    build: str
    """``module:function``, loaded when the first shot of the kind is drawn."""


_MOST_SHOWN = 120

KINDS: dict[str, Kind] = {
    "array": Kind(states.Array, "vortex.visuals.kinds.array:build"),
    "graph": Kind(states.Graph, "vortex.visuals.kinds.graph:build"),
    "grid": Kind(states.Grid, "vortex.visuals.kinds.grid:build"),
    "chart": Kind(p.Chart, "vortex.visuals.kinds.chart:build"),
    "clip": Kind(p.Clip, "vortex.visuals.kinds.generated:build_clip"),
    "code": Kind(p.Code, "vortex.visuals.kinds.code:build"),
    "compare": Kind(p.Compare, "vortex.visuals.kinds.compare:build"),
    "definition": Kind(p.Definition, "vortex.visuals.kinds.definition:build"),
    "equation": Kind(p.Equation, "vortex.visuals.kinds.equation:build"),
    "figure": Kind(p.Figure, "vortex.visuals.kinds.figure:build"),
    "matrix": Kind(states.Matrix, "vortex.visuals.kinds.matrix:build"),
    "network": Kind(states.Network, "vortex.visuals.kinds.network:build"),
    "number": Kind(p.Number, "vortex.visuals.kinds.number:build"),
    "page": Kind(p.Page, "vortex.visuals.kinds.page:build"),
    "plot": Kind(states.Plot, "vortex.visuals.kinds.plot:build"),
    "flow": Kind(p.Flow, "vortex.visuals.kinds.flow:build"),
    "points": Kind(p.Points, "vortex.visuals.kinds.points:build"),
    "quote": Kind(p.Quote, "vortex.visuals.kinds.quote:build"),
    "recap": Kind(p.Recap, "vortex.visuals.kinds.recap:build"),
    "sources": Kind(p.Sources, "vortex.visuals.kinds.sources:build"),
    "still": Kind(p.Still, "vortex.visuals.kinds.generated:build_still"),
    "table": Kind(p.Table, "vortex.visuals.kinds.tables:build"),
    "timeline": Kind(p.Timeline, "vortex.visuals.kinds.timeline:build"),
    "tree": Kind(states.Tree, "vortex.visuals.kinds.tree:build"),
    "title": Kind(p.Title, "vortex.visuals.kinds.title:build"),
}


def validated(kind: str, params: Mapping[str, Any]) -> p.Params:
    """Return the parameters as the kind's own model.

    Raises:
        EngineError: the kind is unknown, or a parameter is missing, unknown or malformed; names it.
    """
    if kind not in KINDS:
        raise EngineError(f"kind {kind!r} is not known; choose one of {', '.join(sorted(KINDS))}")
    try:
        return KINDS[kind].params.model_validate(params)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise EngineError(
            f"{kind}.{where} is {_brief(first.get('input'))}: {first['msg']}; mend storyboard.json"
        ) from error


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def build(kind: str, params: Mapping[str, Any], stage: Stage) -> Scene:
    """Return the scene of a shot, without captions and chips.

    Raises:
        EngineError: see ``validated``.
        DoesNotFit: something cannot be set legibly; the shot has to be split.
    """
    checked = validated(kind, params)
    module, function = KINDS[kind].build.split(":")
    scene: Scene = getattr(importlib.import_module(module), function)(checked, stage)
    return scene
