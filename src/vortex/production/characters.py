"""Pictures in which one character stays the same: made until enough of them pass, and never more than was allowed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from vortex.core.errors import ConfigError
from vortex.core.units import counted
from vortex.engines.image.base import ImageEngine, Picture, PictureRequest, Progress
from vortex.engines.sight.characters import CharacterJudge, CharacterVerdict
from vortex.engines.sight.cutout import cut_out

SEED_STEP = 1_000_003
"""Between the seeds of two tries; a prime, so that the seeds of neighbouring requests do not meet."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One picture that was made, and what was said of it."""

    request: PictureRequest
    """With the seed that was used."""
    picture: Picture
    verdict: CharacterVerdict


@dataclass(frozen=True, slots=True)
class ConsistentBatch:
    """What came of a batch."""

    kept: tuple[Attempt, ...]
    dropped: tuple[Attempt, ...]
    num_wanted: int

    @property
    def is_complete(self) -> bool:
        """Whether as many were kept as were wanted."""
        return len(self.kept) == self.num_wanted

    def report(self) -> str:
        """Return in words how many were kept, and why each of the others was not."""
        num_tries = len(self.kept) + len(self.dropped)
        lines = [f"{len(self.kept)} of {counted(self.num_wanted, 'picture')} kept, {num_tries} made"]
        lines += [f"seed {each.request.seed} dropped: {'; '.join(each.verdict.reasons)}" for each in self.dropped]
        return "\n".join(lines)


def generate_consistent(
    engine: ImageEngine,
    requests: Sequence[PictureRequest],
    character: CharacterJudge,
    keep: int = 1,
    *,
    max_tries: int = 4,
    progress: Progress | None = None,
) -> ConsistentBatch:
    """Make pictures of a character and keep those that show it.

    A request is tried with its own seed first and then with seeds that are ``SEED_STEP`` apart, so that equal arguments
    give equal pictures.

    Args:
        engine: who makes pictures.
        requests: what they are to show.
        character: who says whether they show the character.
        keep: pictures wanted of each request, at least 1.
        max_tries: tries for each wanted picture, at least 1; after that the request is left with fewer.
        progress: hears the finished fraction, 0 to 1; may raise to cancel.

    Raises:
        ConfigError: ``keep`` or ``max_tries`` is below 1.
        EngineError: the engine cannot do what a request asks for.
        ModelError: a model is missing or broken, or does not fit.
    """
    if keep < 1 or max_tries < 1:
        raise ConfigError(f"keep = {keep}, max_tries = {max_tries}: both are at least 1")
    kept: list[Attempt] = []
    dropped: list[Attempt] = []
    for place, request in enumerate(requests):
        wanted = len(kept) + keep
        for number, attempt in enumerate(_attempts(engine, request, character, _part(progress, place, len(requests)))):
            (kept if attempt.verdict.is_same else dropped).append(attempt)
            if len(kept) == wanted or number + 1 == keep * max_tries:
                break
        if progress:
            progress((place + 1) / len(requests))
    return ConsistentBatch(tuple(kept), tuple(dropped), keep * len(requests))


def _attempts(
    engine: ImageEngine, request: PictureRequest, character: CharacterJudge, progress: Progress | None
) -> Iterator[Attempt]:
    number = 0
    while True:
        asked = replace(request, seed=request.seed + number * SEED_STEP)
        picture = engine.generate(asked, progress)
        yield Attempt(asked, picture, character.is_same(cut_out(picture.pixels)))
        number += 1


def _part(progress: Progress | None, place: int, count: int) -> Callable[[float], None] | None:
    """Return who hears of one picture: that the batch is where its request begins, so that it can cancel."""
    return None if progress is None else lambda fraction: progress(place / count)
