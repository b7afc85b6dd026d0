"""How the pipeline of a clip model is held: the ways of its ladder, with a LoRA on it and its decoder kept exact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from vortex.core.errors import EngineError, ModelError
from vortex.engines.video.families import Family
from vortex.runtime.adapters import require_pipeline
from vortex.runtime.ledger import Footprint, State
from vortex.runtime.loader import OmniModelLoader
from vortex.runtime.pipelines import PipelineMover, Way, Work, network_sizes, plain_ways
from vortex.runtime.quantised import Bits, is_movable, quantised_ways

BITS: tuple[Bits, ...] = get_args(Bits)
_LORA = "lora"
_LARGE = ("text_encoder", "transformer_2")
"""Networks beside the denoising one that are worth holding in fewer bits."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA on a pipeline."""

    file: Path
    scale: float


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held, and how its decoder works."""

    folder: Path
    family: Family
    dtype: str
    """Type of the weights, or the bits that they are held in."""
    lora: Adapter | None = None
    is_tiled: bool = False
    """The decoder works in tiles on every rung."""
    is_sliced: bool = False
    """The decoder takes one clip of a batch at a time on every rung."""

    @property
    def name(self) -> str:
        """What it is called in the room; holdings with one name are the same."""
        parts = [self.dtype, *([f"{self.lora.file} x {self.lora.scale:g}"] if self.lora else [])]
        parts += [word for word, is_on in (("tiled", self.is_tiled), ("sliced", self.is_sliced)) if is_on]
        return f"{self.folder} ({', '.join(parts)})"

    def mover(self, work: Work, device: str) -> PipelineMover:
        """Return what brings the pipeline to ``device`` and sends it away; nothing is read yet.

        Args:
            work: what a clip needs beside the weights.
            device: such as ``cuda:0`` or ``cpu``.
        """
        can_move = self.dtype not in BITS or is_movable(self.dtype, device)
        kind = PipelineMover if can_move else StandingMover
        return kind(self.folder, device, lambda: self._ways(work, device))

    def _ways(self, work: Work, device: str) -> tuple[Way, ...]:
        """Return the ladder, best first; reads heads only.

        Raises:
            ModelError: weights are missing, or the LoRA is of another model or cannot be held so.
        """
        if self.lora is not None:
            _require_fit(self.lora, self.folder, self.family)
        if self.dtype not in BITS:
            ways = plain_ways(self.folder, self.dtype, work, device)
        elif self.lora is None:
            ways = quantised_ways(self.folder, self.dtype, work, device, (*_LARGE, self.family.network))
        else:
            raise ModelError(
                f"a LoRA is put on plain weights, and {self.folder} is held in {self.dtype}; set clip.precision to auto"
            )
        if self.is_tiled:
            ways = tuple(way for way in ways if way.tiled)
        if not (self.lora or self.is_sliced or self._exact_parts()):
            return ways
        more = self._more_bytes()
        return tuple(
            Way(way.name, _grown(way.footprint, more), self._finishing(way.open), way.offload, way.tiled)
            for way in ways
        )

    def _finishing(self, build: Callable[[], Any]) -> Callable[[], Any]:
        """Return what builds the pipeline and completes it with exact networks and the LoRA."""

        def open_() -> Any:
            pipe = build()
            for part in self._exact_parts():
                pipe.register_modules(**{part: OmniModelLoader(self.folder / part).load(dtype="float32").model})
            if self.lora is not None:
                _melt_in(pipe, self.lora)
            if self.is_sliced and hasattr(pipe.vae, "use_slicing"):
                pipe.vae.enable_slicing()
            return pipe

        return open_

    def _exact_parts(self) -> Sequence[str]:
        return () if self.dtype == "float32" else self.family.exact

    def _more_bytes(self) -> int:
        """Return what is held beyond the weights of the folder as they are counted for a way."""
        parts = self._exact_parts()
        exact = network_sizes(self.folder, "float32") if parts else {}
        # Half of it, whichever half precision the rest has.
        return sum(exact[part].whole_bytes // 2 for part in parts)


class StandingMover(PipelineMover):
    """The mover of a pipeline whose weights cannot leave their device: it is dropped, and read from disk again."""

    def unload(self, model: Any, place: State) -> Any:
        """Drop the pipeline, whatever was asked to be kept of it."""
        return super().unload(model, State.STAGED)


def _grown(footprint: Footprint, more_bytes: int) -> Footprint:
    return replace(footprint, weights_bytes=footprint.weights_bytes + more_bytes)


def find_adapter(path: Path, scale: float, family: Family) -> Adapter:
    """Return the LoRA at ``path``: a safetensors file, or a folder that holds one.

    Raises:
        ModelError: there is none, or there are several; names them.
        EngineError: the family takes none.
    """
    if not family.has_lora:
        raise EngineError(f"{family.name} takes no LoRA; leave clip.lora empty, or take another model")
    if path.is_file():
        return Adapter(path, scale)
    files = sorted(path.glob("*.safetensors"))
    if len(files) != 1:
        names = ", ".join(each.name for each in files) or "none"
        raise ModelError(f"{path}: which LoRA? safetensors files there: {names}; name one file")
    return Adapter(files[0], scale)


def _require_fit(lora: Adapter, folder: Path, family: Family) -> None:
    import diffusers

    require_pipeline(lora.file, folder, getattr(diffusers, family.pipeline))


def _melt_in(pipe: Any, lora: Adapter) -> None:
    """Add a LoRA to the weights of a pipeline, of both transformers where there are two.

    Layers beside the plain ones would be left behind, without a word, where blocks come and go.
    """
    how = {"weight_name": lora.file.name, "adapter_name": _LORA, "local_files_only": True, "use_safetensors": True}
    pipe.load_lora_weights(str(lora.file.parent), **how)
    if getattr(pipe, "transformer_2", None) is not None:
        pipe.load_lora_weights(str(lora.file.parent), load_into_transformer_2=True, **how)
    worn = pipe.get_list_adapters()
    # Names that it does not know are left out by diffusers with a warning, all of them if need be.
    if not worn:
        raise ModelError(f"{lora.file}: nothing of this LoRA has a place in {type(pipe).__name__}")
    pipe.set_adapters([_LORA], [lora.scale])
    pipe.fuse_lora(components=sorted(worn))
    pipe.unload_lora_weights()
