"""Do the sentences hold together by ear: figures for the film's maker, never a reason to refuse a film."""

from collections.abc import Sequence, Set

from vortex.core.cohesion import dangling, repeated_runs, said_again, same_openings
from vortex.review.film import SpokenSentence
from vortex.review.verdict import Finding, clock

MOST_REPEATED = 0.03
"""Share of runs of four content words that may come again; what a recap says again on purpose is not counted."""


def check(
    sentences: Sequence[SpokenSentence], language: str, frames: Set[str] = frozenset(), recap: Set[str] = frozenset()
) -> list[Finding]:
    """Return how many references dangle and how much is repeated; nothing where nothing is spoken.

    Args:
        sentences: all that is said, in order.
        language: ISO 639-1.
        frames: ids of sentences that assert nothing, such as questions and links; nothing can lean on them.
        recap: ids of sentences that say something again on purpose.
    """
    if not sentences:
        return []
    told = [each for each in sentences if each.id not in frames and each.id not in recap]
    return [_dangling(sentences, language, frames), _repetition(told, language), _neighbours(told, language)]


def _dangling(sentences: Sequence[SpokenSentence], language: str, frames: Set[str]) -> Finding:
    where: list[str] = []
    before = ""
    for each in sentences:
        found = "" if each.id in frames else dangling(each.text, before, language)
        if found:
            where.append(f"{clock(each.start_s)} {each.id}: {found!r} in {each.text!r}")
        before = "" if each.id in frames else each.text
    detail = "Words such as this, it or see below whose meaning the sentence before does not give."
    return _report("dangling references", f"{len(where)}", "0", detail, float(len(where)), tuple(where), not where)


def _repetition(told: Sequence[SpokenSentence], language: str) -> Finding:
    share, again = repeated_runs([each.text for each in told], language)
    detail = f"Runs of four content words that come again; the first: {again[0]!r}." if again else ""
    passed = share <= MOST_REPEATED
    return _report("repetition", f"{share:.1%}", f"≤ {MOST_REPEATED:.0%}", detail, share, again[:8], passed)


def _neighbours(told: Sequence[SpokenSentence], language: str) -> Finding:
    texts = [each.text for each in told]
    echoes = [(echo, "says again what was just said") for echo in said_again(texts, language)]
    echoes += [(echo, f"is the third in a row to open with {echo.what!r}") for echo in same_openings(texts)]
    where = tuple(f"{clock(told[echo.again].start_s)} {told[echo.again].id} {why}" for echo, why in echoes)
    detail = "Neighbours that say the same, and third sentences in a row that open alike."
    return _report("echoes", f"{len(where)}", "0", detail, float(len(where)), where, not where)


def _report(
    name: str, value: str, bar: str, detail: str, measure: float, where: tuple[str, ...], passed: bool
) -> Finding:
    return Finding(name, passed, value, bar, detail, where, gating=False, measure=measure)
