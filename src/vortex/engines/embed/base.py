"""What every embedder promises."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    version: str
    rung: str
    """``embedded``, ``local model`` or ``remote model``."""
    dims: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dims), every row of length 1; the empty text gives a zero row."""
        ...
