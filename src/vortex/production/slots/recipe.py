"""The two ways to write down a slot, A and B, and the one order that both become.

A hands over the words to be spoken and what is to be seen. B names a theme and a tone, and may leave the script to the
showrunner. Every key of both is honoured; a key that is in neither is a mistake.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_S = 45
"""Longest slot in seconds."""
MOST_FPS = 30
LARGEST_SEED = 2**63 - 1

Dialect = Literal["A", "B"]
Tone = Literal["absurd", "deadpan", "manic"]
SlotId = Annotated[
    str | int,
    Field(description="Name of the slot: letters, digits, dots, dashes and underscores, at most 64; or a number."),
]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Line = Annotated[str, Field(max_length=600)]
Speed = Annotated[float, Field(ge=0.8, le=1.2, description="Of speech; 1 is the speed of the voice.")]
Share = Annotated[float, Field(ge=0, le=1)]
Fps = Annotated[int, Field(ge=1, le=MOST_FPS, description="Frames a second of the film.")]
Length = Annotated[
    float,
    Field(gt=0, le=MOST_S, description="Length aimed at, in seconds. The voice decides; what differs is said."),
]


class Part(BaseModel):
    """Base of all parts of a recipe: an unknown key, or a value of another type, is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class AudioTrack(Part):
    """What is spoken, and how."""

    script: Annotated[Words, Field(description="What is spoken, as it is written.")]
    voice_id: Annotated[str, Field(max_length=100, description="A name that the voice lists; empty is its own.")] = ""
    speed: Speed = 1.0
    emotion: Annotated[str, Field(max_length=40, description="One that the voice knows; empty is plain.")] = ""


class VisualTrack(Part):
    """What is seen."""

    prompt: Annotated[Words, Field(description="What the picture shows.")]
    negative_prompt: Annotated[Line, Field(description="What it does not show.")] = ""


class SemanticConstraints(Part):
    """What the judge asks for."""

    clip_threshold: Annotated[
        Share | None, Field(description="Calibrated score that the clip must reach; without it, that of the settings.")
    ] = None


class SlotParamsA(Part):
    """Name, length and rate."""

    slot_id: SlotId | None = None
    duration_sec: Length | None = None
    fps: Fps = 24


class RecipeA(Part):
    """A recipe that says what is spoken and what is seen."""

    audio_track: AudioTrack
    visual_track: VisualTrack
    semantic_constraints: SemanticConstraints = SemanticConstraints()
    slot_params: SlotParamsA = SlotParamsA()


class SlotParamsB(Part):
    """Name, length, rate and seed."""

    slot_id: SlotId | None = None
    target_duration: Length | None = None
    fps: Fps = 24
    seed: Annotated[
        int | None,
        Field(ge=0, le=LARGEST_SEED, description="Of all that is random; without it, made from the recipe."),
    ] = None


class GivenScript(Part):
    """Lines that are given; what is empty is left to the showrunner where ``auto_script`` is on."""

    setup: Line = ""
    punchline: Line = ""
    visual_prompt: Line = ""


class Narrative(Part):
    """What the slot is about, and who writes it."""

    theme: Annotated[str, Field(max_length=200, description="What it is about; needed where a script is written.")] = ""
    tone: Tone = "deadpan"
    auto_script: Annotated[
        bool | None,
        Field(description="Let the showrunner write what the script leaves out; without it, if anything is left out."),
    ] = None
    script: GivenScript = GivenScript()


class Audio(Part):
    """Who speaks, and the music below."""

    voice_id: Annotated[str, Field(max_length=100, description="A name that the voice lists; empty is its own.")] = ""
    speed: Speed = 1.0
    bgm: Annotated[str | None, Field(description="A sound file to lay under the voice.")] = None
    bgm_volume: Annotated[
        Share, Field(description="Level of the music against that of the voice: at 1 equal, at 0.25 12 dB below.")
    ] = 0.25


class Video(Part):
    """How it looks."""

    style_prompt: Annotated[Line, Field(description="Said after what the picture shows.")] = ""
    negative_prompt: Line = ""
    guidance_scale: Annotated[
        float | None, Field(ge=0, le=30, description="Of the keyframe and the clip; without it, what suits the models.")
    ] = None


class Quality(Part):
    """What is asked of the clip, and how often another one is made."""

    clip_threshold: Share | None = None
    max_retries: Annotated[
        int | None, Field(ge=0, le=10, description="Further clips after a refused one; without it, as the settings say")
    ] = None


class RecipeB(Part):
    """A recipe that names a theme, and leaves the script to the showrunner if it likes."""

    narrative: Narrative
    slot_params: SlotParamsB = SlotParamsB()
    audio: Audio = Audio()
    video: Video = Video()
    quality: Quality = Quality()


@dataclass(frozen=True, slots=True)
class Told:
    """What a recipe says of the script."""

    text: str = ""
    """Dialect A: all that is spoken."""
    setup: str = ""
    punchline: str = ""
    visual_prompt: str = ""
    theme: str = ""
    tone: Tone = "deadpan"
    writes: bool = False
    """Whether the showrunner writes what is empty."""


@dataclass(frozen=True, slots=True)
class SlotOrder:
    """What a slot is to be, whichever dialect said it."""

    dialect: Dialect
    slot_id: str | int | None
    told: Told
    voice: str
    speed: float
    emotion: str
    bgm: str
    """A sound file; "" for none."""
    bgm_volume: float
    style_prompt: str
    negative_prompt: str
    guidance_scale: float
    """-1 takes what suits the model."""
    target_s: float | None
    fps: int
    clip_threshold: float | None
    max_retries: int | None
    seed: int | None


def order_of(recipe: RecipeA | RecipeB) -> SlotOrder:
    """Return the order that a recipe gives."""
    return _order_a(recipe) if isinstance(recipe, RecipeA) else _order_b(recipe)


def recipe_schema(dialect: Dialect) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a dialect."""
    schema = (RecipeA if dialect == "A" else RecipeB).model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _order_a(recipe: RecipeA) -> SlotOrder:
    audio, visual, params = recipe.audio_track, recipe.visual_track, recipe.slot_params
    return SlotOrder(
        dialect="A",
        slot_id=params.slot_id,
        told=Told(text=audio.script, visual_prompt=visual.prompt),
        voice=audio.voice_id,
        speed=audio.speed,
        emotion=audio.emotion,
        bgm="",
        bgm_volume=0.0,
        style_prompt="",
        negative_prompt=visual.negative_prompt,
        guidance_scale=-1.0,
        target_s=params.duration_sec,
        fps=params.fps,
        clip_threshold=recipe.semantic_constraints.clip_threshold,
        max_retries=None,
        seed=None,
    )


def _order_b(recipe: RecipeB) -> SlotOrder:
    narrative, params, audio, video = recipe.narrative, recipe.slot_params, recipe.audio, recipe.video
    given = narrative.script
    writes = not (given.setup and given.punchline and given.visual_prompt)
    guidance = video.guidance_scale
    return SlotOrder(
        dialect="B",
        slot_id=params.slot_id,
        told=Told(
            setup=given.setup,
            punchline=given.punchline,
            visual_prompt=given.visual_prompt,
            theme=narrative.theme,
            tone=narrative.tone,
            writes=writes,
        ),
        voice=audio.voice_id,
        speed=audio.speed,
        emotion="",
        bgm=audio.bgm or "",
        bgm_volume=audio.bgm_volume,
        style_prompt=video.style_prompt,
        negative_prompt=video.negative_prompt,
        guidance_scale=-1.0 if guidance is None else guidance,
        target_s=params.target_duration,
        fps=params.fps,
        clip_threshold=recipe.quality.clip_threshold,
        max_retries=recipe.quality.max_retries,
        seed=params.seed,
    )
