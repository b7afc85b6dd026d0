"""A second shape of a film: the same script, voice and storyboard, laid out anew.

A shot that can be set in the new shape stays what it is. One that cannot, and a page that would be too small to read,
is planned again alone, and the report says so. The files of the first shape are not touched.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from vortex.core.errors import ConfigError
from vortex.core.events import Event
from vortex.production.cutting import cut
from vortex.production.film import FilmMaker, Plan
from vortex.production.folder import write
from vortex.production.library import page_pictures
from vortex.production.telling import DocumentPlanner, ShotPlanner, Told, who_draws
from vortex.story.brief import Shape
from vortex.story.files import storyboard_text
from vortex.story.planner.fit import fits_in
from vortex.story.storyboard import Storyboard
from vortex.visuals.shot import Shot


def reshaped(maker: FilmMaker, plan: Plan, shape: str) -> tuple[FilmMaker, Plan]:
    """Return the maker and the plan of the same film in another shape.

    Args:
        maker: of the film itself.
        plan: of the film itself.
        shape: ``16:9``, ``9:16`` or ``1:1``.

    Raises:
        ConfigError: the shape is unknown or the film's own, or a shot cannot be set in it at all; names the shot.
    """
    shapes: dict[str, Shape] = {each: each for each in get_args(Shape) if each != maker.brief.shape}
    if shape not in shapes:
        raise ConfigError(
            f"--aspect {shape}: choose one of {', '.join(shapes)}; the film itself is {maker.brief.shape}"
        )
    other = replace(
        maker, folder=maker.folder.in_shape(shape), brief=replace(maker.brief, shape=shapes[shape]), stage_s={}
    )
    planner = _planner(other, plan)
    fits = fits_in(plan.told.script, other.look, plan.library.assets)
    board, notes = _refitted(plan, planner, fits, f"In {shape}")
    for note in notes:
        maker.listen(Event("note", "shots", message=note))
    file = maker.folder.build.root / f"storyboard.{other.folder.mark}.json"
    write(file, storyboard_text(board))
    page_pictures(plan.library, board, file)
    script = plan.told.script
    timeline = cut(board, script, plan.lines, maker.settings.render.fps)
    told = replace(plan.told, script=replace(script, notes=(*script.notes, *notes)))
    return other, other.costed(replace(plan, told=told, board=board, timeline=timeline, planner=planner))


def _planner(other: FilmMaker, plan: Plan) -> ShotPlanner:
    planner = who_draws(plan.planner)
    if not isinstance(planner, DocumentPlanner):
        return plan.planner
    return other.planner(plan.told.script, plan.library, planner.material, planner.settings.budget)


def _refitted(
    plan: Plan, planner: ShotPlanner, fits: Callable[[Shot], bool], where: str
) -> tuple[Storyboard, tuple[str, ...]]:
    """Return the storyboard with what does not suit the shape planned again, and a note of each such shot."""
    drawn = who_draws(planner)
    readable = drawn.settings.page_pictures if isinstance(drawn, DocumentPlanner) else True
    shots: list[Shot] = []
    needs, notes = list(plan.board.needs), list[str]()
    for shot in plan.board.shots:
        small = shot.kind == "page" and not readable and not shot.pinned
        if not small and fits(shot):
            shots.append(shot)
            continue
        span = _again(shot, planner, plan.told, fits, where)
        shots += span.shots
        needs += [need for need in span.needs if need not in needs]
        why = "its page would be too small to read" if small else "it cannot be set legibly as it is"
        shown = ", ".join(f"{each.kind} ({each.id})" for each in span.shots)
        notes.append(f"{where}, shot {shot.id} ({shot.kind}) was planned again as {shown}: {why}.")
    shown_pages = {name for shot in shots for name in _pictures(shot)}
    return Storyboard(tuple(shots), tuple(need for need in needs if need.image in shown_pages)), tuple(notes)


def _again(shot: Shot, planner: ShotPlanner, told: Told, fits: Callable[[Shot], bool], where: str) -> Storyboard:
    span = planner.again(shot, told.script, told.claims)
    unfit = next((each for each in span.shots if not fits(each)), None)
    if unfit is not None:
        raise ConfigError(
            f"{where}, shot {shot.id!r} cannot be set legibly, not even as {unfit.kind}: shorten its sentences with "
            "vortex edit say, or show it otherwise with vortex edit replace"
        )
    return span


def _pictures(shot: Shot) -> set[str]:
    """Return the names of the pictures that a shot shows, those of its entries included."""
    entries = [shot.params, *shot.params.get("entries", ())]
    return {str(each["image"]) for each in entries if each.get("image")} | {
        str(name) for each in entries for name in each.get("images", ())
    }
