from pathlib import Path

import numpy as np
import pytest

from vortex.core.errors import MediaError
from vortex.media.encode import VideoWriter
from vortex.media.mux import mux
from vortex.review.measure import measure


def test_a_silent_film_that_was_cut_short_is_no_film(tmp_path: Path) -> None:
    part, whole, cut = (tmp_path / name for name in ("part.mp4", "whole.mp4", "cut.mp4"))
    noise = np.random.default_rng(0).integers(0, 255, (60, 90, 120, 4), dtype=np.uint8)
    with VideoWriter(part, 120, 90, 30) as writer:
        for canvas in noise:
            writer.update(canvas, [(0, 0, 120, 90)])
            writer.write()
    mux([part], None, whole, fps=30)
    assert len(measure(whole).pictures) == 60
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 5])
    with pytest.raises(MediaError, match="promises 60 frames and holds"):
        measure(cut)
