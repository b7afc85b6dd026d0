"""The families of clip models: what each can make, what suits it, and how its pipeline is called. Data, no torch.

A folder is told by the class that its ``model_index.json`` names, and variants of one class by a mark in one of its
configurations. The first row that fits is the one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from vortex.core.errors import EngineError
from vortex.runtime.folder import ModelFolder
from vortex.runtime.headers import read_json

Quality = Literal["fast", "balanced", "high"]
Beginning = Literal["words", "either", "picture"]
INDEX = "model_index.json"


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels, as (width, height)."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Own:
    """What one folder of a family fixes for itself; 0 and ``None`` where it leaves the choice."""

    size: Size | None = None
    num_frames: int = 0


FREE = Own()


@dataclass(frozen=True, slots=True)
class Grade:
    """What a quality means for a family."""

    width: int
    height: int
    num_frames: int
    num_steps: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A value in a configuration that tells one variant of a pipeline's class from the others."""

    file: str
    key: str
    values: tuple[Any, ...]

    def is_in(self, folder: Path) -> bool:
        """Say whether ``folder`` has it; a key that is left out counts as ``None``."""
        path = folder / self.file
        return path.is_file() and read_json(path).get(self.key) in self.values


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of model. Sizes are in pixels of the clip."""

    name: str
    pipeline: str
    """Class of diffusers."""
    grades: Mapping[Quality, Grade]
    fps: int
    """Frames a second that it was trained at."""
    guidance: float
    dtype: Literal["bfloat16", "float16"]
    """In which it was published; what a card gets unless the settings say otherwise."""
    begins_from: Beginning
    marks: tuple[Mark, ...] = ()
    frame_step: int = 1
    """A clip has ``1 + n * frame_step`` frames."""
    max_frames: int = 81
    size_multiple: int = 16
    least_steps: int = 1
    max_tokens: int = 0
    """Tokens of a prompt that are read; 0 where it reads none."""
    network: str = "transformer"
    """The folder of the network that denoises."""
    picture_pipeline: str = ""
    """Class of diffusers that takes the same networks and begins from a picture."""
    exact: tuple[str, ...] = ()
    """Networks that stay in single precision, because half spoils what they make."""
    call: Mapping[str, str] = field(default_factory=dict)
    """Argument of the pipeline → field of ``Plan`` that it gets."""
    guidance_2: float = 0.0
    """That of a second transformer, where there are two; it follows when the first is changed."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the pipeline that never change."""
    shifts: tuple[tuple[int, float], ...] = ()
    """(pixels of a frame up to which it holds, flow shift); empty leaves the scheduler's own."""
    is_size_fixed: bool = False
    """Learned positions hold it to the size that its configuration names."""
    has_lora: bool = True
    decode_chunks: tuple[int, int] = (0, 0)
    """Frames that the decoder makes at once: the whole way, and in the lower ways; 0 where it decides itself."""

    @property
    def least_frames(self) -> int:
        """The shortest clip."""
        return 1 + self.frame_step if self.frame_step > 1 else 2


def _grades(fast: Grade, balanced: Grade, high: Grade) -> Mapping[Quality, Grade]:
    return MappingProxyType({"fast": fast, "balanced": balanced, "high": high})


_WORDS = {"prompt": "prompt", "negative_prompt": "negative_prompt", "guidance_scale": "guidance_scale"}
_IMAGE = {**_WORDS, "image": "image"}
_WAN: dict[str, Any] = {
    "fps": 16, "guidance": 5.0, "dtype": "bfloat16", "frame_step": 4, "max_tokens": 512, "exact": ("vae",),
    "grades": _grades(Grade(832, 480, 33, 20), Grade(832, 480, 81, 30), Grade(1280, 720, 81, 50)),
    "shifts": ((832 * 480, 3.0), (1280 * 720, 5.0)),
}  # fmt: skip
_COG: dict[str, Any] = {
    "fps": 8, "guidance": 6.0, "dtype": "bfloat16", "frame_step": 8, "max_frames": 49, "max_tokens": 226,
    "grades": _grades(Grade(720, 480, 25, 25), Grade(720, 480, 49, 40), Grade(720, 480, 49, 50)),
}  # fmt: skip
# Latents are taken in pairs, and two of them make eight frames: 8 n + 1, and 16 n + 1 where two frames are one patch.
_COG_1_5: dict[str, Any] = {
    **_COG, "fps": 16, "frame_step": 16, "max_frames": 161,
    "grades": _grades(Grade(768, 432, 49, 25), Grade(1360, 768, 81, 40), Grade(1360, 768, 81, 50)),
    "marks": (Mark("transformer/config.json", "patch_size_t", (2,)),),
}  # fmt: skip
_LEARNED = (Mark("transformer/config.json", "use_learned_positional_embeddings", (True,)),)
_TWO_STAGES = (Mark(INDEX, "boundary_ratio", (0.875, 0.9)),)

FAMILIES: tuple[Family, ...] = (
    Family(
        "Wan 2.2 5B", "WanPipeline", begins_from="either", picture_pipeline="WanImageToVideoPipeline",
        marks=(Mark(INDEX, "expand_timesteps", (True,)),), size_multiple=32, call=_WORDS,
        **{
            **_WAN, "fps": 24, "shifts": (), "max_frames": 121,
            "grades": _grades(Grade(832, 480, 49, 20), Grade(1280, 704, 81, 30), Grade(1280, 704, 121, 50)),
        },
    ),
    Family(
        "Wan 2.2 A14B", "WanPipeline", begins_from="words", marks=_TWO_STAGES, call=_WORDS,
        guidance_2=3.0, **{**_WAN, "guidance": 4.0},
    ),
    Family(
        "Wan 2.1 1.3B", "WanPipeline", begins_from="words", call=_WORDS,
        marks=(Mark("transformer/config.json", "num_layers", (30,)),),
        **{
            **_WAN, "guidance": 6.0,
            "grades": _grades(Grade(832, 480, 33, 20), Grade(832, 480, 81, 30), Grade(832, 480, 81, 50)),
        },
    ),
    Family("Wan 2.1", "WanPipeline", begins_from="words", call=_WORDS, **_WAN),
    Family(
        "Wan 2.2 I2V A14B", "WanImageToVideoPipeline", begins_from="picture", marks=_TWO_STAGES, call=_IMAGE,
        guidance_2=3.5, **{**_WAN, "guidance": 3.5, "shifts": ()},
    ),
    # Published once for 480 and once for 720 lines, each with the shift that it was tuned with.
    Family(
        "Wan 2.1 I2V", "WanImageToVideoPipeline", begins_from="picture", call=_IMAGE,
        **{**_WAN, "shifts": ()},
    ),
    Family("CogVideoX 1.5", "CogVideoXPipeline", begins_from="words", call=_WORDS, **_COG_1_5),
    Family(
        "CogVideoX 2B", "CogVideoXPipeline", begins_from="words", call=_WORDS,
        marks=(Mark("transformer/config.json", "use_rotary_positional_embeddings", (False, None)),),
        **{**_COG, "dtype": "float16"},
    ),
    Family("CogVideoX 5B", "CogVideoXPipeline", begins_from="words", call=_WORDS, **_COG),
    Family("CogVideoX 1.5 I2V", "CogVideoXImageToVideoPipeline", begins_from="picture", call=_IMAGE, **_COG_1_5),
    Family(
        "CogVideoX 5B I2V", "CogVideoXImageToVideoPipeline", begins_from="picture", call=_IMAGE, marks=_LEARNED,
        is_size_fixed=True, **_COG,
    ),
    Family(
        "LTX", "LTXPipeline", begins_from="either", picture_pipeline="LTXImageToVideoPipeline", fps=25, guidance=3.0,
        dtype="bfloat16", frame_step=8, max_frames=257, size_multiple=32, max_tokens=128, least_steps=2,
        call={**_WORDS, "frame_rate": "fps"}, constants={"decode_timestep": 0.03, "decode_noise_scale": 0.025},
        grades=_grades(Grade(704, 480, 97, 25), Grade(704, 480, 121, 40), Grade(1216, 704, 161, 50)),
    ),
    Family(
        "Stable Video Diffusion", "StableVideoDiffusionPipeline", begins_from="picture", fps=7, guidance=3.0,
        dtype="float16", max_frames=32, size_multiple=64, network="unet", has_lora=False, decode_chunks=(8, 2),
        call={
            "image": "image", "max_guidance_scale": "guidance_scale", "fps": "fps",
            "motion_bucket_id": "motion_bucket_id", "noise_aug_strength": "noise_aug_strength",
        },
        grades=_grades(Grade(1024, 576, 14, 15), Grade(1024, 576, 25, 25), Grade(1024, 576, 25, 40)),
    ),
    Family(
        "HunyuanVideo", "HunyuanVideoPipeline", begins_from="words", fps=24, guidance=6.0, dtype="bfloat16",
        frame_step=4, max_frames=129, max_tokens=256,
        # Its guidance is an input of the network and not a second pass, so that words to avoid are not seen.
        call={"prompt": "prompt", "guidance_scale": "guidance_scale"},
        grades=_grades(Grade(960, 544, 61, 30), Grade(960, 544, 97, 40), Grade(1280, 720, 129, 50)),
    ),
)  # fmt: skip
"""Every family that is known; of those with one class, the one without marks stands last."""


def recognise(folder: Path) -> Family:
    """Return the family of a model folder; reads JSON alone.

    Raises:
        ModelError: the folder is not there, or a configuration in it is broken.
        EngineError: it is of no known family; says what it is and lists those that are known.
    """
    name = str(ModelFolder(folder).json(INDEX).get("_class_name", ""))
    for family in FAMILIES:
        if family.pipeline == name and all(mark.is_in(folder) for mark in family.marks):
            return family
    known = ", ".join(f"{family.name} ({family.pipeline})" for family in FAMILIES)
    what = f"is a {name}" if name else f"has no {INDEX} that names a pipeline"
    raise EngineError(f"{folder}: {what}, of which no clip is made here; known: {known}")


def own_limits(folder: Path, family: Family) -> Own:
    """Return what a folder fixes for itself: the size that its positions were learned for, the frames of its UNet."""
    config = read_json(folder / family.network / "config.json")
    size = None
    if family.is_size_fixed:
        blocks = read_json(folder / "vae" / "config.json").get("block_out_channels") or [0] * 4
        side = 2 ** (len(blocks) - 1)
        size = Size(int(config.get("sample_width", 90)) * side, int(config.get("sample_height", 60)) * side)
    return Own(size, int(config.get("num_frames") or 0) if family.network == "unet" else 0)
