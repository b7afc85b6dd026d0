"""A picture pipeline as it is leased: with its LoRAs, as any of its classes, by one caller at a time.

LoRAs are layers beside the plain ones, put on by peft and taken off again, so that the pipeline is what it was before.
Together with weights that come in blocks, or with packed ones, that is the most fragile thing in the libraries below;
here each model has one such mechanism, and what would mix them is refused.
"""

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from typing import Any

from vortex.core.errors import EngineError, ModelError
from vortex.engines.image.registry import NamedLora
from vortex.runtime.failures import is_out_of_memory
from vortex.runtime.ledger import Rung, State
from vortex.runtime.pipelines import PipelineMover, Way
from vortex.runtime.quantised import is_movable

_FOREIGN = (OSError, ValueError, KeyError, RuntimeError, AttributeError, TypeError, ImportError)
"""What diffusers and peft raise for a LoRA that they cannot take."""


@dataclass(frozen=True, slots=True)
class Worn:
    """A LoRA with the weight that it is used with."""

    lora: NamedLora
    weight: float


class Painter:
    """A pipeline on its device; ``lock`` is held by whoever uses it."""

    def __init__(self, pipe: Any, way: Way, device: str) -> None:
        """Take a pipeline that is held as ``way`` on ``device``."""
        self.pipe, self.lock = pipe, threading.Lock()
        self._way, self._device = way, device
        self._worn: list[tuple[NamedLora, tuple[int, int]]] = []
        """With the stamps of their files, so that a changed one is put on anew."""

    @property
    def is_fixed(self) -> bool:
        """Whether its weights cannot leave the device and come back, as those of int8 on a card."""
        return self._is_packed and not is_movable("int8", self._device)

    def wear(self, worn: Sequence[Worn]) -> None:
        """Put on these LoRAs with their weights, and take off all others.

        Raises:
            EngineError: the pipeline is held in a way that takes no LoRA; says which does.
            ModelError: a file is missing or cannot be put on. Then none is on.
        """
        if worn and (reason := self._refusal()):
            raise EngineError(f"{reason}; LoRA {worn[0].lora.name!r} cannot be put on")
        if [(each.lora, each.lora.stamp) for each in worn] != self._worn:
            self._take_off()
            self._put_on([each.lora for each in worn])
        if worn:
            self.pipe.set_adapters([each.lora.name for each in worn], [each.weight for each in worn])

    @contextmanager
    def as_pipeline(self, kind: str, nets: Sequence[Any] = ()) -> Iterator[Any]:
        """Yield a pipeline of class ``kind`` over the same networks, with a scheduler of its own.

        Args:
            kind: name of a class of diffusers.
            nets: ControlNets, if the class takes them.
        """
        import diffusers

        made = getattr(diffusers, kind)
        takes = signature(made.__init__).parameters
        parts = {name: each for name, each in self.pipe.components.items() if name in takes}
        values = {name: each for name, each in self.pipe.config.items() if name in takes and name not in parts}
        # What an installed package would add to the pixels is no part of what was asked for.
        marks = {"add_watermarker": False} if "add_watermarker" in takes else {}
        # A scheduler remembers the last call, and one that begins from a picture begins elsewhere.
        parts["scheduler"] = type(self.pipe.scheduler).from_config(self.pipe.scheduler.config)
        controls = {"controlnet": _joined(nets)} if nets else {}
        view = made(**{**values, **marks, **parts, **controls})
        view.set_progress_bar_config(disable=True)
        try:
            with _quiet():
                yield view
        finally:
            if self._way.offload == "networks":
                self.pipe.maybe_free_model_hooks()

    def _refusal(self) -> str:
        if self._way.offload == "blocks":
            return (
                f"the model is held as {self._way.name!r}, and LoRAs need it whole or a network at a time:"
                " raise runtime.soft_limit_gb, or set image.precision to a smaller type"
            )
        if self._is_packed:
            return "image.precision = 'int8' packs the layers: set it to bfloat16 or nf4, or use a GGUF file"
        return ""

    @property
    def _is_packed(self) -> bool:
        return self._way.name.partition(",")[0] == "int8"

    def _put_on(self, wanted: Sequence[NamedLora]) -> None:
        with self._unhooked():
            for lora in wanted:
                try:
                    self._load(lora)
                except _FOREIGN as error:
                    self._take_off()
                    if is_out_of_memory(error):
                        raise
                    raise ModelError(f"LoRA {lora.name!r} ({lora.file}) cannot be put on: {error}") from error
                self._worn.append((lora, lora.stamp))

    def _load(self, lora: NamedLora) -> None:
        with _quiet(), warnings.catch_warnings():
            # That there is a LoRA already is what was asked for.
            warnings.filterwarnings("ignore", "Already found a `peft_config`", UserWarning)
            self.pipe.load_lora_weights(
                str(lora.file.parent), weight_name=lora.file.name, adapter_name=lora.name,
                local_files_only=True, use_safetensors=True,
            )  # fmt: skip
        if not any(lora.name in names for names in self.pipe.get_list_adapters().values()):
            raise ValueError("none of its layers is in this model")

    def _take_off(self) -> None:
        with self._unhooked():
            self.pipe.unload_lora_weights()
        self._worn = []

    @contextmanager
    def _unhooked(self) -> Iterator[None]:
        """Let the networks rest in host memory, if hooks bring them, so that layers are put beside plain ones."""
        hooked = self._way.offload == "networks" and bool(getattr(self.pipe, "_all_hooks", ()))
        if hooked:
            self.pipe.remove_all_hooks()
            self.pipe.to("cpu")
        try:
            yield
        finally:
            if hooked:
                self.pipe.enable_model_cpu_offload(device=self._device)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep warnings of diffusers from the terminal: of what is left alone, and of what is said in notes already."""
    from diffusers.utils import logging

    told = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(told)


class PainterMover(PipelineMover):
    """The mover of a picture pipeline; what is leased is a ``Painter``."""

    def load(self, rung: Rung, kept: Any) -> Painter:
        """Return the pipeline, held as ``rung`` says."""
        pipe = super().load(rung, None if kept is None else kept.pipe)
        if kept is None:
            return Painter(pipe, self._ways[rung.name], self._device)
        painter: Painter = kept
        return painter

    def unload(self, model: Any, place: State) -> Any:
        """Take the weights off the device; see ``PipelineMover.unload``."""
        if model.is_fixed:
            model.pipe = None
            return None
        return None if super().unload(model.pipe, place) is None else model


def _joined(nets: Sequence[Any]) -> Any:
    """Return one ControlNet, or several as the class that runs them together."""
    if len(nets) == 1:
        return nets[0]
    import diffusers

    flux = type(nets[0]).__name__.startswith("Flux")
    made = diffusers.FluxMultiControlNetModel if flux else diffusers.MultiControlNetModel
    return made(list(nets))
