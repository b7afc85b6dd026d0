"""Small turns of phrase that lessons share."""

from collections.abc import Sequence


def bracketed(number: str) -> str:
    """Return a number as it is written behind a sign: ``0.3``, ``(-0.3)``."""
    return f"({number})" if number.startswith("-") else number


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as they are spoken: ``B``, ``B and C``, ``B, C and D``; ``nothing`` where there are none."""
    if not names:
        return "nothing"
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
