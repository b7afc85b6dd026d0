"""Many pictures, of which the good ones are kept, with a word on each that was not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from vortex.core.errors import ConfigError, EngineError
from vortex.engines.image.base import ImageEngine, Picture, PictureRequest, Pixels, Progress
from vortex.media.blank import find_blank

Scorer = Callable[[PictureRequest, Pixels], float]
"""How good a picture is for its request; more is better. Such as the calibrated score of a sight engine, or the
likeness to a character."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What a picture must be to be kept."""

    scorer: Scorer | None = None
    """Without one, pictures are kept in the order of their requests."""
    threshold: float = 0.0
    """Score below which a picture is dropped."""
    allow_blank: bool = False
    """Keep pictures that show nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that was kept."""

    number: int
    """Of its request, from 0."""
    request: PictureRequest
    picture: Picture
    score: float | None
    """``None`` where nobody scored."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A picture that was not kept, or not made."""

    number: int
    request: PictureRequest
    reason: str
    """In words and numbers."""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a batch."""

    kept: tuple[Kept, ...]
    """The best first; equal ones in the order of their requests."""
    dropped: tuple[Dropped, ...]
    """In the order of their requests."""

    def summary(self) -> str:
        """Return what was kept and what was not, one line for each picture that was not."""
        total = len(self.kept) + len(self.dropped)
        lines = [f"{len(self.kept)} of {total} pictures kept"]
        return "\n".join(
            [*lines, *(f"{each.number}, seed {each.request.seed}: {each.reason}" for each in self.dropped)]
        )


def generate_batch(
    engine: ImageEngine,
    requests: Sequence[PictureRequest],
    keep: int,
    judge: Judge | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Make every picture and keep the best.

    Args:
        engine: who makes them, one after the other.
        requests: what is asked; see ``with_seeds`` for many of one kind.
        keep: how many at most, above 0.
        judge: what is dropped; by default only what shows nothing.
        progress: hears the finished fraction of the whole batch, and may raise to cancel it.

    Raises:
        ConfigError: ``keep`` is below 1.
        ModelError: the model is missing or does not fit, which no other picture of the batch would change.
    """
    if keep < 1:
        raise ConfigError(f"keep = {keep}: keep at least one picture")
    wanted = judge or Judge()
    good: list[Kept] = []
    dropped: list[Dropped] = []
    for number, request in enumerate(requests):
        try:
            picture = engine.generate(request, _share(progress, number, len(requests)))
        except EngineError as error:
            dropped.append(Dropped(number, request, f"not made: {error}"))
            continue
        found = _judged(number, request, picture, wanted)
        if isinstance(found, Kept):
            good.append(found)
        else:
            dropped.append(found)
    ranked = sorted(good, key=lambda each: (-(each.score or 0.0), each.number))
    late = [
        Dropped(each.number, each.request, _rank(place, keep, each), each.score)
        for place, each in enumerate(ranked[keep:], keep + 1)
    ]
    return Batch(tuple(ranked[:keep]), tuple(sorted((*dropped, *late), key=lambda each: each.number)))


def with_seeds(request: PictureRequest, count: int) -> Iterator[PictureRequest]:
    """Yield a request with its own seed and those that follow it."""
    return (replace(request, seed=request.seed + number) for number in range(count))


def _judged(number: int, request: PictureRequest, picture: Picture, judge: Judge) -> Kept | Dropped:
    blank = None if judge.allow_blank else find_blank(picture.pixels)
    if blank is not None:
        return Dropped(number, request, f"{blank.fault}: {blank.reason}")
    if judge.scorer is None:
        return Kept(number, request, picture, None)
    score = float(judge.scorer(request, picture.pixels))
    # Written so that a score that is no number is dropped as well.
    if not score >= judge.threshold:
        return Dropped(number, request, f"its score {score:.3f} is below {judge.threshold:.3f}", score)
    return Kept(number, request, picture, score)


def _rank(place: int, keep: int, each: Kept) -> str:
    if each.score is None:
        return f"good, and {keep} were there before it"
    return f"its score {each.score:.3f} is good, and in place {place}, of which {keep} are kept"


def _share(progress: Progress | None, number: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((number + share) / total)
