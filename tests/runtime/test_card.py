import subprocess
import sys
from pathlib import Path

import pytest

from vortex.core.errors import MemoryPressureError
from vortex.runtime.card import claim_device

ANOTHER = """
import sys
from pathlib import Path
from vortex.runtime.card import claim_device
with claim_device(Path(sys.argv[1]), "cuda:0", 8, 12):
    print("claimed", flush=True)
    sys.stdin.read()
"""


def another(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "claimed\n"
    return process


def test_two_processes_share_a_card_only_as_far_as_it_reaches(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        words = (
            rf"cuda:0 has 12 B, and 5 B were asked for; declared by others: process {process.pid} 8 B\. Ask for at most"
        )
        with pytest.raises(MemoryPressureError, match=words), claim_device(tmp_path, "cuda:0", 5, 12):
            pass
        with claim_device(tmp_path, "cuda:0", 4, 12) as others:
            assert [(each.process, each.size_bytes) for each in others] == [(process.pid, 8)]
        with claim_device(tmp_path, "cuda:1", 12, 12) as others:
            assert others == ()
        process.kill()
    with claim_device(tmp_path, "cuda:0", 12, 12) as others:
        assert others == ()


def test_a_claim_ends_with_its_block(tmp_path: Path) -> None:
    for _ in range(2):
        with claim_device(tmp_path / "new", "host", 12, 12):
            pass
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["lock"]


def test_more_than_the_card_has_is_refused(tmp_path: Path) -> None:
    words = r"declared by others: nothing\. Ask for at most 12 B$"
    with pytest.raises(MemoryPressureError, match=words), claim_device(tmp_path, "cuda:0", 13, 12):
        pass
