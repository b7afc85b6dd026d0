from pathlib import Path

from vortex.engines.video.base import Look
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.material import Material
from vortex.story.planner.fit import fits_in
from vortex.story.shots import ShotSettings, plan_shots
from vortex.story.writers.extract import ExtractWriter
from vortex.visuals.shot import Shot

BUDGET = WordBudget(180)


def test_planned_shots_can_be_set_in_every_shape(planner_page: Material, tmp_path: Path) -> None:
    script = ExtractWriter().write(Brief(seconds=180), planner_page, BUDGET)
    claims = check_script(script, planner_page)
    for width, height in ((640, 360), (360, 640), (480, 480)):
        fits = fits_in(script, Look(width, height), tmp_path)
        board = plan_shots(script, planner_page, claims, ShotSettings(BUDGET, fits=fits))
        assert [shot.kind for shot in board.shots if not fits(shot)] == []


def test_what_does_not_fit_is_shown_otherwise(planner_page: Material, tmp_path: Path) -> None:
    script = ExtractWriter().write(Brief(seconds=180), planner_page, BUDGET)
    claims = check_script(script, planner_page)
    settings = ShotSettings(BUDGET, fits=lambda shot: shot.kind not in ("quote", "recap", "figure"))
    kinds = {shot.kind for shot in plan_shots(script, planner_page, claims, settings).shots}
    assert not kinds & {"quote", "recap", "figure"}
    fits = fits_in(script, Look(640, 360), tmp_path)
    endless = {"nodes": [{"label": "word " * 80}] * 9}
    assert not fits(Shot(id="x", kind="flow", params=endless, sentences=(script.scenes[0].sentences[0].id,)))
