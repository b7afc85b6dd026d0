"""The voices that ship with the product, by name."""

from vortex.core.registry import Entry

VOICES = {
    "espeak": Entry(
        "vortex.engines.speech.espeak:EspeakVoice", summary="espeak-ng: about a hundred languages, plain, exact times"
    ),
}
