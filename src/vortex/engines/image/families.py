"""What is known of each family of picture models: its pipelines, what suits it, and what it cannot do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vortex.core.errors import ModelError
from vortex.runtime.headers import read_json
from vortex.runtime.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Classes of diffusers for each way of asking."""

    text: str
    start: str
    """Begins from a picture."""
    control: str
    start_control: str

    def choose(self, start: bool, control: bool) -> str:
        """Return the class for a request."""
        if start:
            return self.start_control if control else self.start
        return self.control if control else self.text

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.text, self.start, self.control, self.start_control


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models that are asked in the same way."""

    name: str
    base: str
    """What adapters say that they are made for: ``flux``, ``sdxl``, ``sd``."""
    pipelines: Pipelines
    denoiser: str
    """Name of the network that removes noise."""
    large: tuple[str, ...]
    """Networks that are quantised, where that is asked for."""
    steps: int
    guidance: float
    has_negative: bool
    """Whether words to avoid, and a guidance above 1, mean a second pass."""
    native_pixels: int
    """For how large a picture memory is set aside before one is asked for."""
    reader: str
    """Tokenizer whose encoder reads the whole prompt."""
    max_tokens: int
    """That this encoder was trained with, its marks included."""
    spec: ModelSpec
    controls: Mapping[str, ModelSpec] = field(default_factory=dict)
    """Kind of control → the ControlNet that is meant unless the registry names another."""
    has_guidance: bool = True
    """Whether a guidance scale changes anything."""


_FLUX = Pipelines("FluxPipeline", "FluxImg2ImgPipeline", "FluxControlNetPipeline", "FluxControlNetImg2ImgPipeline")
_SDXL = Pipelines(
    "StableDiffusionXLPipeline",
    "StableDiffusionXLImg2ImgPipeline",
    "StableDiffusionXLControlNetPipeline",
    "StableDiffusionXLControlNetImg2ImgPipeline",
)
_SD = Pipelines(
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "StableDiffusionControlNetPipeline",
    "StableDiffusionControlNetImg2ImgPipeline",
)
_FOLDERS = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model")
_FLUX_FILES = (*_FOLDERS, "transformer/*.safetensors", "text_encoder*/*.safetensors", "vae/*.safetensors")
_HALF_FILES = (
    *_FOLDERS,
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "text_encoder*/model.fp16.safetensors",
    "vae/diffusion_pytorch_model.fp16.safetensors",
)
_NON_COMMERCIAL = "FLUX.1 [dev] Non-Commercial License: for no commercial use"
_SCHNELL_BYTES = {
    "float32": 67_441_477_516, "bfloat16": 33_720_738_758, "int8": 17_244_976_198, "nf4": 9_256_605_686
}  # fmt: skip
_DEV_BYTES = {
    "float32": 67_482_396_556, "bfloat16": 33_741_198_278, "int8": 17_265_435_718, "nf4": 9_277_065_206
}  # fmt: skip
_SDXL_BYTES = {
    "float32": 13_875_351_468, "bfloat16": 6_937_675_734, "float16": 6_937_675_734, "int8": 4_085_174_614,
    "nf4": 2_698_789_034,
}  # fmt: skip
_SD_BYTES = {
    "float32": 5_480_867_580, "bfloat16": 2_740_433_790, "float16": 2_740_433_790, "int8": 2_472_897_150,
    "nf4": 2_342_684_820,
}  # fmt: skip
"""With its safety checker."""
_UNION = ModelSpec(
    "Shakker-Labs/FLUX.1-dev-ControlNet-Union-Pro",
    "main",
    ("config.json", "diffusion_pytorch_model.safetensors"),
    {},
    _NON_COMMERCIAL,
)


def _control(repo: str, licence: str) -> ModelSpec:
    return ModelSpec(repo, "main", ("config.json", "diffusion_pytorch_model.safetensors"), {}, licence)


FAMILIES = (
    Family(
        "Flux schnell", "flux", _FLUX, "transformer", ("transformer", "text_encoder_2"),
        steps=4, guidance=0.0, has_negative=False, has_guidance=False, native_pixels=1024 * 1024,
        reader="tokenizer_2", max_tokens=256,
        spec=ModelSpec("black-forest-labs/FLUX.1-schnell", "main", _FLUX_FILES, _SCHNELL_BYTES, "Apache-2.0"),
    ),
    Family(
        "Flux dev", "flux", _FLUX, "transformer", ("transformer", "text_encoder_2"),
        steps=28, guidance=3.5, has_negative=False, native_pixels=1024 * 1024,
        reader="tokenizer_2", max_tokens=512,
        spec=ModelSpec("black-forest-labs/FLUX.1-dev", "main", _FLUX_FILES, _DEV_BYTES, _NON_COMMERCIAL),
        controls=dict.fromkeys(("openpose", "depth", "canny"), _UNION),
    ),
    Family(
        "Stable Diffusion XL", "sdxl", _SDXL, "unet", ("unet", "text_encoder_2"),
        steps=30, guidance=5.0, has_negative=True, native_pixels=1024 * 1024,
        reader="tokenizer", max_tokens=77,
        spec=ModelSpec(
            "stabilityai/stable-diffusion-xl-base-1.0",
            "main",
            _HALF_FILES,
            _SDXL_BYTES,
            "OpenRAIL++-M",
        ),
        controls={
            "canny": _control("diffusers/controlnet-canny-sdxl-1.0", "OpenRAIL++-M"),
            "depth": _control("diffusers/controlnet-depth-sdxl-1.0", "OpenRAIL++-M"),
            "openpose": _control("xinsir/controlnet-openpose-sdxl-1.0", "Apache-2.0"),
        },
    ),
    Family(
        "Stable Diffusion", "sd", _SD, "unet", ("unet",),
        steps=30, guidance=7.5, has_negative=True, native_pixels=512 * 512,
        reader="tokenizer", max_tokens=77,
        spec=ModelSpec(
            "stable-diffusion-v1-5/stable-diffusion-v1-5", "main",
            (*_HALF_FILES, "safety_checker/model.fp16.safetensors"),
            _SD_BYTES,
            "CreativeML OpenRAIL-M",
        ),
        controls={
            "canny": _control("lllyasviel/control_v11p_sd15_canny", "OpenRAIL"),
            "depth": _control("lllyasviel/control_v11f1p_sd15_depth", "OpenRAIL"),
            "openpose": _control("lllyasviel/control_v11p_sd15_openpose", "OpenRAIL"),
        },
    ),
)  # fmt: skip


def family_of(folder: Path) -> Family:
    """Return the family of a pipeline folder, told by its index and its configuration.

    Raises:
        ModelError: it is no pipeline, or one of a family that is not known here; names those that are.
    """
    index = folder / "model_index.json"
    if not index.is_file():
        raise ModelError(f"{folder}: holds no model_index.json, so it is no pipeline of diffusers; give its folder")
    kind = str(read_json(index).get("_class_name", ""))
    found = [each for each in FAMILIES if kind in each.pipelines.names]
    if not found:
        known = ", ".join(sorted({each.pipelines.text for each in FAMILIES}))
        raise ModelError(f"{folder}: is a {kind or 'pipeline without a name'}; pictures are made with {known}")
    if len(found) == 1:
        return found[0]
    guided = bool(read_json(folder / found[0].denoiser / "config.json").get("guidance_embeds"))
    return next(each for each in found if each.has_guidance == guided)
