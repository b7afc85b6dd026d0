"""How a slot is made: script, voice beside keyframe, clip, verdict, and again with the reason where one is refused."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import CancelledWork, ConfigError
from vortex.core.settings import Settings
from vortex.engines.image.base import Picture, PictureRequest
from vortex.engines.video.clip import Clip, ClipRequest
from vortex.media.sound_file import require_sound
from vortex.production.crew import SlotCrew
from vortex.production.slots import filming, speaking
from vortex.production.slots.buffers import RATE_HZ, SlotBuffers
from vortex.production.slots.proof import audio_digest, derived_seed, determinism_proof, frames_digest, seed_of
from vortex.production.slots.recipe import LARGEST_SEED, SlotOrder
from vortex.production.slots.result import Breakdown, MadeSlot, Part, Try
from vortex.production.slots.retrying import Shot, first_shot, next_shot
from vortex.production.slots.showrunner import Script, write_script
from vortex.production.slots.speaking import Spoken
from vortex.production.slots.validation import read_order
from vortex.production.slots.verdict import Verdict, look
from vortex.production.slots.watch import Progress, Watch

T = TypeVar("T")
_LOOK_EVERY_S = 0.1
_LENGTH_IS_NEAR = 0.1
"""Of the length aimed at: a film that is nearer is not worth a note."""


@dataclass(slots=True)
class _Work:
    """What is known of a slot while it is being made."""

    recipe: dict[str, Any]
    order: SlotOrder
    seed: int
    script: Script
    watch: Watch
    notes: dict[str, None] = field(default_factory=dict)
    """In the order in which they came, each once."""
    tries: list[Try] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)

    def note(self, *notes: str) -> None:
        self.notes |= dict.fromkeys(notes)


class SlotMaker:
    """Makes one slot at a time; calls may come from any thread and wait for each other."""

    def __init__(self, crew: SlotCrew, settings: Settings) -> None:
        """Take the memory that all slots are made in.

        Args:
            crew: who makes the parts.
            settings: of slots, the voice, and the judge.
        """
        self.crew, self.settings = crew, settings
        self.buffers = SlotBuffers(settings.slot.side)
        self._one_at_a_time = threading.Lock()

    def make(
        self,
        recipe: Mapping[str, Any],
        slot_id: str | int | None,
        seed: int | None,
        watch: Watch,
        keep: Callable[[MadeSlot], T],
        folder: Path = Path(),
    ) -> T:
        """Make a slot and return what ``keep`` makes of it.

        Args:
            recipe: of dialect A or B.
            slot_id: its name; ``None`` takes the recipe's.
            seed: of all that is random; ``None`` takes the recipe's, or makes one from the recipe.
            watch: over its stages; began to count when the slot was asked for.
            keep: is given the slot, whose frames and sound lie in the buffers and are overwritten by the next one.
            folder: in which the recipe's music is looked for.

        Raises:
            RecipeError: the recipe is none.
            ConfigError: the seed is out of range.
            DeadlineMissError: a stage would not have ended in time.
            CancelledWork: it was stopped.
            VortexError: a part could not be made.
        """
        order, plain = read_order(recipe), dict(recipe)
        chosen = next((each for each in (seed, order.seed) if each is not None), seed_of(plain))
        if not 0 <= chosen <= LARGEST_SEED:
            raise ConfigError(f"seed = {chosen}: write a whole number from 0 to {LARGEST_SEED}")
        if order.bgm and order.bgm_volume > 0:
            require_sound(folder / order.bgm)
        with self._turn(watch):
            return keep(self._made(plain, order, slot_id, chosen, watch, folder))

    def close(self) -> None:
        """Let the engines go."""
        self.crew.close()

    @contextmanager
    def _turn(self, watch: Watch) -> Iterator[None]:
        """Wait until the slot before is done; one that is stopped waits no longer."""
        while not self._one_at_a_time.acquire(timeout=_LOOK_EVERY_S):
            watch.refuse_if_stopped()
        try:
            yield
        finally:
            self._one_at_a_time.release()

    def _made(
        self, recipe: dict[str, Any], order: SlotOrder, slot_id: str | int | None, seed: int, watch: Watch, folder: Path
    ) -> MadeSlot:
        watch.require_time("audio", "image")
        script = write_script(order, seed, self.crew.model, self.settings.llm.max_retries)
        work = _Work(recipe, order, seed, script, watch)
        self._sign_script(work)
        work.note(*script.notes)
        shot = first_shot(order, script.visual_prompt, seed)
        spoken, picture = self._voice_and_keyframe(work, shot)
        finished = speaking.with_music(spoken.sound, order, folder)
        audio = self.buffers.hold_sound(finished.sound)
        work.note(*speaking.notes_on(finished))
        self._note_length(work, spoken)
        frames = self.buffers.film(filming.frames_for(spoken.sound.duration_s, order.fps))
        verdict = self._filmed(work, shot, picture, frames)
        seen, heard = frames_digest(frames), audio_digest(audio)
        return MadeSlot(
            slot_id=self._name(work, slot_id),
            recipe=recipe,
            seed=seed,
            script=script,
            language=spoken.language,
            fps=order.fps,
            frames=frames,
            audio=audio,
            rate_hz=RATE_HZ,
            cues=spoken.cues,
            verdict=verdict,
            tries=tuple(work.tries),
            parts=tuple(work.parts.values()),
            notes=tuple(work.notes),
            frames_sha256=seen.hex(),
            audio_sha256=heard.hex(),
            proof=determinism_proof(recipe, seed, seen, heard),
            breakdown=_breakdown(watch),
            runs=tuple(watch.runs),
            deadline_s=watch.deadline_s,
            deadline_met=watch.deadline_s is None or watch.elapsed_s <= watch.deadline_s,
        )

    def _voice_and_keyframe(self, work: _Work, shot: Shot) -> tuple[Spoken, Picture]:
        """Return the voice and the first keyframe, made side by side."""
        manner = speaking.manner_of(
            work.order,
            self.settings.voice.name,
            self.settings.voice.words_per_minute,
            derived_seed(work.seed, "voice", 0),
        )

        def voice() -> Spoken:
            with work.watch.together():
                return work.watch.run("audio", lambda tell: speaking.speak(work.script, self.crew.speech, manner, tell))

        with ThreadPoolExecutor(1, "voice") as pool:
            coming: Future[Spoken] = pool.submit(voice)
            try:
                with work.watch.together():
                    picture = self._keyframe(work, shot)
                    spoken = coming.result()
            except CancelledWork:
                if (failure := coming.exception()) is not None:
                    raise failure from None  # the keyframe was stopped for the voice that failed
                raise
        speech = self.crew.speech
        work.parts["voice"] = Part("voice", speech.name, speech.version, speech.rung)
        work.note(*spoken.notes)
        return spoken, picture

    def _keyframe(self, work: _Work, shot: Shot) -> Picture:
        side, engine = self.buffers.side, self.crew.image
        request = PictureRequest(
            shot.prompt, shot.negative_prompt, side, side, shot.image_seed, guidance_scale=shot.guidance_scale
        )
        picture = work.watch.run("image", lambda tell: engine.generate(request, tell))
        work.parts["keyframe"] = Part("keyframe", engine.name, engine.version, engine.rung, picture.model, picture.way)
        work.note(*picture.notes)
        return picture

    def _filmed(self, work: _Work, first: Shot, picture: Picture, frames: NDArray[np.uint8]) -> Verdict:
        """Fill the film and return its verdict; one that is refused is made again as often as the recipe allows."""
        asked = work.order.max_retries
        retries = self.settings.slot.max_retries if asked is None else asked
        shot = first
        while True:
            self.buffers.hold_picture(filming.fitted(picture.pixels, self.buffers.side))
            self._clip(work, shot, frames)
            verdict = self._judged(work, frames)
            work.tries.append(_tried(shot, verdict))
            if verdict.refusal is None or shot.number >= retries:
                return verdict
            if not work.watch.has_time("image", "video", "clip"):
                work.note("There was no time for another try before the deadline.")
                return verdict
            work.note(f"Try {shot.number + 1} was refused: {verdict.reason}")
            shot = next_shot(first, shot, verdict.refusal, work.seed)
            picture = self._keyframe(work, shot)

    def _clip(self, work: _Work, shot: Shot, frames: NDArray[np.uint8]) -> None:
        engine, order, slot = self.crew.clip, work.order, self.settings.slot
        is_free = engine.rung == "embedded"
        # A clip model makes a few seconds at its own pace; only the camera over a picture makes any length.
        begins_here = is_free or engine.needs_image
        request = ClipRequest(
            shot.prompt,
            shot.negative_prompt,
            self.buffers.actor if begins_here else None,
            num_frames=len(frames) if is_free else min(len(frames), slot.clip_frames),
            width=self.buffers.side,
            height=self.buffers.side,
            fps=order.fps if is_free else 0,
            seed=shot.clip_seed,
            guidance_scale=shot.guidance_scale,
        )
        if not begins_here:
            work.note(f"The clip model {engine.name!r} begins from words, so the keyframe is not in the film.")

        def film(tell: Progress) -> Clip:
            clip = engine.generate(request, tell)
            places = filming.frame_places(len(clip.frames), clip.fps, len(frames), order.fps)
            filming.fill(frames, clip.frames, places)
            return clip

        clip = work.watch.run("video", film)
        work.parts["clip"] = Part("clip", engine.name, engine.version, engine.rung, clip.model, clip.way)
        work.note(*clip.notes, *filming.notes_on(clip.frames, clip.fps, len(frames) / order.fps, self.buffers.side))

    def _judged(self, work: _Work, frames: NDArray[np.uint8]) -> Verdict:
        sight, asked = self.crew.sight, work.order.clip_threshold
        threshold = self.settings.sight.threshold if asked is None else asked
        verdict = work.watch.run("clip", lambda tell: look(frames, work.script.visual_prompt, sight, threshold))
        if sight is None:
            work.parts["verdict"] = Part("verdict", "", "", "none")
            if asked is not None:
                work.note(f"clip_threshold = {asked:g} was not applied: no sight engine is named (sight.engine).")
        else:
            work.parts["verdict"] = Part("verdict", sight.name, sight.version, sight.rung)
            work.note(*verdict.notes)
        return verdict

    def _sign_script(self, work: _Work) -> None:
        model, origin = self.crew.model, work.script.origin
        if model is not None and "language model" in origin:
            said_by = origin.rpartition("language model ")[2]
            work.parts["script"] = Part("script", model.name, model.version, model.rung, said_by)
        else:
            work.parts["script"] = Part("script", origin, "1", "given" if origin == "recipe" else "embedded")

    def _name(self, work: _Work, slot_id: str | int | None) -> str | int:
        own = work.order.slot_id
        if slot_id is None:
            return own if own is not None else "slot"
        if own is not None and own != slot_id:
            work.note(f"The slot is called {slot_id!r}; its recipe calls it {own!r}.")
        return slot_id

    def _note_length(self, work: _Work, spoken: Spoken) -> None:
        target, length = work.order.target_s, spoken.sound.duration_s
        if target is not None and abs(length - target) > _LENGTH_IS_NEAR * target:
            work.note(f"The voice takes {length:.1f} s, and so does the film; {target:g} s were aimed at.")


def _tried(shot: Shot, verdict: Verdict) -> Try:
    return Try(
        shot.prompt, shot.negative_prompt, shot.guidance_scale, shot.image_seed, shot.clip_seed,
        verdict.score, verdict.refusal or "", verdict.reason,
    )  # fmt: skip


def _breakdown(watch: Watch) -> Breakdown:
    spent = (watch.spent_s("audio"), watch.spent_s("image"), watch.spent_s("video"), watch.spent_s("clip"))
    audio, image, video, clip = (round(1000 * each, 1) for each in spent)
    return Breakdown(audio, image, video, clip, round(1000 * watch.elapsed_s, 1))
