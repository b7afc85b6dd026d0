"""Every kind looks as it did when somebody last looked at it, in every theme and shape."""

import numpy as np
import pytest

from visuals.golden import PAGE, PICTURES, golden, page, sheet
from vortex.visuals.kinds.table import KINDS

VISIBLE = 40
"""Steps of 255 by which a pixel must differ: the kept image has fewer colours, and edges differ between machines."""
MOST_VISIBLE = 0.002
"""Share of pixels that may; a single moved word is more."""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_looks_as_it_did(kind: str) -> None:
    now, before = sheet(kind), golden(kind)
    assert now.shape == before.shape
    apart = np.abs(now.astype(int) - before).max(axis=2) > VISIBLE
    assert apart.mean() <= MOST_VISIBLE, (
        f"{apart.mean():.2%} of {kind} differ; look, then: python tests/visuals/golden.py {kind}"
    )


def test_every_kind_is_in_the_gallery_and_nothing_else() -> None:
    assert {file.stem for file in PICTURES.glob("*.png")} == set(KINDS)
    assert PAGE.read_text(encoding="utf8") == page(), "kinds changed; run: python tests/visuals/golden.py"


def test_a_changed_picture_is_noticed() -> None:
    before = golden("points")
    moved = np.roll(before, 3, axis=1)
    assert (np.abs(moved.astype(int) - before).max(axis=2) > VISIBLE).mean() > MOST_VISIBLE
