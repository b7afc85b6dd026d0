"""Networks that turn pictures, and those that turn pictures and texts, into vectors of one space."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, ModelError
from vortex.engines.networks import default_dtype, join_network, tokenizer_of, weights_hash
from vortex.engines.sight.base import Frames
from vortex.engines.sight.intake import Intake
from vortex.runtime.folder import ModelFolder
from vortex.runtime.room import EngineRoom
from vortex.runtime.spec import ModelSpec

if TYPE_CHECKING:
    import torch

Vectors = NDArray[np.float32]
"""(count, dims), every row of length 1."""
_BATCH = 16
_PICTURES: Mapping[str, Callable[[Any, Any], Any]] = {
    "clip": lambda model, x: model.visual_projection(model.vision_model(pixel_values=x).pooler_output),
    "siglip": lambda model, x: model.vision_model(pixel_values=x).pooler_output,
    "dinov2": lambda model, x: model(pixel_values=x).pooler_output,
    "dinov2_with_registers": lambda model, x: model(pixel_values=x).pooler_output,
}
"""Kind of network → how it is asked for one vector a picture."""


class PictureTower:
    """A network that turns pictures into vectors; CLIP, SigLIP or DINOv2. Looked up when it is first asked."""

    kinds: tuple[str, ...] = tuple(_PICTURES)

    def __init__(self, room: EngineRoom, model: str, spec: ModelSpec | None = None) -> None:
        """Name the model.

        Args:
            room: where it lives.
            model: folder, or name in the store; "" takes that of ``spec``.
            spec: what would be fetched.
        """
        self._room, self._model, self._spec = room, model, spec

    @property
    def label(self) -> str:
        """Short name of the model."""
        return Path(self._model or (self._spec.repo if self._spec else "")).name

    @cached_property
    def folder(self) -> Path:
        """Where it is on disk."""
        return self._room.folder(self._model, self._spec)

    @cached_property
    def kind(self) -> str:
        """Which kind of network it is, as its configuration says.

        Raises:
            ModelError: it is none that can look at pictures here; names those that can.
        """
        found = str(ModelFolder(self.folder).config.get("model_type", ""))
        if found not in self.kinds:
            raise ModelError(f"{self.folder}: model_type {found!r} is none of {', '.join(self.kinds)}")
        return found

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the weights."""
        return weights_hash(self.folder)

    @cached_property
    def _intake(self) -> Intake:
        return Intake.read(self.folder)

    @cached_property
    def _name(self) -> str:
        config = ModelFolder(self.folder).config
        # CLIP and SigLIP tell of their picture tower in a part of its own; another kind is refused before it is loaded.
        vision = config.get("vision_config") or {} if self.kind in ("clip", "siglip") else config
        return join_network(self._room, self.folder, default_dtype(self._room.device), _activation_bytes(vision))

    def embed_pictures(self, frames: Frames) -> Vectors:
        """Return float32 of shape (num_frames, dims), every row of length 1.

        Raises:
            EngineError: these are no frames of RGB, or there are none.
            ModelError: the model is missing or broken, or does not fit.
        """
        require_frames(frames)
        ask = _PICTURES[self.kind]
        with self._room.use(self._name) as network:
            rows = [
                _run(network, ask, self._intake.take(frames[start : start + _BATCH]))
                for start in range(0, len(frames), _BATCH)
            ]
        return _unit(np.concatenate(rows), self.folder)


class TwoTowers(PictureTower):
    """A network that turns pictures and texts into vectors of one space; CLIP or SigLIP."""

    kinds = ("clip", "siglip")

    @cached_property
    def _words(self) -> Any:
        return tokenizer_of(self.folder)

    @cached_property
    def num_tokens(self) -> int:
        """Tokens that a text may have, with its start and end."""
        config = ModelFolder(self.folder).config.get("text_config", {})
        return int(config.get("max_position_embeddings", 77 if self.kind == "clip" else 64))

    @cached_property
    def trained_map(self) -> tuple[float, float]:
        """Slope and offset of the cosine in the loss that it was trained with; CLIP has no offset."""
        with self._room.use(self._name) as network:
            bias = getattr(network, "logit_bias", None)
            return float(network.logit_scale.exp()), 0.0 if bias is None else float(bias)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Return float32 of shape (len(texts), dims), every row of length 1.

        A text with more tokens than the network reads is halved at blanks until every part can be read; its vector is
        the mean of theirs.

        Raises:
            EngineError: a text is empty, or there are none.
            ModelError: the model is missing or broken, or does not fit.
        """
        if not texts or not all(text.strip() for text in texts):
            raise EngineError(f"{self.label}: a text is empty; give at least one word")
        with self._room.use(self._name) as network:
            parts = [tuple(self._parts(text)) for text in texts]
            flat = [part for found in parts for part in found]
            rows = _unit(np.concatenate(list(self._read(network, flat))), self.folder)
        starts = np.cumsum([0, *map(len, parts[:-1])])
        sums = np.add.reduceat(rows, starts, axis=0)
        return _unit(sums, self.folder)

    def _parts(self, text: str) -> Iterator[str]:
        words = text.split()
        if len(self._words(text, verbose=False)["input_ids"]) <= self.num_tokens or len(text) < 2:
            yield text
        elif len(words) > 1:
            yield from self._parts(" ".join(words[: len(words) // 2]))
            yield from self._parts(" ".join(words[len(words) // 2 :]))
        else:
            yield from self._parts(text[: len(text) // 2])
            yield from self._parts(text[len(text) // 2 :])

    def _read(self, network: Any, texts: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        import torch

        for start in range(0, len(texts), _BATCH):
            # SigLIP was trained with every text filled up to its full length, and reads its vector off the last place.
            full = {"padding": "max_length", "max_length": self.num_tokens}
            filled = full if self.kind == "siglip" else {"padding": True}
            tokens = self._words(list(texts[start : start + _BATCH]), return_tensors="pt", **filled)
            given = {"input_ids": tokens["input_ids"].to(network.device)}
            if self.kind == "clip":
                given["attention_mask"] = tokens["attention_mask"].to(network.device)
            with torch.inference_mode():
                found = network.text_model(**given).pooler_output
                yield _numbers(network.text_projection(found) if self.kind == "clip" else found)


def require_frames(frames: Frames) -> None:
    """Make sure that these are frames.

    Raises:
        EngineError: there are none, or they have another shape or type.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8 or not frames.size:
        raise EngineError(
            f"frames of shape {frames.shape} and type {frames.dtype}: give uint8 (num_frames, height, width, 3), "
            "at least one"
        )


def _run(network: Any, ask: Callable[[Any, Any], Any], pictures_N3HW: NDArray[np.float32]) -> NDArray[np.float32]:
    import torch

    with torch.inference_mode():
        return _numbers(ask(network, torch.from_numpy(pictures_N3HW).to(network.device, network.dtype)))


def _numbers(found: "torch.Tensor") -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = found.float().cpu().numpy()
    return numbers


def _unit(rows: NDArray[np.float32], folder: Path) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise ModelError(f"{folder}: its vectors are not finite, or zero; the weights are broken, fetch them again")
    unit: Vectors = (rows / lengths).astype(np.float32)
    return unit


def _activation_bytes(vision: Mapping[str, Any]) -> int:
    """Return about what a batch of pictures takes beside the weights, in single precision."""
    side = int(vision.get("image_size", 224)) // int(vision.get("patch_size", 16))
    places, width = side * side + 1, int(vision.get("hidden_size", 768))
    heads = int(vision.get("num_attention_heads", 12))
    return 4 * _BATCH * places * (10 * width + 2 * heads * places)
