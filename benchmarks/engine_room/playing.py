"""What each model of the resident set does in a slot, and how it is opened: by the engine room and by its library."""

import importlib.util
from pathlib import Path
from typing import Any

from benchmarks.engine_room.shapes import Shapes, build_voice
from vortex.engines.video.families import Size, recognise
from vortex.engines.video.work import read_shape, work_of
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import read_json
from vortex.runtime.ledger import Footprint, Rung
from vortex.runtime.modules import ModuleMover
from vortex.runtime.pipelines import NetworkMover, PipelineMover, Way, Work, network_sizes, plain_ways, weight_bytes
from vortex.runtime.quantised import Bits, quantised_ways
from vortex.runtime.residency import Mover

DTYPE = "bfloat16"
LARGE = ("transformer", "text_encoder_2")
NAMES = {"picture": LARGE, "clip": ("transformer", "text_encoder")}
"""Pipeline → its networks that are held in fewer bits."""
_MAPS_OF_A_STEP, _MAPS_OF_A_DECODER, _TILE = 16, 5, 512
_KERNELS_BYTES, _KERNELS_OF_HOST = 200_000_000, 50_000_000
"""What kernels of a pipeline ask for themselves; of the host, at the sizes that are made here."""
_OTHERS = 8 << 20
"""Bytes that a small network works in."""
PROMPT = "a boat on the water"


def one_thread(device: str) -> None:
    """On the host, compute with one thread: on a machine with others, threads that wait for each other spin."""
    if device == "cpu":
        import torch

        torch.set_num_threads(1)


class Players:
    """The models of one set on one device."""

    def __init__(self, shapes: Shapes, place: Path, device: str) -> None:
        self.shapes, self.place, self.device = shapes, place, device
        self.judges = tuple(f"judge-{number}" for number in range(len(shapes.judges)))
        self.names = ("llm", "voice", "picture", "clip", *self.judges)

    def bytes_of(self, name: str) -> int:
        """Return the bytes of the weights of a model as its files have them."""
        folder = self.place / name
        if name in NAMES:
            return sum(each.whole_bytes for each in network_sizes(folder, "auto").values())
        return weight_bytes(ModelFolder(folder).tensors.values(), "auto")

    def mover(self, name: str) -> Mover:
        """Return what brings a model in the engine room."""
        folder = self.place / name
        if name in NAMES:
            return PipelineMover(folder, self.device, lambda: self.ways(name))
        if name == "voice":
            ladder = (Rung("float32", Footprint(self.bytes_of(name), 0, _OTHERS)),)
            return ModuleMover(ladder, lambda _: self._open_voice(), self.device, folder)
        return NetworkMover(folder, self.device, DTYPE, _OTHERS)

    def ways(self, name: str) -> tuple[Way, ...]:
        """Return the ladder of a pipeline: whole, on a card in fewer bits, then in parts."""
        folder, work = self.place / name, self._work_of(name)
        plain = plain_ways(folder, DTYPE, work, self.device)
        whole = tuple(way for way in plain if way.offload == "none")
        parts = tuple(way for way in plain if way.offload != "none")
        return (*whole, *self._fewer_bits(folder, work), *parts)

    def _fewer_bits(self, folder: Path, work: Work) -> tuple[Way, ...]:
        # On the processor, packing at each load takes longer than all else together.
        if self.device == "cpu" or importlib.util.find_spec("bitsandbytes") is None:
            return ()
        bits: Bits = "nf4" if folder.name == "picture" else "int8"
        return quantised_ways(folder, bits, work, self.device, NAMES[folder.name])

    def lowest_bytes(self, name: str) -> int:
        """Return what a pipeline takes on its lowest rung while it works."""
        footprints = [way.footprint for way in self.ways(name)]
        return min(each.weights_bytes + each.activation_bytes for each in footprints)

    def _work_of(self, name: str) -> Work:
        kernels = _KERNELS_OF_HOST if self.device == "cpu" else _KERNELS_BYTES
        work = self._maps_of(name)
        return Work(work.whole_bytes + kernels, work.tiled_bytes + kernels)

    def _maps_of(self, name: str) -> Work:
        """Return what the maps of a pipeline take while it works."""
        sizes, folder = self.shapes.sizes, self.place / name
        if name == "clip":
            size = Size(sizes.clip_width, sizes.clip_height)
            family = recognise(folder)
            return work_of(size, sizes.clip_frames, read_shape(folder, family, DTYPE))
        net, vae = read_json(folder / "transformer" / "config.json"), read_json(folder / "vae" / "config.json")
        tokens = (sizes.picture // 16) ** 2 + sizes.tokens
        step = _MAPS_OF_A_STEP * tokens * net["num_attention_heads"] * net["attention_head_dim"] * 2
        a_pixel = _MAPS_OF_A_DECODER * vae["block_out_channels"][0] * 2
        tile = min(sizes.picture, _TILE)
        return Work(max(step, a_pixel * sizes.picture**2), max(step, a_pixel * tile**2))

    def open_by_library(self, name: str) -> Any:
        """Open a model whole on the device, with the calls that its library shows first."""
        import diffusers
        import torch
        import transformers

        folder, dtype = str(self.place / name), getattr(torch, DTYPE)
        if name == "voice":
            return self._open_voice().to(self.device)
        if name in NAMES:
            made: Any = diffusers.DiffusionPipeline
            pipe = made.from_pretrained(folder, dtype=dtype, local_files_only=True).to(self.device)
            pipe.set_progress_bar_config(disable=True)
            return pipe
        owner: Any = transformers.AutoModelForCausalLM if name == "llm" else transformers.AutoModel
        return owner.from_pretrained(folder, dtype=dtype, local_files_only=True).to(self.device).eval()

    def open_offloaded(self, name: str, parking: str) -> Any:
        """Open a model so that it can be kept beside the others; pipelines with the offloading of diffusers.

        Args:
            name: of the model.
            parking: folder for blocks, where the device is the host.
        """
        if name not in NAMES:
            return self.open_by_library(name)
        import diffusers
        import torch

        made: Any = diffusers.DiffusionPipeline
        pipe = made.from_pretrained(str(self.place / name), dtype=getattr(torch, DTYPE), local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        if self.device != "cpu":
            pipe.enable_model_cpu_offload(device=self.device)
            return pipe
        from diffusers.hooks import apply_group_offloading

        host = torch.device("cpu")
        for part, network in pipe.components.items():
            if hasattr(network, "parameters"):
                # Pipelines call the halves of a decoder, so that hooks on its whole would never bring its weights.
                sizes: Any = (
                    {"offload_type": "leaf_level"}
                    if part == "vae"
                    else {"offload_type": "block_level", "num_blocks_per_group": 1}
                )
                apply_group_offloading(network, host, host, offload_to_disk_path=f"{parking}/{name}/{part}", **sizes)
        return pipe

    def offload_of(self, name: str) -> str:
        """Return in words what ``open_offloaded`` does."""
        if name not in NAMES:
            return "stays"
        return "blocks from disk" if self.device == "cpu" else "a network at a time"

    def release(self) -> None:
        """Give freed memory back."""
        from vortex.runtime.device import find_memory

        find_memory().release_cache()

    def work(self, name: str, model: Any) -> Any:
        """Let a model do its part of a slot."""
        import torch

        with torch.no_grad():
            if name == "picture":
                return self.paint(model, self.shapes.sizes.picture_steps)
            if name == "clip":
                return self._film(model)
            if name == "voice":
                style = torch.zeros(1, 2 * model.shape.style, device=self.device, dtype=torch.float32)
                return model.prosody(self._ids(16, 170), style)
            if name == "llm":
                return model(input_ids=self._ids(32, 250), use_cache=False).logits
            side = self._side(name)
            dtype = next(model.parameters()).dtype
            picture = torch.zeros(1, 3, side, side, device=self.device, dtype=dtype)
            return model(input_ids=self._ids(16, 250), pixel_values=picture).logits_per_image

    def paint(self, pipe: Any, num_steps: int) -> Any:
        """Make a picture with the pipeline of the picture model."""
        sizes = self.shapes.sizes
        return pipe(
            PROMPT, num_inference_steps=num_steps, height=sizes.picture, width=sizes.picture,
            guidance_scale=0.0, max_sequence_length=sizes.tokens, output_type="np", generator=self._chance,
        ).images  # fmt: skip

    def _film(self, pipe: Any) -> Any:
        sizes = self.shapes.sizes
        return pipe(
            PROMPT, num_inference_steps=sizes.clip_steps, height=sizes.clip_height, width=sizes.clip_width,
            num_frames=sizes.clip_frames, guidance_scale=1.0, max_sequence_length=sizes.tokens, output_type="np",
            generator=self._chance,
        ).frames  # fmt: skip

    @property
    def _chance(self) -> Any:
        import torch

        return torch.Generator("cpu").manual_seed(5)

    def _ids(self, number: int, bound: int) -> Any:
        import torch

        return (torch.arange(3, 3 + number, device=self.device) % bound)[None]

    def _side(self, name: str) -> int:
        return int(read_json(self.place / name / "config.json")["vision_config"]["image_size"])

    def _open_voice(self) -> Any:
        from safetensors.torch import load_file

        network = build_voice(self.shapes, "cpu")
        network.load_state_dict(load_file(self.place / "voice" / "model.safetensors"), assign=True)
        return network
