"""What is called blank: every fault when it is there, and no real picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vortex.media.blank import Blank, edge_tails, find_blank, spectral_slope

SIZES = [(48, 64), (144, 256), (576, 1024)]
REAL = sorted((Path(__file__).parents[2] / "docs/images/gallery").glob("*.png"))


def grey(values: np.ndarray) -> np.ndarray:
    return np.repeat(np.clip(values, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def fault(pixels: np.ndarray) -> str:
    found = find_blank(pixels)
    assert found is None or found.reason
    return found.fault if found else ""


def seen(file: Path, size: tuple[int, int] | None = None) -> np.ndarray:
    with Image.open(file) as picture:
        full = picture.convert("RGB")
    return np.asarray(full.resize((size[1], size[0])) if size else full)


@pytest.mark.parametrize("size", SIZES)
def test_every_fault_is_found(size: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    shape = np.clip(np.hypot(*np.meshgrid(np.linspace(-1, 1, size[1]), np.linspace(-1, 1, size[0]))), 0, 1)
    assert fault(grey(np.full(size, 3))) == "black"
    assert fault(grey(random.normal(5, 2, size))) == "black"
    assert fault(grey(np.full(size, 252))) == "white"
    assert fault(grey(random.normal(120, 2, size))) == "empty"
    assert fault(grey(60 * shape)) == "underexposed"
    assert fault(grey(150 + 40 * shape)) == "washed out"
    assert fault(grey(255 * shape)) == ""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(5))
def test_noise_is_noise_at_every_size_and_grain(size: tuple[int, int], seed: int) -> None:
    random = np.random.default_rng(seed)
    assert fault(random.integers(0, 256, (*size, 3)).astype(np.uint8)) == "noise"
    assert fault(np.clip(random.normal(128, 50, (*size, 3)), 0, 255).astype(np.uint8)) == "noise"
    assert fault(grey(random.normal(128, 60, size))) == "noise"
    if min(size) > 500:
        cells = np.clip(random.normal(128, 60, (size[0] // 8, size[1] // 8, 3)), 0, 255).astype(np.uint8)
        blown_up = Image.fromarray(cells).resize(size[::-1], Image.Resampling.BICUBIC)
        assert fault(np.asarray(blown_up)) == "noise"


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_a_drawn_picture_is_not_blank_even_small(file: Path) -> None:
    assert fault(seen(file)) == ""
    assert fault(seen(file, (144, 256))) == ""
    assert fault(seen(file, (48, 64))) == ""


def test_a_figure_of_a_document_is_not_blank(inputs: Path) -> None:
    files = sorted((inputs / "images/qp").glob("*.gif"))
    assert len(files) > 20
    assert {file.name: fault(seen(file)) for file in files} == dict.fromkeys((file.name for file in files), "")
    assert {fault(seen(file, (144, 256))) for file in files} == {""}
    assert {fault(seen(file, (48, 64))) for file in files} == {""}


def test_a_real_picture_is_found_once_it_is_spoilt() -> None:
    pixels = seen(REAL[0], (288, 512)).astype(float)
    assert fault((pixels * 0.2).astype(np.uint8)) == "underexposed"
    assert fault((128 + (pixels - 128) * 0.15).astype(np.uint8)) == "washed out"
    assert fault((pixels * 0).astype(np.uint8)) == "black"


def test_natural_power_is_no_noise() -> None:
    """A picture with the spectrum of nature and random phases has no edges, and is still told from noise."""
    size = (256, 384)
    random = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(size[0])[:, None], np.fft.fftfreq(size[1])[None])
    frequency[0, 0] = 1
    values = np.fft.ifft2(np.fft.fft2(random.normal(size=size)) / frequency).real
    pixels = grey(128 + 50 * (values - values.mean()) / values.std())
    luma = (pixels[..., 0] / 255).astype(np.float32)
    assert spectral_slope(luma) == pytest.approx(-2, abs=0.6)
    assert edge_tails(luma) == pytest.approx(3, abs=0.5)
    assert fault(pixels) == ""


def test_a_reason_has_numbers() -> None:
    assert find_blank(grey(np.full((32, 32), 3))) == Blank("black", "100.00% of it is darker than 10%")


@pytest.mark.parametrize(
    "pixels", [np.zeros((32, 32), np.uint8), np.zeros((32, 32, 3), np.float32), np.zeros((8, 32, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="wanted uint8"):
        find_blank(pixels)
