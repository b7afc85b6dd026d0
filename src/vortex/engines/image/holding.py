"""Where a picture model is on disk, and the ways in which it can be held."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vortex.core.errors import EngineError, ModelError
from vortex.engines.image.families import Family, family_of
from vortex.engines.image.work import Shape, read_shape, work_of
from vortex.runtime.pipelines import Way, Work, plain_ways
from vortex.runtime.quantised import Bits, gguf_ways, quantised_ways

_BITS: dict[str, Bits] = {"int8": "int8", "nf4": "nf4"}


@dataclass(frozen=True, slots=True)
class Model:
    """A picture model on disk."""

    folder: Path
    """Of its pipeline."""
    family: Family
    shape: Shape
    gguf: Path | None = None
    """Takes the place of the network that removes noise."""

    @property
    def name(self) -> str:
        """Its name for people."""
        name = self.folder.name.replace("--", "/")
        return f"{name} ({self.gguf.name})" if self.gguf else name

    def dtype(self, precision: str, device: str) -> str:
        """Return the type of its plain numbers."""
        if precision in _BITS:
            return "bfloat16"
        return ("float32" if device == "cpu" else "bfloat16") if precision == "auto" else precision

    def ways(self, precision: str, device: str) -> Sequence[Way]:
        """Return the ways to hold it, best first; reads heads only.

        Raises:
            EngineError: a GGUF file is asked for in other bits than its own.
            ModelError: there is no such way on this device, or its files are broken.
        """
        dtype = self.dtype(precision, device)
        work = self.work(self.family.native_pixels, precision, device)
        if self.gguf is not None:
            if precision in _BITS:
                raise EngineError(f"{self.gguf.name} has bits of its own; set image.precision = 'auto'")
            return gguf_ways(self.folder, self.gguf, self.family.denoiser, dtype, work)
        if precision in _BITS:
            return quantised_ways(self.folder, _BITS[precision], work, device, self.family.large)
        return plain_ways(self.folder, dtype, work, device)

    def work(self, pixels: int, precision: str, device: str) -> Work:
        """Return the bytes that a picture of so many pixels needs beside the weights."""
        # Kernels of processors widen numbers of half width inside: 6.3 maps were seen where 3 are alive.
        return work_of(pixels, self.shape, "float32" if device == "cpu" else self.dtype(precision, device))

    def more_work(self, pixels: int, precision: str, device: str, is_tiled: bool) -> int:
        """Return the bytes that a picture needs beyond those that every way sets aside."""
        wanted, aside = (self.work(each, precision, device) for each in (pixels, self.family.native_pixels))
        more = wanted.tiled_bytes - aside.tiled_bytes if is_tiled else wanted.whole_bytes - aside.whole_bytes
        return max(0, more)


def find_model(path: Path) -> Model:
    """Return the model of a pipeline folder, or of a GGUF file in one.

    Raises:
        ModelError: it is neither, or of a family that is not known here.
    """
    if path.is_file():
        if path.suffix.lower() != ".gguf":
            raise ModelError(f"{path}: is a single file; give the folder of the pipeline, or a GGUF file in it")
        folder = next((each for each in path.parents[:2] if (each / "model_index.json").is_file()), None)
        if folder is None:
            raise ModelError(f"{path}: put it into the folder of its pipeline, whose other networks are needed as well")
        return _model(folder, path)
    return _model(path, None)


def _model(folder: Path, gguf: Path | None) -> Model:
    family = family_of(folder)
    return Model(folder, family, read_shape(folder, family), gguf or _only_gguf(folder, family.denoiser))


def _only_gguf(folder: Path, denoiser: str) -> Path | None:
    """Return the GGUF file of a pipeline that has no other weights for its largest network."""
    place = folder / denoiser
    if any(place.glob("*.safetensors")):
        return None
    found = sorted([*folder.glob("*.gguf"), *place.glob("*.gguf")])
    if len(found) > 1:
        raise ModelError(f"{folder}: holds {', '.join(each.name for each in found)}; name one of them as image.model")
    return found[0] if found else None
