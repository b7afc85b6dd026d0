"""The engines that ship with the product, entered through the same door as everybody else's."""

from vortex.core.plugins import Registries
from vortex.core.registry import Entry

BUILT_IN: dict[str, dict[str, Entry]] = {
    "speech": {
        "espeak": Entry("vortex.engines.speech.espeak:EspeakSpeech", summary="espeak-ng in its own process"),
        "kokoro": Entry("vortex.engines.speech.kokoro:KokoroSpeech", "models", "Kokoro, from a folder on this machine"),
        "remote": Entry("vortex.engines.speech.remote:RemoteSpeech", summary="any /v1/audio/speech address"),
        "sovits": Entry("vortex.engines.speech.services:SovitsSpeech", summary="clones, in a server of GPT-SoVITS"),
        "xtts": Entry("vortex.engines.speech.services:XttsSpeech", summary="XTTS and clones, in a server of its own"),
    },
    "video": {
        "drawn": Entry("vortex.engines.video.drawn:DrawnVideo", summary="the built-in renderer; needs no model"),
    },
    "llm": {
        "local": Entry("vortex.engines.llm.local:LocalLLM", "models", "a folder of transformers, in this process"),
        "remote": Entry("vortex.engines.llm.remote:RemoteLLM", "llm", "any OpenAI-compatible address"),
        "scripted": Entry(
            "vortex.engines.llm.scripted:ScriptedLLM", summary="answers from the JSON file llm.model; for tests"
        ),
    },
    "embed": {
        "minilm": Entry("vortex.engines.embed.minilm:MiniLM", "embed", "all-MiniLM-L6-v2 on numpy"),
    },
    "image": {
        "diffusion": Entry(
            "vortex.engines.image.diffusion:DiffusionImage", "models", "Flux, Stable Diffusion XL, Stable Diffusion"
        ),
        "drawn": Entry("vortex.engines.image.drawn:DrawnImage", summary="a scene in colours of the prompt; no model"),
    },
    "clip": {
        "diffusion": Entry(
            "vortex.engines.video.diffusion:DiffusionClip", "models", "Wan, CogVideoX, LTX, Stable Video Diffusion"
        ),
        "drawn": Entry("vortex.engines.video.drawn_clip:DrawnClip", summary="a camera over a picture; no model"),
    },
    "sight": {
        "clip": Entry("vortex.engines.sight.clip:ClipSight", "models", "one CLIP, or two that check each other"),
        "siglip": Entry("vortex.engines.sight.siglip:SiglipSight", "models", "SigLIP, calibrated by its training"),
    },
    "hearing": {
        "whisper": Entry("vortex.engines.hearing.whisper:WhisperHearing", "models", "Whisper of any size"),
    },
}


def register(registries: Registries) -> None:
    """Enter the built-in engines."""
    for kind, entries in BUILT_IN.items():
        for name, entry in entries.items():
            registries[kind].add(name, entry)
