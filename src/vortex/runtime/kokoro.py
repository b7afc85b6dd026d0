"""Folders of the voice Kokoro: published as pickles, kept here as safetensors.

Published is ``config.json``, a ``.pth`` of five state dicts, and ``voices/*.pt``, one tensor each. ``convert`` reads
these with a reader that makes numbers only, and writes ``model.safetensors`` and ``voices/*.safetensors`` beside them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from vortex.core.errors import ModelError, PolicyError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import read_safetensors
from vortex.runtime.shards import read_tensors, require_finite

if TYPE_CHECKING:
    import torch

    from vortex.models.kokoro import Kokoro, KokoroShape

WEIGHTS = "model.safetensors"
_PARTS = ("bert", "bert_encoder", "predictor", "text_encoder", "decoder")
_UNUSED = ("bert.pooler.", "bert.embeddings.position_ids")
_MAX_ROWS = 510


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written."""

    folder: Path
    num_tensors: int
    voices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What the configuration says that a speaker has to know."""

    numbers: Mapping[str, int]
    """Symbol → its number."""
    most_symbols: int
    """In one piece of text."""
    style: int
    """Numbers of a style, both halves."""
    last_channels: int
    """Of the vocoder's last stage, which is its largest."""
    hop: int
    """Samples between its frames there."""


def describe(folder: ModelFolder) -> Description:
    """Read the configuration.

    Raises:
        ModelError: it does not describe a Kokoro.
    """
    config = folder.config
    try:
        vocoder = config["istftnet"]
        described = Description(
            {symbol: int(number) for symbol, number in config["vocab"].items() if len(symbol) == 1},
            int(config["plbert"]["max_position_embeddings"]) - 2,
            2 * int(config["style_dim"]),
            int(vocoder["upsample_initial_channel"]) >> len(vocoder["upsample_rates"]),
            int(vocoder["gen_istft_hop_size"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _undescribed(folder, error) from error
    if not described.numbers:
        raise ModelError(f"{folder.path / 'config.json'}: names no symbols (vocab); fetch it again")
    return described


def open_kokoro(folder: ModelFolder, *, device: str = "cpu", allow_pickle: bool = False) -> "Kokoro":
    """Load the network of a folder.

    Args:
        folder: with ``config.json``.
        device: where the weights go.
        allow_pickle: read the published ``.pth``, where there is no safetensors file, with a reader that makes numbers
            only.

    Raises:
        ModelError: a part is missing, or weights and configuration belong to different models.
        PolicyError: there is a pickle only.
    """
    import torch
    from transformers import AlbertConfig, AlbertModel

    from vortex.models.kokoro import Kokoro

    weights = _weights(folder, allow_pickle)
    config = folder.config
    try:
        shape = _shape(config, weights)
        read = AlbertConfig(vocab_size=config["n_token"], **config["plbert"])
        bert = AlbertModel(read, add_pooling_layer=False)
        with torch.device("meta"):
            network = Kokoro(shape, bert, read.hidden_size)
    except (KeyError, TypeError, ValueError) as error:
        raise _undescribed(folder, error) from error
    wanted = {name: tuple(each.shape) for name, each in network.state_dict().items()}
    network.load_state_dict(_fitting(folder.path, wanted, weights), assign=True)
    ready: Kokoro = network.to(device).eval()
    return ready


def held_bytes(folder: ModelFolder) -> int:
    """Return what the network takes in memory, from the heads of its files.

    Raises:
        PolicyError: there is a pickle only.
    """
    if not folder.weight_files:
        raise _unconverted(folder)
    return 4 * sum(each.num_elements for each in folder.tensors.values())


def voice_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the voices in a folder that can be used."""
    return tuple(sorted(each.stem for each in (folder / "voices").glob("*.safetensors")))


def read_voice(folder: Path, name: str) -> "torch.Tensor":
    """Return a voice: a style for each number of phonemes, (510, 1, 2S).

    Raises:
        ModelError: there is no such voice, or the file holds something else.
    """
    import torch

    file = folder / "voices" / f"{name}.safetensors"
    if name not in voice_names(folder):
        raise ModelError(f"{folder}: has no voice {name!r}; it has {', '.join(voice_names(folder)) or 'none'}")
    tensors = dict(read_tensors(read_safetensors(file)))
    voice = next(iter(tensors.values()), torch.empty(0))
    if len(tensors) != 1 or voice.ndim != 3 or voice.shape[1] != 1 or not 0 < voice.shape[0] <= _MAX_ROWS:
        shapes = {key: list(each.shape) for key, each in tensors.items()}
        raise ModelError(f"{file}: a voice is one tensor of (510, 1, style), this holds {shapes}")
    require_finite(file, name, voice)
    return voice.float()


def convert(folder: Path) -> Converted:
    """Write the safetensors files of a folder as it is published; what is there already is written anew.

    Raises:
        ModelError: the folder has no ``.pth``, or a pickle holds more than numbers or another network.
    """
    from safetensors.torch import save_file

    found = ModelFolder(folder)
    weights = _pickled_weights(found)
    voices = {each.stem: _pickled_voice(each) for each in sorted((folder / "voices").glob("*.pt"))}
    save_file({name: each.contiguous() for name, each in weights.items()}, folder / WEIGHTS, {"format": "pt"})
    for name, voice in voices.items():
        save_file({"voice": voice.contiguous()}, folder / "voices" / f"{name}.safetensors", {"format": "pt"})
    return Converted(folder, len(weights), tuple(voices))


def _weights(folder: ModelFolder, allow_pickle: bool) -> dict[str, "torch.Tensor"]:
    from vortex.models.kokoro import folded

    if folder.weight_files:
        named = {name: each for header in folder.headers for name, each in read_tensors(header)}
    elif allow_pickle:
        named = _pickled_weights(folder)
    else:
        raise _unconverted(folder)
    return {name: each.float() for name, each in folded(named).items() if not name.startswith(_UNUSED)}


def _undescribed(folder: ModelFolder, error: Exception) -> ModelError:
    return ModelError(f"{folder.path / 'config.json'}: does not describe a Kokoro: {error!r}; fetch it again")


def _unconverted(folder: ModelFolder) -> PolicyError:
    return PolicyError(
        f"{folder.path}: its weights are a pickle, which can run code; write safetensors of it once, with a reader "
        f"that makes numbers only: vortex voices convert {folder.path}"
    )


def _pickled_weights(folder: ModelFolder) -> dict[str, "torch.Tensor"]:
    file = next((each for each in folder.files if each.suffix == ".pth"), None)
    if file is None:
        raise ModelError(f"{folder.path}: has neither safetensors nor a .pth file with weights")
    parts = _unpickled(file)
    if not isinstance(parts, Mapping) or not set(_PARTS) <= set(parts):
        raise ModelError(f"{file}: is no Kokoro; its state dicts would be {', '.join(_PARTS)}")
    return {
        f"{part}.{name.removeprefix('module.')}": each for part in _PARTS for name, each in dict(parts[part]).items()
    }


def _pickled_voice(file: Path) -> "torch.Tensor":
    import torch

    voice = _unpickled(file)
    if not isinstance(voice, torch.Tensor):
        raise ModelError(f"{file}: a voice is one tensor, this is a {type(voice).__name__}")
    return voice


def _unpickled(file: Path) -> Any:
    import torch

    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, OSError) as error:
        raise ModelError(f"{file}: cannot be read as numbers alone: {error}") from error


def _shape(config: Mapping[str, Any], weights: Mapping[str, "torch.Tensor"]) -> "KokoroShape":
    from vortex.models.kokoro import KokoroShape, VocoderShape

    vocoder = config["istftnet"]
    # The configuration is silent about two widths; the weights tell them.
    width, side = (weights[f"decoder.{name}.weight"].shape[0] for name in ("encode.conv1", "asr_res.0"))
    return KokoroShape(
        num_tokens=config["n_token"],
        hidden=config["hidden_dim"],
        style=config["style_dim"],
        layers=config["n_layer"],
        kernel=config["text_encoder_kernel_size"],
        max_frames=config["max_dur"],
        width=width,
        side=side,
        vocoder=VocoderShape(
            channels=vocoder["upsample_initial_channel"],
            rates=tuple(vocoder["upsample_rates"]),
            kernels=tuple(vocoder["upsample_kernel_sizes"]),
            block_kernels=tuple(vocoder["resblock_kernel_sizes"]),
            block_dilations=tuple(map(tuple, vocoder["resblock_dilation_sizes"])),
            fft=vocoder["gen_istft_n_fft"],
            hop=vocoder["gen_istft_hop_size"],
        ),
    )


def _fitting(
    path: Path, wanted: Mapping[str, tuple[int, ...]], weights: Mapping[str, "torch.Tensor"]
) -> dict[str, "torch.Tensor"]:
    """Return a tensor for every place; scales of instance norms that were not trained are one and zero."""
    import torch

    found = dict(weights)
    for name, shape in wanted.items():
        if name not in found and name.endswith((".norm.weight", ".norm.bias")):
            found[name] = torch.full(shape, float(name.endswith("weight")))
    _refuse(path, "has no weights for", wanted.keys() - found.keys())
    _refuse(path, "holds weights that no Kokoro has:", found.keys() - wanted.keys())
    _refuse(path, "weights and config.json differ over", {n for n in wanted if tuple(found[n].shape) != wanted[n]})
    for name, each in found.items():
        require_finite(path, name, each)
    return found


def _refuse(path: Path, complaint: str, names: Iterable[str]) -> None:
    listed = sorted(names)
    if listed:
        more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
        raise ModelError(f"{path}: {complaint} {', '.join(listed[:3])}{more}; fetch or convert the folder again")
