"""The rows of the scorecard that one finished film can be asked for: value, bar, and whether it holds."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import Cost
from benchmarks.scorecard import second
from benchmarks.scorecard.cast import Entry
from benchmarks.scorecard.eyes import trust
from benchmarks.scorecard.gold import coverage, quiz_score, read_gold
from benchmarks.scorecard.shown import Shown
from vortex.review.gate import check_film
from vortex.review.verdict import Verdict
from vortex.story.lessons.writer import TRACE_FILE

RECOGNISERS = ("faster_whisper", "whisper", "vosk", "sherpa_onnx")


@dataclass(frozen=True, slots=True)
class Score:
    """One row for one film."""

    number: int
    """Of the nineteen measures; rows that share one stand together, 0 is a row of our own."""
    row: str
    value: float | None
    """``None`` where it could not be measured."""
    limit: float | None = None
    kind: str = "at least"
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the bar holds; ``None`` without a bar or a value."""
        if self.value is None or self.limit is None:
            return None
        return self.value >= self.limit if self.kind == "at least" else self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Case:
    """A film that was made, or not."""

    entry: Entry
    film: Shown | None
    """``None`` when nothing was left to look at."""
    cost: Cost | None
    error: str = ""


def scores(case: Case) -> Iterator[Score]:
    """Yield all rows of one film; of a film that was not made only the first."""
    passed = case.film is not None and case.film.report["passed"] and not case.error
    yield Score(1, "made and passed by its gate", float(passed), 1, note=case.error)
    if case.film is None:
        return
    yield from _picture(case.film)
    yield from _words(case.film)
    yield from _sources(case.film, case.entry)
    yield from _telling(case.film, case.entry)
    yield from _cost(case.film, case.cost)


def _gated(film: Shown, number: int, row: str, check: str, limit: float, kind: str = "at least") -> Score:
    return Score(number, row, film.measure(check), limit, kind)


def _picture(film: Shown) -> Iterator[Score]:
    seen = check_film(film.mp4)
    yield _gated(film, 2, "overlap score, worst frame of the scene graph", "overlap", 0.99)
    yield Score(2, "text on text, share of a moment's text on pixels", _seen(seen, "text on text"), 0.05, "at most")
    yield _gated(film, 3, "elements outside the safe area, scene graph", "overflow", 0, "at most")
    yield _gated(film, 3, "smallest type by the height, scene graph", "type size", 0.022)
    yield Score(3, "lines cut off, pixels", _seen(seen, "text cut off"), 0, "at most")
    yield Score(3, "text inside the safe area, pixels", _seen(seen, "text in the safe area"), 0.8)
    yield Score(3, "text of 2.2 % and more, pixels", _seen(seen, "large text"), 0.8)
    yield _gated(film, 4, "lowest contrast, true pixels of the film's own text", "contrast in the film", 4.05)
    yield Score(4, "text of 4.05 : 1 and more, all pixels", _seen(seen, "clear text"))
    yield _gated(film, 5, "black seconds", "black picture", 0, "at most")
    yield _gated(film, 5, "stretches frozen outside declared holds", "frozen picture", 0, "at most")
    yield Score(5, "longest hold, seconds", _seen(seen, "held picture"), kind="at most")
    trusted = trust(film)
    yield Score(0, "texts in the records that the pixels' reader finds", trusted.recall, 0.95)
    yield Score(0, "lines of the pixels' reader that are texts in the records", trusted.precision, 0.95)


def _seen(verdict: Verdict, check: str) -> float | None:
    return next((each.measure for each in verdict.findings if each.check == check), None)


def _words(film: Shown) -> Iterator[Score]:
    yield _gated(film, 6, "caption offset, 95th percentile, s", "caption offset", 0.125, "at most")
    yield _gated(film, 7, "captions at fault in form", "caption form", 0, "at most")
    heard = next((name for name in RECOGNISERS if find_spec(name)), "")
    why = f"{heard} is installed but not asked" if heard else "no speech recogniser is installed"
    yield Score(8, "round-trip word error rate", None, note=f"not measured here: {why}")
    yield _gated(film, 14, "words shown within 1 s of being spoken", "words on time", 0.95)
    loudness = film.measure("loudness")
    apart = None if loudness is None else abs(loudness + 14)
    yield Score(15, "loudness, LU from −14 LUFS", apart, 1, "at most")
    yield _gated(film, 15, "true peak, dBTP, 0.3 dB for the codec", "true peak", -0.7, "at most")


def _sources(film: Shown, entry: Entry) -> Iterator[Score]:
    is_lesson = not entry.gold
    source = film.folder / TRACE_FILE if is_lesson else Path(entry.arguments[0])
    share, strange = second.known_numbers(film, source, derived=is_lesson)
    yield _gated(film, 9, "numbers found in their quote, gate", "numbers in the quote", 1)
    yield Score(9, "numbers found in the source, second reader", share, 1, note=", ".join(strange))
    yield _gated(film, 10, "claims supported, gate", "claims supported", 0.98)
    yield Score(10, "quotes found in the source, second reader", second.quotes_in_source(film, source), 0.98)
    if is_lesson:
        return
    share, weak = second.supported(film)
    yield Score(10, "statements whose words stand in their quote", share, 0.98, note=", ".join(weak))
    yield _gated(film, 11, "citations on the printed page, gate", "citations on the printed page", 1)
    if any(claim["label"] for claim in film.claims):
        share, missing = second.quoted_at_label(film, source)
        yield Score(
            11, "quotes on a page that prints the cited label, second reader", share, 1, note=", ".join(missing)
        )


def _telling(film: Shown, entry: Entry) -> Iterator[Score]:
    if entry.gold:
        gold = read_gold(entry.gold)
        share, missing = coverage(gold, film.units)
        yield Score(12, "key facts told", share, 0.6, note="; ".join(missing))
        answered, guessed = quiz_score(gold.quiz, film.units), quiz_score(gold.quiz, ())
        ceiling = quiz_score(gold.quiz, second.pages(Path(entry.arguments[0])))
        note = f"{answered:.2f} with the film, {guessed:.2f} without, {ceiling:.2f} with the whole document"
        yield Score(13, "quiz, gain over guessing", answered - guessed, 0, note=note)
    seconds = _seconds_by_kind(film)
    yield Score(
        0, "share of points slides", seconds.get("points", 0.0) / max(1e-9, sum(seconds.values())), 0.4, "at most"
    )
    yield Score(0, "kinds of shots", float(len(seconds)), note=", ".join(sorted(seconds)))


def _seconds_by_kind(film: Shown) -> dict[str, float]:
    starts = [shot["start"] for shot in film.report["shots"]]
    ends = [*starts[1:], starts[-1] + 1]
    found: dict[str, float] = {}
    for shot, start, end in zip(film.report["shots"], starts, ends, strict=True):
        found[shot["kind"]] = found.get(shot["kind"], 0.0) + end - start
    return found


def _cost(film: Shown, cost: Cost | None) -> Iterator[Score]:
    length = film.measure("length") or 0.0
    if cost is not None and length:
        yield Score(18, "wall seconds a second of film", cost.wall_s / length, 3, "at most")
        yield Score(18, "peak memory, MB", cost.peak_mb, 2000, "at most")
    size_bytes = sum(path.stat().st_size for path in film.folder.rglob("*") if path.is_file())
    yield Score(18, "disk, MB a minute of film", size_bytes / 1e6 / max(1e-9, length / 60), kind="at most")
    free = shutil.disk_usage(film.folder).free / 1e9
    assert free > 0.1, f"{free:.1f} GB of disk are left; the next film needs more"
