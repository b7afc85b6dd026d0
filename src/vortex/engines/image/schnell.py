"""Flux schnell by itself: a picture of fixed size into a buffer that is there already."""

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import numpy as np

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import ImageSettings
from vortex.engines.image.base import Picture, PictureRequest, Pixels, Progress
from vortex.engines.image.diffusion import DiffusionImage
from vortex.engines.image.families import FAMILIES
from vortex.runtime.room import EngineRoom
from vortex.runtime.rooms import own_room

if TYPE_CHECKING:
    import torch

Quantization = Literal["none", "int8", "nf4"]
_SCHNELL = FAMILIES[0]
_SIDE = 512
Buffer = TypeVar("Buffer", "Pixels", "torch.Tensor")


class FluxSchnell:
    """Makes pictures of 512 x 512 with Flux schnell. Close it, or use it in a ``with`` block."""

    def __init__(self, engine: DiffusionImage, room: EngineRoom | None = None, side: int = _SIDE) -> None:
        """Take an engine over a folder of schnell, and the room to close with it, if it is its own."""
        self._engine, self._room, self._side = engine, room, side
        self._empty = PictureRequest("-", width=side, height=side)
        self.last: Picture | None = None
        """The last picture, with what was done differently than asked."""

    def generate(
        self,
        prompt: str,
        negative_prompt: str = "",
        num_inference_steps: int = 4,
        guidance_scale: float = 0.0,
        seed: int = 0,
        output: "Buffer | None" = None,
        progress: Progress | None = None,
    ) -> "Buffer | Pixels":
        """Make a picture.

        Args:
            prompt: what it shows.
            negative_prompt: words to avoid, which schnell does not know: that they were not used stands in ``last``.
            num_inference_steps: 1 to 200; made for 1 to 4.
            guidance_scale: schnell was made to be asked without one; any other is told in ``last``.
            seed: 0 to 2**63 - 1; equal arguments give equal pixels.
            output: uint8 of (512, 512, 3), an array of numpy or a tensor of torch on any device, to write into.
            progress: hears the finished fraction after each step; may raise to cancel.

        Returns:
            ``output``, or a new array where there is none.

        Raises:
            EngineError: ``output`` has another shape or type, or cannot be written; or a number is out of range.
            ModelError: the model is missing or broken; `MemoryPressureError` if it does not fit.
        """
        if output is not None:
            self._require_fit(output)
        request = replace(
            self._empty,
            prompt=prompt,
            negative_prompt=negative_prompt,
            num_inference_steps=num_inference_steps,
            guidance_scale=guidance_scale,
            seed=seed,
        )
        self.last = self._engine.generate(request, progress)
        return self.last.pixels if output is None else _written(self.last.pixels, output)

    def close(self) -> None:
        """Let the model leave; calling it twice is harmless."""
        self._engine.close()
        if self._room is not None:
            self._room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _require_fit(self, output: Any) -> None:
        wanted = (self._side, self._side, 3)
        kind, shape = str(output.dtype).removeprefix("torch."), tuple(output.shape)
        if kind != "uint8" or shape != wanted:
            raise EngineError(f"output is {kind} of {shape}; schnell writes uint8 of {wanted}")
        if isinstance(output, np.ndarray) and not output.flags.writeable:
            raise EngineError("output cannot be written; give an array that is writeable")


def load_flux_schnell(
    device: str = "auto",
    quantization: Quantization = "none",
    model: str | Path = "",
    room: EngineRoom | None = None,
) -> FluxSchnell:
    """Return Flux schnell; no weight is read before the first picture.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``; of no meaning with ``room``.
        quantization: ``nf4`` on a card, ``int8`` anywhere, ``none`` for the plain numbers.
        model: its folder, a GGUF file in it, or its name in the store; "" takes the published one from the store.
        room: where the model is held; ``None`` opens one as the user's settings say, and closes it with this.

    Raises:
        ModelError: the model is not there, which says what to run; or it is another than schnell.
        ConfigError: the device or the settings cannot be read.
        EngineError: there is no such quantization.
    """
    if quantization not in ("none", "int8", "nf4"):
        raise EngineError(f"no quantization named {quantization!r}; there are: none, int8, nf4")
    here = own_room("" if device == "auto" else device) if room is None else room
    folder = here.folder(str(model), _SCHNELL.spec)
    precision: Literal["auto", "int8", "nf4"] = "auto" if quantization == "none" else quantization
    engine = DiffusionImage(ImageSettings("diffusion", str(folder), precision), here)
    if engine.family is not _SCHNELL:
        raise ModelError(f"{folder}: is {engine.family.name}, not {_SCHNELL.name}; {_SCHNELL.spec.pull_command()}")
    return FluxSchnell(engine, here if room is None else None)


def _written(pixels: Pixels, output: Any) -> Any:
    if isinstance(output, np.ndarray):
        output[...] = pixels
        return output
    import torch

    return output.copy_(torch.from_numpy(pixels))
