"""A spoken sentence in the build is found again only by all that it depends on."""

from dataclasses import fields, replace

from vortex.engines.speech.base import SayWord, SpeechRequest
from vortex.production.build import digest

REQUEST = SpeechRequest((SayWord("one", "one"),))
OTHER = SpeechRequest((SayWord("one", "won"),), "de", "de+f2", 170, "sad", 1.0, 7)


def test_every_part_of_a_request_is_in_its_key() -> None:
    changed = [replace(REQUEST, **{each.name: getattr(OTHER, each.name)}) for each in fields(SpeechRequest)]
    keys = {digest("code", "kokoro", "1", request) for request in (REQUEST, *changed)}
    assert len(keys) == len(fields(SpeechRequest)) + 1
