"""Settings: frozen sections, read once at the doors, each value knowing where it came from.

Order of precedence: default < profile < user's file < project's file < ``VORTEX_*`` < flag. An unknown key or a bad
value raises, naming key, value and source. Objects receive only their own section.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from vortex.core.errors import ConfigError
from vortex.core.paths import config_file
from vortex.core.profiles import PROFILES


def _ranged(default: Any, low: float, high: float, help: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "help": help})


def _told(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class FilmSettings:
    """What the film is like."""

    theme: str = _told("light", "theme of the pictures")
    writer: str = _told("extract", "who writes the script: extract, llm")
    captions: bool = _told(True, "burn captions into the picture, the spoken word lit")
    music: str = _told("", "sound file to lay under the voice")


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """Who speaks, and how."""

    engine: str = _told("espeak", "speech engine")
    name: str = _told("", "voice of that engine; empty takes its default for the language")
    folder: str = _told("", "folder of the model of a voice that runs here, or its name in the store")
    words_per_minute: int = _ranged(165, 80, 300, "speaking rate")
    base_url: str = _told("http://127.0.0.1:8880/v1", "address of the engines remote, xtts and sovits")
    model: str = _told("kokoro", "model at that address")
    api_key_env: str = _told("", "environment variable that holds the key, if one is needed")
    timeout_s: float = _ranged(120.0, 1, 3600, "seconds to wait for one sentence from that address")
    command: str = _told("", "command that starts the server of xtts or sovits; empty takes one that runs")
    size_gb: float = _ranged(4.0, 0.001, 1000, "what that server takes of the device (1e9 bytes)")
    clones: str = _told("", "folder of cloned voices; empty means voices in the user's data")


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How pictures are made and encoded."""

    engine: str = _told("drawn", "video engine")
    height: int = _ranged(720, 240, 2160, "height of the frame in pixels, even")
    fps: Literal[24, 25, 30, 50, 60] = _told(30, "frames a second")
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "medium"] = _told("veryfast", "x264 preset")
    crf: int = _ranged(20, 0, 51, "x264 rate factor; lower is better and larger")
    jobs: int = _ranged(0, 0, 256, "shots made at the same time; 0 means one a core")


@dataclass(frozen=True, slots=True)
class PassageSettings:
    """How documents are cut into passages.

    Raises:
        ConfigError: ``min_words`` is greater than ``max_words``.
    """

    min_words: int = _ranged(150, 20, 2000, "a passage takes further paragraphs until it has this many words")
    max_words: int = _ranged(220, 20, 2000, "a passage takes no paragraph that would lift it above this")
    split_long: bool = _told(True, "split a longer paragraph at its sentences")
    save_rejected: bool = _told(True, "let vortex chunk write what was left out, with the reason, to rejected.jsonl")

    def __post_init__(self) -> None:
        if self.min_words > self.max_words:
            raise ConfigError(
                f"passages.min_words = {self.min_words} is more than passages.max_words = {self.max_words}; swap them"
            )


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How passages are found."""

    embedder: str = _told("auto", "embedder; auto takes minilm where it is installed, none means words only")
    lexical_weight: float = _ranged(0.8, 0, 1, "share of the word score in the mix; vectors have the rest")


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """Which language model is asked, when one is."""

    engine: str = _told("remote", "language model engine")
    base_url: str = _told("http://127.0.0.1:11434/v1", "OpenAI-compatible address")
    model: str = _told("", "name of the model at that address; for the engine scripted, its file of answers")
    api_key_env: str = _told("OPENAI_API_KEY", "environment variable that holds the key, if one is needed")
    timeout_s: float = _ranged(120.0, 1, 3600, "seconds to wait for one answer")
    max_retries: int = _ranged(3, 0, 10, "further tries after a refused or invalid answer")
    context_tokens: int = _ranged(4096, 2048, 2_000_000, "what the model holds, question and answer together")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where fetched models are kept, and where they come from."""

    folder: str = _told("", "folder of the store; empty means models in the user's cache")
    hub: str = _told("https://huggingface.co", "address that vortex models pull asks; nothing else does")
    token_env: str = _told("HF_TOKEN", "environment variable that holds a token for the hub, if one is needed")


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """The device on which models live, and how much of it they may take.

    Raises:
        ConfigError: the device has no such name, or the soft limit is not below the hard one.
    """

    device: str = _told("auto", "auto, cpu, cuda or cuda:N; auto takes a card if there is one")
    soft_limit_gb: float = _ranged(11.0, 0.001, 10_000, "above this (1e9 bytes) models are held on lower rungs")
    hard_limit_gb: float = _ranged(11.5, 0.001, 10_000, "above this (1e9 bytes) nothing is loaded")
    host_gb: float = _ranged(8.0, 0, 10_000, "host memory for weights that left the card")
    wait_s: float = _ranged(600.0, 0, 86_400, "seconds to wait for a model that others hold")

    def __post_init__(self) -> None:
        if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", self.device):
            raise ConfigError(f"runtime.device = {self.device!r}: write auto, cpu, cuda or cuda:N")
        if self.soft_limit_gb >= self.hard_limit_gb:
            raise ConfigError(
                f"runtime.soft_limit_gb = {self.soft_limit_gb} must be below runtime.hard_limit_gb ="
                f" {self.hard_limit_gb}; lower the first or raise the second"
            )


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """Who makes the pictures of shots that ask for a generated one."""

    engine: str = _told("", "image engine, such as diffusion; empty makes none")
    model: str = _told("", "folder of the model, or its name in the store")
    precision: Literal["auto", "float32", "bfloat16", "float16", "int8", "nf4"] = _told("auto", "type of the weights")
    steps: int = _ranged(0, 0, 200, "denoising steps; 0 takes what suits the model")
    guidance: float = _ranged(-1.0, -1, 30, "guidance scale; -1 takes what suits the model")
    loras: str = _told("", "LoRAs of the registry, such as ink:0.8,warm:0.4")
    lora_registry: str = _told("", "YAML file that names LoRA files; empty means lora_registry.yaml in the model")
    max_retries: int = _ranged(2, 0, 10, "further tries after a picture that is blank or shows something else")
    size: int = _ranged(1024, 16, 4096, "longer side of a picture in pixels")
    shots: int = _ranged(3, 0, 100, "chapters that open with a generated picture, at most")
    style: str = _told("flat editorial illustration, calm colours, no words, no letters", "said after each prompt")


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """Who makes the moving pictures of shots that ask for generated ones."""

    engine: str = _told("", "clip engine, such as diffusion; empty makes none")
    model: str = _told("", "folder of the model, or its name in the store")
    precision: Literal["auto", "float32", "bfloat16", "float16", "int8", "nf4"] = _told("auto", "type of the weights")
    quality: Literal["fast", "balanced", "high"] = _told("balanced", "size, length and steps, by the model's family")
    lora: str = _told("", "file of a LoRA")
    lora_scale: float = _ranged(1.0, 0, 4, "its weight")
    lora_trigger: str = _told("", "words that wake it, put before each prompt")
    prompt_profile: Literal["auto", "none", "academic_infographic"] = _told("auto", "words put around each prompt")
    max_retries: int = _ranged(2, 0, 10, "further tries after a clip that is blank or shows something else")
    size: int = _ranged(0, 0, 4096, "longer side of a clip in pixels; 0 takes what the quality says")
    shots: int = _ranged(1, 0, 100, "chapters that open with a generated clip, at most")
    style: str = _told(
        "flat editorial illustration, slow calm movement, no words, no letters", "said after each prompt"
    )


@dataclass(frozen=True, slots=True)
class SightSettings:
    """Who looks whether a generated picture shows what was asked for."""

    engine: str = _told("", "sight engine, such as clip; empty looks at nothing")
    model: str = _told("", "folder of CLIP ViT-B/32, or its name in the store")
    large_model: str = _told("", "folder of CLIP ViT-L/14; empty judges with the first alone")
    identity_model: str = _told("", "folder of DINOv2 or SigLIP for characters; empty compares with CLIP")
    threshold: float = _ranged(0.5, 0, 1, "calibrated score that a generated picture must reach")


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """Who listens to what was spoken."""

    engine: str = _told("", "hearing engine, such as whisper; empty listens to nothing")
    model: str = _told("", "folder of the model, or its name in the store")


@dataclass(frozen=True, slots=True)
class SlotSettings:
    """How slots are made, and how long each stage of one may take where there is a deadline."""

    side: int = _ranged(512, 64, 1024, "width and height of a slot's picture in pixels, a multiple of 16")
    audio_s: float = _ranged(3.0, 0.001, 3600, "bound of the voice in seconds")
    image_s: float = _ranged(15.0, 0.001, 3600, "bound of the keyframe in seconds")
    video_s: float = _ranged(10.0, 0.001, 3600, "bound of the clip in seconds")
    clip_s: float = _ranged(2.0, 0.001, 3600, "bound of the verdict in seconds")
    buffer_s: float = _ranged(1.0, 0, 3600, "kept free between the bound of a stage and the deadline, in seconds")
    stage_retries: int = _ranged(2, 0, 10, "further tries of a stage that failed or passed its bound")
    backoff_s: float = _ranged(0.5, 0, 60, "wait before the first of them; it doubles each time")
    max_retries: int = _ranged(2, 0, 10, "further pictures after a refused one, where the recipe does not say")
    clip_frames: int = _ranged(25, 2, 257, "most frames that are asked of a clip model")

    def __post_init__(self) -> None:
        if self.side % 16:
            raise ConfigError(f"slot.side = {self.side} is no multiple of 16; write {self.side // 16 * 16}")


@dataclass(frozen=True, slots=True)
class PluginSettings:
    """Which plugins may run, and what each call of one may use."""

    folder: str = _told("", "folder of the plugins; empty means plugins in the user's data")
    trusted: str = _told("", "names of plugins that may run, separated by commas")
    allow_untrusted: bool = _told(False, "run others too, where the sandbox can protect the machine from them")
    max_vram_gb: float = _ranged(0.0, 0, 1000, "GB of an accelerator that a plugin may ask for")
    max_memory_gb: float = _ranged(2.0, 0.1, 1000, "GB of address space of a call")
    max_output_mb: float = _ranged(4.0, 0.001, 100, "MB of JSON that a call may return")
    lane0_max_latency_ms: int = _ranged(5000, 1, 600_000, "most that a plugin on lane 0 may say it takes")


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections."""

    film: FilmSettings = field(default_factory=FilmSettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    render: RenderSettings = field(default_factory=RenderSettings)
    passages: PassageSettings = field(default_factory=PassageSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    llm: LLMSettings = field(default_factory=LLMSettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    plugins: PluginSettings = field(default_factory=PluginSettings)
    runtime: RuntimeSettings = field(default_factory=RuntimeSettings)
    image: ImageSettings = field(default_factory=ImageSettings)
    clip: ClipSettings = field(default_factory=ClipSettings)
    sight: SightSettings = field(default_factory=SightSettings)
    hearing: HearingSettings = field(default_factory=HearingSettings)
    slot: SlotSettings = field(default_factory=SlotSettings)


@dataclass(frozen=True, slots=True)
class Layer:
    """Values by key ("section.name") from one source, such as a file or the environment."""

    source: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings, and for every key the source that decided it."""

    settings: Settings
    origins: Mapping[str, str]

    def rows(self) -> list[tuple[str, object, str]]:
        """Return (key, value, origin) of every setting, in order."""
        return [(key, _get(self.settings, key), self.origins.get(key, "default")) for key in setting_keys()]


def setting_keys() -> list[str]:
    """Return every key as ``section.name``, in order."""
    settings = Settings()
    return [f"{s.name}.{f.name}" for s in fields(settings) for f in fields(getattr(settings, s.name))]


STANDARD = "standard"
"""The profile that changes nothing."""


def load_settings(
    flags: Mapping[str, object] | None = None,
    *,
    profile: str = STANDARD,
    files: Iterable[Path] = (),
    environ: Mapping[str, str] | None = None,
) -> LoadedSettings:
    """Return settings from all sources.

    Args:
        flags: values by key from the command line or a caller; ``None`` values are left out.
        profile: a name of ``PROFILES``.
        files: TOML files, weakest first; those that do not exist are skipped.
        environ: environment instead of the process's own.

    Raises:
        ConfigError: unknown profile or key, bad value, broken file; names key, value and source.
    """
    if profile not in PROFILES:
        raise ConfigError(f"no profile named {profile!r}; there are: {', '.join(PROFILES)}")
    layers = [Layer(f"profile {profile}", PROFILES[profile])]
    layers += [read_layer(path) for path in (config_file(), *files) if path.is_file()]
    layers.append(_environment_layer(os.environ if environ is None else environ))
    layers.append(Layer("flag", {key: value for key, value in (flags or {}).items() if value is not None}))
    return merge_layers(layers)


def merge_layers(layers: Iterable[Layer]) -> LoadedSettings:
    """Return the settings that the layers give, weakest first.

    Raises:
        ConfigError: an unknown key or a bad value; names key, value and source.
    """
    known = setting_keys()
    sections: dict[str, dict[str, object]] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for key, value in layer.values.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else "; see: vortex config show"
                raise ConfigError(f"unknown setting {key!r} from {layer.source}{hint}")
            section, name = key.split(".")
            sections.setdefault(section, {})[name] = _checked(key, value, layer.source)
            origins[key] = layer.source
    base = Settings()
    changed = {name: replace(getattr(base, name), **values) for name, values in sections.items()}
    return LoadedSettings(replace(base, **changed), origins)


def read_layer(path: Path) -> Layer:
    """Read a TOML file of settings; ``[brief]``, ``schema`` and ``profile`` belong to others and are left out.

    Raises:
        ConfigError: the file is no TOML or holds a value outside a section.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot read settings: {error}") from error
    values: dict[str, object] = {}
    for section, table in tables.items():
        if section in ("brief", "schema", "profile"):
            continue
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: {section!r} stands outside a section; write it under [film], [voice], …")
        values |= {f"{section}.{name}": value for name, value in table.items()}
    return Layer(str(path), values)


def _environment_layer(environ: Mapping[str, str]) -> Layer:
    names = {f"VORTEX_{key.replace('.', '_').upper()}": key for key in setting_keys()}
    values = {names.get(name, name): value for name, value in environ.items() if name.startswith("VORTEX_")}
    return Layer("environment", values)


def _get(settings: Settings, key: str) -> object:
    section, name = key.split(".")
    return getattr(getattr(settings, section), name)


def _checked(key: str, value: object, source: str) -> object:
    section, name = key.split(".")
    owner = type(getattr(Settings(), section))
    expected = get_type_hints(owner)[name]
    metadata = next(f for f in fields(owner) if f.name == name).metadata
    try:
        converted = _converted(expected, value)
    except ValueError as error:
        raise ConfigError(f"{key} = {value!r} from {source}: {error}") from error
    low, high = metadata.get("low"), metadata.get("high")
    if low is not None and not low <= converted <= high:  # type: ignore[operator]
        raise ConfigError(f"{key} = {value!r} from {source}: must lie between {low} and {high}")
    return converted


def _converted(expected: Any, value: object) -> object:
    """Return ``value`` as the expected type; text is parsed, anything else must fit as it is."""
    if get_origin(expected) is Literal:
        choices = get_args(expected)
        for choice in choices:
            if value == choice or str(value) == str(choice):
                return choice
        raise ValueError(f"must be one of {', '.join(map(str, choices))}")
    if expected is bool:
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if str(value).lower() not in words:
            raise ValueError("must be true or false")
        return words[str(value).lower()]
    if expected is str and not isinstance(value, str):
        raise ValueError("must be text")
    if expected in (int, float) and (isinstance(value, bool) or (expected is int and isinstance(value, float))):
        raise ValueError(f"must be {'a whole number' if expected is int else 'a number'}")
    try:
        return expected(value)
    except (TypeError, ValueError):
        raise ValueError(f"must be {'a whole number' if expected is int else 'a number'}") from None
