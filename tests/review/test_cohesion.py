from vortex.review.checks import cohesion
from vortex.review.film import SpokenSentence
from vortex.review.verdict import Finding


def spoken(*texts: str) -> list[SpokenSentence]:
    return [SpokenSentence(f"s{n}", text, 4.0 * n, 4.0 * n + 3) for n, text in enumerate(texts)]


def judged(*texts: str, frames: set[str] = frozenset(), recap: set[str] = frozenset()) -> list[Finding]:  # type: ignore[assignment]
    return cohesion.check(spoken(*texts), "en", frames, recap)


GOOD = (
    "What is a heap?",
    "A heap is a tree whose smallest item stands on top.",
    "It is kept in an ordinary list.",
    "Pushing an item costs a number of steps that grows with the depth.",
    "Schedulers therefore keep waiting tasks in one.",
)
BAD = (
    "Let us start with heaps.",
    "This is done for speed.",
    "The heap keeps its smallest item at the top of the tree.",
    "The heap keeps its smallest item at the top of its tree.",
    "The heap is drawn as shown below.",
)


def test_a_text_that_holds_together_passes() -> None:
    assert all(finding.passed for finding in judged(*GOOD, frames={"s0"}))


def test_a_text_that_does_not_fails_and_names_the_places() -> None:
    dangling, repetition, echoes = judged(*BAD, frames={"s0"})
    assert not dangling.passed and dangling.measure == 2
    assert "s1" in dangling.where[0] and "shown below" in dangling.where[1]
    assert not repetition.passed and repetition.measure is not None and repetition.measure > 0.3
    assert not echoes.passed and echoes.measure == 2 and "third in a row" in echoes.where[1]
    assert not any(finding.gating for finding in (dangling, repetition, echoes))


def test_what_a_recap_says_again_is_no_repetition() -> None:
    again = (*GOOD, GOOD[1])
    assert not judged(*again, frames={"s0"})[1].passed
    assert judged(*again, frames={"s0"}, recap={"s5"})[1].passed


def test_nothing_spoken_gives_no_figure() -> None:
    assert judged() == []
