"""The process that speaks with espeak-ng, so that its GPL library is never loaded into Vortex itself.

Run by path, it imports the standard library and ``espeakng_loader`` only. A message is a 4-byte little-endian length
and that many bytes. A question is one message of JSON; an answer is one of JSON and one of 16-bit mono PCM. The
synthesiser keeps hidden state (flutter, wave phase) from one sentence to the next, so each question is answered by a
fork of the fresh library: the same question always gives the same samples. Where there is no fork, the process answers
once and ends.
"""

import ctypes
import json
import os
import struct
import sys
from typing import Any, BinaryIO

import espeakng_loader

_SYNCHRONOUS = 2
_POSITION_IN_CHARACTERS = 1
_UTF8 = 1
_PHONEME_EVENTS = 0x0001 | 0x0002
_EVENT_NAMES = {1: "word", 2: "sentence"}
_PHONEME_NAMES = {1: "word", 5: "end", 7: "phoneme"}
_PHONEME_RATE = 175
_PARAMETERS = {"rate": 1, "pitch": 3, "range": 4, "gap": 7}


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


class _Voice(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class _Library:
    def __init__(self) -> None:
        self._espeak = ctypes.CDLL(espeakng_loader.get_library_path())
        self._espeak.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        self.rate_hz = self._initialized(0)
        # The library seeds the noise of breathy voices with the time of day.
        self._espeak.espeak_ng_SetRandSeed(ctypes.c_long(1))

    def speak(self, ask: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return the events and the PCM of ``ask["text"]`` in ``ask["voice"]``."""
        pcm = bytearray()
        events: list[dict[str, Any]] = []

        def collect(samples: int | None, count: int, event: Any) -> int:
            if samples and count:
                pcm.extend(ctypes.string_at(samples, 2 * count))
            events.extend(_events(event))
            return 0

        callback = _Callback(collect)
        self._espeak.espeak_SetSynthCallback(callback)
        if self._espeak.espeak_SetVoiceByName(ask["voice"].encode()):
            return {"error": f"espeak-ng cannot load the voice {ask['voice']!r}"}, b""
        for name, value in ask["parameters"].items():
            self._espeak.espeak_SetParameter(_PARAMETERS[name], int(value), 0)
        text = ask["text"].encode()
        status = self._espeak.espeak_Synth(text, len(text) + 1, 0, _POSITION_IN_CHARACTERS, 0, _UTF8, None, None)
        if status:
            return {"error": f"espeak-ng refused the text with status {status}"}, b""
        return {"rate_hz": self.rate_hz, "events": events}, bytes(pcm)

    def phonemes(self, ask: dict[str, Any]) -> dict[str, Any]:
        """Return words, phonemes in the alphabet of the IPA, and ends of clauses of ``ask["text"]``, in order."""
        events: list[dict[str, Any]] = []

        def collect(samples: int | None, count: int, event: Any) -> int:
            events.extend(_phoneme_events(event))
            return 0

        # Initialised again, in a fork of its own: events of phonemes move those of words in what is spoken.
        self._initialized(_PHONEME_EVENTS)
        callback = _Callback(collect)
        self._espeak.espeak_SetSynthCallback(callback)
        if self._espeak.espeak_SetVoiceByName(ask["voice"].encode()):
            return {"error": f"espeak-ng cannot load the voice {ask['voice']!r}"}
        self._espeak.espeak_SetParameter(_PARAMETERS["rate"], _PHONEME_RATE, 0)
        text = ask["text"].encode()
        status = self._espeak.espeak_Synth(text, len(text) + 1, 0, _POSITION_IN_CHARACTERS, 0, _UTF8, None, None)
        return {"error": f"espeak-ng refused the text with status {status}"} if status else {"events": events}

    def _initialized(self, options: int) -> int:
        """Prepare the library and return its rate in hertz."""
        data = espeakng_loader.get_data_path()
        rate_hz = int(self._espeak.espeak_Initialize(_SYNCHRONOUS, 200, os.fsencode(data), options))
        if rate_hz <= 0:
            raise SystemExit(f"espeak-ng found no data in {data}")
        return rate_hz

    def voices(self) -> dict[str, Any]:
        """Return the names of languages and of variants that the library lists."""
        variant = _Voice(languages=ctypes.cast(ctypes.c_char_p(b"variant"), ctypes.c_void_p))
        return {
            "languages": self._languages(),
            "variants": [voice.identifier.decode().rpartition("/")[2] for voice in self._list(ctypes.byref(variant))],
        }

    def _languages(self) -> dict[str, str]:
        """Return the file that speaks each language tag; the library lists the best one for a tag first."""
        found: dict[str, tuple[int, str]] = {}
        for voice in self._list(None):
            identifier = voice.identifier.decode()
            for priority, tag in _language_tags(voice.languages):
                found[tag] = min(found.get(tag, (priority, identifier)), (priority, identifier))
        return {tag: identifier for tag, (_, identifier) in found.items()}

    def _list(self, filter_by: Any) -> list[_Voice]:
        listed = self._espeak.espeak_ListVoices(filter_by)
        voices: list[_Voice] = []
        while listed[len(voices)]:
            voices.append(listed[len(voices)].contents)
        return voices


def _events(event: Any) -> list[dict[str, Any]]:
    found = []
    index = 0
    while event[index].type:
        if name := _EVENT_NAMES.get(event[index].type):
            # Text positions count characters from one.
            found.append({"kind": name, "at": event[index].text_position - 1, "sample": event[index].sample})
        index += 1
    return found


def _phoneme_events(event: Any) -> list[dict[str, Any]]:
    found = []
    index = 0
    while event[index].type:
        if name := _PHONEME_NAMES.get(event[index].type):
            # A name of more than eight bytes is cut off, maybe inside a character.
            told = event[index].id.string.decode(errors="ignore") if name == "phoneme" else ""
            found.append({"kind": name, "at": event[index].text_position - 1, "ipa": told})
        index += 1
    return found


def _language_tags(address: int | None) -> list[tuple[int, str]]:
    """Read a voice's list of languages: a priority byte (small is best) and a string each, closed by a zero byte."""
    tags = []
    while address and (priority := ctypes.string_at(address, 1)[0]):
        tag = ctypes.string_at(address + 1)
        tags.append((priority, tag.decode()))
        address += len(tag) + 2
    return tags


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    return stream.read(struct.unpack("<I", head)[0])


def _answer(library: _Library, ask: dict[str, Any], stream: BinaryIO) -> None:
    if ask["do"] == "speak":
        head, pcm = library.speak(ask)
    else:
        head, pcm = (library.voices() if ask["do"] == "voices" else library.phonemes(ask)), b""
    head["last"] = not hasattr(os, "fork")
    for part in (json.dumps(head).encode(), pcm):
        stream.write(struct.pack("<I", len(part)) + part)
    stream.flush()


def _answer_in_fork(library: _Library, ask: dict[str, Any], stream: BinaryIO) -> None:
    child = os.fork()
    if child == 0:
        _answer(library, ask, stream)
        os._exit(0)
    if status := os.waitpid(child, 0)[1]:
        raise SystemExit(f"espeak-ng ended with wait status {status}")


def main() -> None:
    """Answer questions from standard input until it closes."""
    library = _Library()
    while (message := _read(sys.stdin.buffer)) is not None:
        ask = json.loads(message)
        if not hasattr(os, "fork"):
            _answer(library, ask, sys.stdout.buffer)
            return
        _answer_in_fork(library, ask, sys.stdout.buffer)


if __name__ == "__main__":
    main()
