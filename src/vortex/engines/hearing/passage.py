"""What Whisper wrote down of one window: which of it is finished, and where the next window begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from vortex.engines.hearing.words import TimedToken

TIME_STEP_S = 0.02
"""Between two time tokens."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which tokens stand for text, and which for times; all between is for control."""

    end_of_text: int
    """All below are text."""
    first_time: int
    """Stands for 0 s; all from here on are times."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What was heard in a window, in seconds from its start."""

    tokens: tuple[TimedToken, ...]
    end_s: float
    """Where the last finished sentence ends, or the window."""


def read_passage(
    written: Sequence[int], ends_s: Sequence[float], numbering: Numbering, window_s: float, *, is_last: bool
) -> Passage:
    """Return the finished part of what was written down.

    A window that ends within a sentence closes its last finished sentence with a pair of equal times; what comes after
    it is left to the next window. If that would be in the first half of the window all is kept, so that every window
    brings the hearing on by half its length at least.

    Args:
        written: tokens, with those of the prompt before and those of filling after them.
        ends_s: for each token, when it ends.
        numbering: of the model's vocabulary.
        window_s: length of the window.
        is_last: nothing follows, so that all is kept.
    """
    kinds = "".join(
        "x" if token < numbering.end_of_text else "t" if token >= numbering.first_time else "-" for token in written
    )
    begin, end = kinds.find("t") if "t" in kinds else 0, len(kinds.rstrip("-"))
    closed = kinds.rfind("tt", begin, end)
    end_s = (written[closed] - numbering.first_time) * TIME_STEP_S if closed > begin else window_s
    cut_off = closed > begin and not kinds[:end].endswith("xt") and window_s / 2 <= end_s < window_s
    if cut_off and not is_last:
        end = closed
    else:
        end_s = window_s
    tokens = tuple(
        TimedToken(written[place], ends_s[place - 1], ends_s[place])
        for place in range(begin, end)
        if kinds[place] == "x" and place
    )
    return Passage(tokens, end_s)
