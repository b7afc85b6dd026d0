"""Batches in which a character stays the same, with an image engine that does not always manage."""

from dataclasses import replace
from typing import Self

import pytest
from factories.characters import CAST, clear_cutouts, draw_character

from vortex.core.errors import ConfigError
from vortex.core.settings import ImageSettings
from vortex.engines.image.base import Picture, PictureRequest, Progress
from vortex.engines.sight.characters import CharacterJudge
from vortex.production.characters import SEED_STEP, generate_consistent
from vortex.runtime.room import EngineRoom


class Painter:
    """Draws characters; who it is depends on the seed, as with a model that drifts."""

    name = "painter"
    version = "1"
    rung = "embedded"

    def __init__(self) -> None:
        self.seeds: list[int] = []

    @classmethod
    def from_room(cls, settings: ImageSettings, room: EngineRoom) -> Self:
        return cls()

    def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
        self.seeds.append(request.seed)
        if progress:
            progress(0.5)
        name = request.prompt if request.seed % 3 else "zip"
        return Picture(draw_character(name, 30 + request.seed % 1000)[:, :, :3], "drawn", "whole")

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def mila() -> CharacterJudge:
    others = [each for name in CAST if name != "mila" for each in clear_cutouts(name, 16)[:8]]
    return CharacterJudge.learnt(clear_cutouts("mila", 16)[:8], others)


def test_only_the_character_is_kept(mila: CharacterJudge) -> None:
    painter = Painter()
    batch = generate_consistent(painter, [PictureRequest("mila", seed=seed) for seed in (0, 1, 2)], mila, keep=2)
    assert batch.is_complete
    assert len(batch.kept) == 6
    assert all(each.request.seed % 3 and each.verdict.is_same for each in batch.kept)
    assert batch.dropped
    assert len(painter.seeds) == len(batch.kept) + len(batch.dropped)
    assert painter.seeds[0] == 0
    assert painter.seeds[1] == SEED_STEP
    assert batch.report().startswith(f"6 of 6 pictures kept, {len(painter.seeds)} made")
    assert "seed 0 dropped: " in batch.report()


def test_tries_are_bounded_and_what_is_missing_is_said(mila: CharacterJudge) -> None:
    painter = Painter()
    batch = generate_consistent(painter, [PictureRequest("rex"), PictureRequest("nox")], mila, max_tries=3)
    assert not batch.kept
    assert len(batch.dropped) == len(painter.seeds) == 6
    assert not batch.is_complete
    assert batch.report().startswith("0 of 2 pictures kept, 6 made")
    assert all(each.verdict.reasons for each in batch.dropped)


def test_equal_batches_are_equal(mila: CharacterJudge) -> None:
    asked = [PictureRequest("mila", seed=4)]
    first, again = (generate_consistent(Painter(), asked, mila, keep=2) for _ in range(2))
    assert [each.request for each in first.kept] == [each.request for each in again.kept]
    assert [each.verdict for each in first.kept] == [each.verdict for each in again.kept]
    assert replace(first.kept[0].request, seed=4) == asked[0]


def test_progress_rises_and_can_cancel(mila: CharacterJudge) -> None:
    heard: list[float] = []
    generate_consistent(Painter(), [PictureRequest("mila", seed=seed) for seed in (1, 2)], mila, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1

    def cancel(fraction: float) -> None:
        raise KeyboardInterrupt

    painter = Painter()
    with pytest.raises(KeyboardInterrupt):
        generate_consistent(painter, [PictureRequest("mila")], mila, progress=cancel)
    assert len(painter.seeds) == 1


@pytest.mark.parametrize("bounds", [{"keep": 0}, {"max_tries": 0}])
def test_bounds_that_make_no_sense_are_refused(mila: CharacterJudge, bounds: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="both are at least 1"):
        generate_consistent(Painter(), [PictureRequest("mila")], mila, **bounds)
