"""What the gate says: findings with their bars, what could not be looked at, and whether the film may leave.

A verdict fails closed. A check that could not run is a ``Skip``, and a skip lets a film pass only when it is excused:
there was nothing to look at, and everybody knows it (a film about no document has no citations).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw."""

    check: str
    """Name of the check, such as ``caption offset``; unique within a verdict."""
    passed: bool
    value: str
    """What was measured, with its unit."""
    bar: str
    """What it must be, such as ``≤ 125 ms``; "" for a figure that is only reported."""
    detail: str = ""
    """What was seen, in one or two whole sentences."""
    where: tuple[str, ...] = ()
    """Places where it fails: times of the film, shots, sentences."""
    gating: bool = True
    """Whether a failure keeps the film from leaving."""
    measure: float | None = None
    """``value`` as a bare number, for machines."""
    subject: str = ""
    """What the check is about, such as ``captions``; set by the gate."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A check that did not run."""

    check: str
    reason: str
    excused: bool = False
    """Whether there was nothing to look at, so that the film may pass without this check."""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings on one film, in the order in which a person should read them."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skip, ...] = ()

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that keep the film from leaving."""
        return tuple(finding for finding in self.findings if finding.gating and not finding.passed)

    @property
    def unseen(self) -> tuple[Skip, ...]:
        """The checks that should have run and did not."""
        return tuple(skip for skip in self.skipped if not skip.excused)

    @property
    def passed(self) -> bool:
        """Whether something was looked at, nothing failed, and nothing that had to be looked at was left out."""
        return any(finding.gating for finding in self.findings) and not self.failures and not self.unseen

    def summary(self) -> str:
        """Return one line, such as ``passed: 24 checks``, or what failed and what was not looked at."""
        if self.passed:
            return f"passed: {sum(finding.gating for finding in self.findings)} checks"
        failed = [f"{finding.check} is {finding.value}, must be {finding.bar}" for finding in self.failures]
        unseen = [f"{skip.check} was not checked ({skip.reason})" for skip in self.unseen]
        return "failed: " + ("; ".join(failed + unseen) or "nothing was checked")


Outcome = Finding | Skip


def verdict_of(outcomes: list[Outcome]) -> Verdict:
    """Sort what the checks returned into a verdict.

    Raises:
        ValueError: two outcomes carry one name, so one of them would hide the other.
    """
    names = [outcome.check for outcome in outcomes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"checks {', '.join(twice)} report twice; give each outcome a name of its own")
    findings = tuple(outcome for outcome in outcomes if isinstance(outcome, Finding))
    return Verdict(findings, tuple(outcome for outcome in outcomes if isinstance(outcome, Skip)))


def clock(seconds: float) -> str:
    """Return a moment of the film as people read it, such as ``1:07.4``."""
    minutes, rest = divmod(round(max(0.0, seconds), 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"
