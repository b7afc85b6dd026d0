"""Directors agree by what they saw; votes that are none, ties and a lonely vote give no majority."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vortex.production.slots.quorum import agree

DIMS = 16


def near(axis: int, angle: float = 0.0, towards: int = 15) -> NDArray[np.float32]:
    """Return a vector at an angle, in degrees, from one axis to another."""
    made = np.zeros(DIMS, np.float32)
    made[axis], made[towards] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return made


def test_most_agree_and_one_saw_something_else() -> None:
    found = agree({"a": near(0), "b": near(1), "c": near(0, 5), "d": 3 * near(0, 9)}, threshold=0.98, quorum=3)
    assert (found.majority, found.outliers) == (("a", "c", "d"), ("b",))
    assert found.leader == "c"
    assert found.is_reached
    assert "3 of 4" in found.reason


def test_what_is_no_vote_is_an_outlier() -> None:
    bad = near(0)
    bad[3] = np.nan
    votes: dict[str, Any] = {
        "a": near(0), "nan": bad, "zero": np.zeros(DIMS), "inf": np.full(DIMS, np.inf),
        "short": near(0)[:4], "none": [], "b": near(0, 1), "huge": near(0).astype(np.float64) * 1e300,
    }  # fmt: skip
    found = agree(votes, threshold=0.9, quorum=2)
    assert found.majority == ("a", "b", "huge")
    assert set(found.outliers) == {"nan", "zero", "inf", "short", "none"}


def test_fewer_than_the_quorum_agree_on_nothing() -> None:
    found = agree([near(0), near(0), near(1)], threshold=0.9, quorum=3)
    assert (found.majority, found.leader) == ((), "")
    assert found.outliers == ("0", "1", "2")
    assert "largest group has 2 of 3; the quorum is 3" in found.reason
    assert "1 of 2 embeddings are votes" in agree([near(0), np.zeros(DIMS, np.float32)], quorum=2).reason
    assert agree([]).majority == ()


def test_two_groups_of_equal_size_are_a_tie() -> None:
    found = agree([near(0), near(0, 1), near(1), near(1, 1)], threshold=0.9, quorum=2)
    assert found.majority == ()
    assert "tie" in found.reason
    broken = agree([near(0), near(0, 1), near(1), near(1, 1), near(1, 2)], threshold=0.9, quorum=2)
    assert broken.majority == ("2", "3", "4")


def test_of_overlapping_groups_the_one_nearer_to_its_leader_counts() -> None:
    chain = [near(0, 0), near(0, 10), near(0, 20), near(0, 27)]
    found = agree(chain, threshold=float(np.cos(np.radians(10.5))), quorum=3)
    assert (found.leader, found.majority) == ("2", ("1", "2", "3"))


def test_one_vote_agrees_with_itself() -> None:
    assert agree([near(3)], threshold=1.0).majority == ("0",)


@pytest.mark.parametrize("wrong", [{"threshold": 1.1}, {"threshold": -2}, {"quorum": 0}])
def test_what_asks_for_the_impossible_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="threshold"):
        agree([near(0)], **wrong)


@given(
    st.lists(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4), max_size=9),
    st.floats(-1, 1),
    st.integers(1, 5),
    st.randoms(),
)
def test_what_was_agreed_holds_in_any_order(
    rows: list[list[float]], threshold: float, quorum: int, random: Any
) -> None:
    votes = {f"d{n}": np.array(row, np.float32) for n, row in enumerate(rows)}
    found = agree(votes, threshold, quorum)
    assert sorted(found.majority + found.outliers) == sorted(votes)
    assert not found.majority or len(found.majority) >= quorum
    for name in found.majority:
        one, head = (votes[each].astype(float) for each in (name, found.leader))
        cosine = one @ head / np.linalg.norm(one) / np.linalg.norm(head)
        assert cosine >= threshold - 1e-5 or name == found.leader
    shuffled = list(votes.items())
    random.shuffle(shuffled)
    again = agree(dict(shuffled), threshold, quorum)
    assert again.is_reached == found.is_reached
    assert len(again.majority) == len(found.majority)


def test_many_directors_take_no_time() -> None:
    random = np.random.default_rng(0)
    votes = [near(n % 8, 30 * random.random()) for n in range(600)]
    before = time.process_time()
    assert agree(votes, 0.9, 1).reason
    assert time.process_time() - before < 2
