"""Weights find their places, and pass through little memory on the way."""

import subprocess
import sys
from pathlib import Path

import pytest
from factories.weights import write_safetensors

from vortex.core.errors import ModelError
from vortex.runtime.headers import read_safetensors
from vortex.runtime.shards import fit, unfilled

MEASURE = """
import sys
from pathlib import Path
import torch
from vortex.runtime.headers import read_safetensors
from vortex.runtime.shards import Target, stream
def memory(what):
    lines = Path('/proc/self/status').read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(what))
with torch.device('meta'):
    model = torch.nn.Sequential(*[torch.nn.Linear(1000, 1000, bias=False) for _ in range(40)])
header = read_safetensors(Path(sys.argv[1]))
Path('/proc/self/clear_refs').write_text('5')
before = memory('VmRSS')
stream(model, [header], {name: name for name in header.tensors}, Target(sys.argv[2]))
stays = sum(each.nbytes for each in model.parameters() if not each.is_meta)
print(memory('VmHWM') - before - stays)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel keeps no peak that can be set back")
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_model_of_160_mb_passes_through_40(device: str, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")
    file = write_safetensors(tmp_path / "m.safetensors", {f"{n}.weight": (1000, 1000) for n in range(40)})
    done = subprocess.run([sys.executable, "-c", MEASURE, file, device], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40e6


def test_a_body_finds_its_place_with_and_without_the_name_of_its_network(tmp_path: Path) -> None:
    held = read_safetensors(write_safetensors(tmp_path / "m.safetensors", {"a.weight": (2, 3)})).tensors
    assert fit({"model.a.weight": (2, 3)}, held, "model").places == {"a.weight": "model.a.weight"}
    held = read_safetensors(write_safetensors(tmp_path / "m.safetensors", {"model.a.weight": (2, 3)})).tensors
    assert fit({"a.weight": (2, 3)}, held, "model").places == {"model.a.weight": "a.weight"}


def test_what_fits_nowhere_and_what_is_empty_are_told(tmp_path: Path) -> None:
    held = read_safetensors(write_safetensors(tmp_path / "m.safetensors", {"a": (2,), "z": (2,)})).tensors
    laid = fit({"a": (2,), "b": (2,), "c": (2,)}, held)
    assert (laid.unused, laid.missing) == (("z",), ("b", "c"))
    assert unfilled(laid.missing, {"a": ("a", "b"), "b": ("a", "b")}) == ("c",)


def test_another_shape_is_named(tmp_path: Path) -> None:
    held = read_safetensors(write_safetensors(tmp_path / "m.safetensors", {"a": (2,)})).tensors
    with pytest.raises(ModelError, match=r"tensor 'a' is \[2\], the configuration wants \[3\]"):
        fit({"a": (3,)}, held)
