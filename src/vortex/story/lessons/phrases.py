"""Small turns of phrase that lessons share."""

from collections.abc import Sequence


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as they are spoken: ``B``, ``B and C``, ``B, C and D``; ``nothing`` where there are none."""
    if not names:
        return "nothing"
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
