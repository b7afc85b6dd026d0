"""Voices of real people: a reference that was cut from their speech, and beside it the record of their consent.

Nobody is cloned without a record of who agreed to what and when. The record holds the hash of the reference and a hash
of itself, so that a reference that was exchanged, or a record that was edited, is noticed and refused. That is no
signature: who can write the folder can write both.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vortex.core.errors import EngineError, PolicyError
from vortex.core.paths import voices_dir
from vortex.core.settings import VoiceSettings
from vortex.engines.speech.base import VoiceCard
from vortex.engines.speech.word_times import trim
from vortex.media.sound import Sound
from vortex.media.sound_file import iter_sound, resample, write_wav

SHORTEST_S, LONGEST_S = 3.0, 30.0
_LENGTHS = f"a reference has {SHORTEST_S:g} to {LONGEST_S:g} s of speech"
_RATE_HZ, _BLOCK_S = 24_000, 10.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_REFERENCE, _RECORD = "reference.wav", "consent.json"
_SCHEMA = 1
_FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to, as whoever asks for the clone states it."""

    person: str
    """Who agreed: the speaker of the reference."""
    text: str
    """What was agreed, in the words that were."""
    when: str = ""
    """ISO 8601, with its zone; "" means now."""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """The consent as it is kept."""

    schema: int
    voice: str
    person: str
    text: str
    when: str
    reference_sha256: str
    reference_s: float
    reference_text: str
    """What is said in the reference; "" where nobody wrote it down."""
    language: str
    """ISO 639-1 code of the reference."""

    @property
    def sha256(self) -> str:
        """Hash of all fields."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ClonedVoice:
    """A voice that can be spoken with."""

    name: str
    reference: Path
    """Mono WAV of 24 kHz."""
    record: ConsentRecord


@dataclass(frozen=True, slots=True)
class Reference:
    """Speech of the person to be cloned."""

    file: Path
    text: str = ""
    """What is said in it; some engines need it."""
    language: str = "en"
    """ISO 639-1 code."""


class VoiceShelf:
    """The cloned voices of a folder, one folder each."""

    def __init__(self, folder: Path) -> None:
        """Keep voices in ``folder``, which is made when the first is added."""
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """Return the names of all voices, also of those that would be refused."""
        return tuple(sorted(each.parent.name for each in self.folder.glob(f"*/{_RECORD}")))

    def cards(self) -> tuple[VoiceCard, ...]:
        """Return every voice with the consent that it rests on, or why it is refused."""
        found = []
        for name in self.names():
            try:
                record = self.find(name).record
                found.append(VoiceCard(name, "", f"clone of {record.person}, who agreed on {record.when[:10]}"))
            except PolicyError as error:
                found.append(VoiceCard(name, "", f"refused: {error}"))
        return tuple(found)

    def add(self, name: str, reference: Reference, consent: Consent | None) -> ClonedVoice:
        """Keep a reference of 3 to 30 s and the record of the consent.

        Args:
            name: of the voice: small letters, digits, ``-`` and ``_``.
            reference: sound in any format that can be decoded.
            consent: what the person agreed to.

        Raises:
            PolicyError: there is no consent, or it does not say who agreed to what.
            EngineError: the name cannot be used or is taken, or the reference is too short, too long or silent.
            MediaError: the reference cannot be read.
        """
        if not _NAME.fullmatch(name):
            raise EngineError(f"a voice cannot be named {name!r}; use small letters, digits, - and _, at most 64")
        agreed = _checked(name, consent)
        place = self.folder / name
        if (place / _RECORD).exists():
            raise EngineError(
                f"there is a voice {name!r} in {self.folder}; remove its folder first, or take a new name"
            )
        speech = _speech(reference.file)
        self.folder.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        write_wav(place / _REFERENCE, speech)
        record = ConsentRecord(
            _SCHEMA, name, agreed.person, agreed.text, agreed.when, _hash(place / _REFERENCE),
            round(speech.duration_s, 3), " ".join(reference.text.split()), reference.language,
        )  # fmt: skip
        _write(place / _RECORD, {**asdict(record), "sha256": record.sha256})
        return ClonedVoice(name, place / _REFERENCE, record)

    def find(self, name: str) -> ClonedVoice:
        """Return a voice whose consent stands.

        Raises:
            EngineError: there is no such voice; names those there are.
            PolicyError: its record is broken or was edited, or its reference was exchanged.
        """
        if name not in self.names():
            raise EngineError(
                f"no cloned voice {name!r} in {self.folder}; there are: {', '.join(self.names()) or 'none'}"
            )
        place = self.folder / name
        record = _read(place / _RECORD)
        if record.voice != name:
            raise PolicyError(
                f"{place / _RECORD}: is the consent for {record.voice!r}, not for {name!r}; clone it again"
            )
        reference = place / _REFERENCE
        if not reference.is_file() or _hash(reference) != record.reference_sha256:
            raise PolicyError(f"{reference}: is not what {record.person} agreed to (its hash differs); clone it again")
        return ClonedVoice(name, reference, record)


def shelf_of(settings: VoiceSettings) -> VoiceShelf:
    """Return the cloned voices that the settings name, by default those in the user's data."""
    return VoiceShelf(Path(settings.clones).expanduser() if settings.clones else voices_dir())


def _checked(name: str, consent: Consent | None) -> Consent:
    if consent is None or not consent.person.strip():
        raise PolicyError(
            f"the voice {name!r} is somebody's: say who agreed to what; --consent-by NAME --consent-text FILE"
        )
    text = " ".join(consent.text.split())
    if len(text.split()) < _FEWEST_WORDS:
        raise PolicyError(f"the consent of {consent.person} says {text!r}; write out what was agreed")
    return Consent(consent.person.strip(), text, _moment(consent.when))


def _moment(when: str) -> str:
    """Return a moment as it is kept, in UTC."""
    now = datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(when) if when else now
    except ValueError as error:
        raise PolicyError(f"when was agreed = {when!r}: write it as 2026-03-01T12:00+00:00") from error
    if moment.tzinfo is None:
        raise PolicyError(f"when was agreed = {when!r}: names no zone; write it as 2026-03-01T12:00+00:00")
    if moment > now:
        raise PolicyError(f"when was agreed = {when!r}: lies in the future")
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _speech(file: Path) -> Sound:
    parts, rate_hz = _heard(file)
    mono = resample(Sound(np.concatenate(parts), rate_hz), _RATE_HZ)
    trimmed = trim(mono.samples, _RATE_HZ)
    if trimmed is None or len(trimmed.samples) < SHORTEST_S * _RATE_HZ:
        raise EngineError(f"{file.name} is silent but for less than {SHORTEST_S:g} s; record the speaker again")
    return Sound(np.clip(trimmed.samples, -1, 1), _RATE_HZ)


def _heard(file: Path) -> tuple[list[NDArray[np.float32]], int]:
    """Return a file in mono pieces, and their rate; one that is too long is not read to its end."""
    parts: list[NDArray[np.float32]] = []
    length_s = 0.0
    rate_hz = _RATE_HZ
    for block in iter_sound(file, _BLOCK_S):
        rate_hz = block.rate_hz
        parts.append(block.by_channel.mean(axis=1, dtype=np.float32))
        length_s += block.duration_s
        if length_s > LONGEST_S:
            raise EngineError(f"{file.name} lasts more than {LONGEST_S:g} s; {_LENGTHS}")
    if length_s < SHORTEST_S:
        raise EngineError(f"{file.name} lasts {length_s:.1f} s; {_LENGTHS}")
    return parts, rate_hz


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(file: Path, record: dict[str, object]) -> None:
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    unfinished.replace(file)


def _read(file: Path) -> ConsentRecord:
    try:
        told = json.loads(file.read_text(encoding="utf8"))
        claimed = told.pop("sha256")
        record = ConsentRecord(**told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PolicyError(f"{file}: is no record of a consent ({error}); clone the voice again") from error
    if record.sha256 != claimed:
        raise PolicyError(
            f"{file}: was changed after it was written; a consent cannot be edited, clone the voice again"
        )
    return record
