"""Whether models would fit into a declared budget, and how each would be held, told before a weight is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vortex.core.errors import ModelError
from vortex.runtime.info import get_model_info
from vortex.runtime.ledger import Budget, Footprint
from vortex.runtime.pipelines import Work, plain_ways

_NO_WORK = Work(1, 1)


@dataclass(frozen=True, slots=True)
class Rooming:
    """One way of holding one model, against the limits."""

    way: str
    size_bytes: int
    """Weights on the device and the allocator's share; what work needs comes on top."""
    verdict: str
    """``fits``, ``above the soft limit``, or ``too large``."""


@dataclass(frozen=True, slots=True)
class ModelFit:
    """How one model would be held alone."""

    path: Path
    rows: tuple[Rooming, ...]
    """Best first."""

    @property
    def held(self) -> Rooming | None:
        """The best way below the soft limit, else the smallest below the hard one; ``None`` if it cannot be held."""
        good = [row for row in self.rows if row.verdict == "fits"]
        able = [row for row in self.rows if row.verdict != "too large"]
        return good[0] if good else able[-1] if able else None


@dataclass(frozen=True, slots=True)
class Fitting:
    """All models that were asked about."""

    models: tuple[ModelFit, ...]
    budget: Budget
    all_bytes: int
    """What all take at once, each held as it would be alone."""

    @property
    def together(self) -> bool:
        """Whether all could stay at once."""
        return all(each.held for each in self.models) and self.all_bytes <= self.budget.hard_bytes


def fit(folders: Sequence[Path], budget: Budget, device: str, dtype: str = "auto") -> Fitting:
    """Tell how models would be held within ``budget``; reads heads only.

    Args:
        folders: of models; each pipeline with its whole ladder, everything else whole.
        budget: the declared limits.
        device: such as ``cuda:0`` or ``cpu``, which has fewer ways.
        dtype: type of the numbers; ``auto`` takes that of the files.

    Raises:
        ModelError: a folder holds no model that is known, or a broken one.
    """
    models = tuple(ModelFit(folder, _rows(folder, budget, device, dtype)) for folder in folders)
    return Fitting(models, budget, sum(each.held.size_bytes for each in models if each.held))


def _rows(folder: Path, budget: Budget, device: str, dtype: str) -> tuple[Rooming, ...]:
    info = get_model_info(folder)
    if info.problems:
        raise ModelError("; ".join(info.problems))
    if info.found.model_type == "pipeline":
        ways = plain_ways(folder, dtype, _NO_WORK, device)
        # Tiles alone change what work needs, not what weights take.
        ladder = {way.name: way.footprint for way in ways if not way.tiled or way.offload != "none"}
    else:
        ladder = {"whole": Footprint(info.weight_bytes)}
    return tuple(_rooming(name, footprint, budget) for name, footprint in ladder.items())


def _rooming(way: str, footprint: Footprint, budget: Budget) -> Rooming:
    size = budget.with_slack(footprint.weights_bytes)
    over = "too large" if size > budget.hard_bytes else "above the soft limit"
    return Rooming(way, size, "fits" if size <= budget.soft_bytes else over)
