"""What a teacher would ask of a plan, asked of plans of real documents with the times of the real voice."""

from itertools import pairwise
from pathlib import Path

import pytest

from vortex.core.cohesion import dangling, said_again, same_openings
from vortex.core.text import content_words
from vortex.production.film import Plan
from vortex.story.claims import is_frame
from vortex.studio import Studio

NAMES = ("R-intro.pdf", "dotguide.pdf.gz", "sqlite-queryplanner.html", "python-heapq.html", "us-constitution.gz")
LONGEST_S, STILL_S = 20.5, 9.0
RICH = {"figure", "table", "chart", "equation", "code", "number", "flow", "timeline", "compare"}
ABOUT_ITSELF = {"title", "sources"}


@pytest.fixture(scope="module", params=NAMES)
def plan(request: pytest.FixtureRequest, inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    settings = {"render.height": 360, "search.embedder": "none"}
    return Studio(settings).plan(inputs / request.param, out=tmp_path_factory.mktemp("film") / "film", seconds=120)


def test_no_shot_is_long_and_in_none_does_everything_stand_still(plan: Plan) -> None:
    for shot, timed in zip(plan.board.shots, plan.timeline.shots, strict=True):
        timing = timed.timing
        seconds = timing.num_frames / timing.fps
        spoken = {sentence.id: sentence for sentence in timing.sentences}
        cues = [spoken[each.sentence].words[each.word].start / timing.fps for each in shot.cues]
        gaps = [late - early for early, late in pairwise(sorted([0.0, *cues, seconds]))]
        assert seconds <= LONGEST_S, (shot.id, shot.kind, seconds)
        assert max(gaps) <= STILL_S, (shot.id, shot.kind, gaps)


def test_points_stay_few_where_there_is_anything_better(plan: Plan) -> None:
    kinds = {shot.kind for shot in plan.board.shots}
    spent = sum(
        timed.timing.num_frames
        for shot, timed in zip(plan.board.shots, plan.timeline.shots, strict=True)
        if shot.kind == "points"
    )
    assert kinds & RICH
    assert spent <= 0.4 * plan.timeline.num_frames


def test_kinds_take_turns(plan: Plan) -> None:
    kinds = [shot.kind for shot in plan.board.shots]
    assert len(set(kinds)) >= 6
    assert max(kinds.count(kind) for kind in set(kinds)) <= len(kinds) / 2


def test_every_reason_names_what_made_it_so(plan: Plan) -> None:
    texts = {each.id: each.text for scene in plan.told.script.scenes for each in scene.sentences}
    for shot in plan.board.shots:
        said = set(content_words(" ".join([*(texts[name] for name in shot.sentences), str(shot.params)])))
        assert said & set(content_words(shot.reason)), (shot.id, shot.reason)
    reasons = [shot.reason for shot in plan.board.shots]
    assert len(set(reasons)) == len(reasons)


def test_chapters_are_announced_after_a_pause(plan: Plan) -> None:
    ends = {sentence.shot: sentence.start + sentence.num_frames for sentence in plan.timeline.sentences}
    fps = plan.timeline.fps
    starts = {sentence.shot: sentence.start for sentence in reversed(plan.timeline.sentences)}
    for before, after in pairwise(plan.timeline.shots):
        if after.chapter:
            assert (starts[after.id] - ends[before.id]) / fps >= 0.7


def test_the_words_hold_together(plan: Plan) -> None:
    before = ""
    told = []
    for each in (each for scene in plan.told.script.scenes for each in scene.sentences):
        if not is_frame(each):
            assert not dangling(each.text, before), each
            assert len(each.text.split()) <= 30
        if not is_frame(each) and each.role != "recap":
            told.append(each.text)
        before = "" if is_frame(each) else each.text
    assert same_openings(told) == []
    assert len(said_again(told)) <= 1


def test_figures_are_shown_when_they_are_spoken_of(plan: Plan) -> None:
    figures = {
        f"{document.id}/{block.id}"
        for document in plan.library.documents
        for block in document.blocks
        if block.kind == "figure" and block.image
    }
    sentences = [each for scene in plan.told.script.scenes for each in scene.sentences if each.role != "recap"]
    speaking = {each.id for each in sentences if figures & set(each.exhibits)}
    shown = {name for shot in plan.board.shots if shot.kind == "figure" for name in shot.sentences}
    assert speaking <= shown


def test_listings_and_tables_say_what_they_are(plan: Plan) -> None:
    for shot in plan.board.shots:
        if shot.kind == "code":
            assert shot.params["heading"]
        if shot.kind == "table":
            assert shot.params["caption"]


def test_long_chapters_of_long_films_end_with_what_to_take_along(inputs: Path, tmp_path: Path) -> None:
    settings = {"render.height": 360, "search.embedder": "none"}
    plan = Studio(settings).plan(inputs / "python-heapq.html", out=tmp_path / "film", seconds=300)
    kinds = {name: shot.kind for shot in plan.board.shots for name in shot.sentences}
    summed = []
    for scene in plan.told.script.scenes[1:-1]:
        again = [each for each in scene.sentences if each.role == "recap"]
        assert [each.role for each in scene.sentences[len(scene.sentences) - len(again) :]] == ["recap"] * len(again)
        assert all(kinds[each.id] == "recap" for each in again)
        told = [each.quote for each in scene.sentences if each.role != "recap"]
        assert all(each.quote in told for each in again)
        summed += again[:1]
    assert summed and all(each.text.startswith("In short: ") for each in summed)
