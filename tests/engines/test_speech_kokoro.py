"""Kokoro: the network against the published one, and what the voice makes of pace, emotion, seed and buffers."""

import importlib
import importlib.util
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories.voices import CONFIG, write_kokoro, write_ready_kokoro

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from engines.speech_measures import centre_hz, level_db, pitch_hz  # noqa: E402

from vortex.core.errors import EngineError, MemoryPressureError, ModelError, PolicyError  # noqa: E402
from vortex.core.settings import RuntimeSettings, VoiceSettings  # noqa: E402
from vortex.engines.speech.base import SayWord, SpeechRequest  # noqa: E402
from vortex.engines.speech.emotions import emotions  # noqa: E402
from vortex.engines.speech.espeak import EspeakSpeech  # noqa: E402
from vortex.engines.speech.kokoro import SPEC, KokoroSpeech  # noqa: E402
from vortex.engines.speech.kokoro_slot import KokoroVoice, load_kokoro  # noqa: E402
from vortex.engines.speech.phonemes import PhonemeReader, pieces  # noqa: E402
from vortex.models.kokoro import Kokoro, KokoroShape, folded  # noqa: E402
from vortex.runtime import kokoro as folders  # noqa: E402
from vortex.runtime.loader import OmniModelLoader, get_model_info  # noqa: E402
from vortex.runtime.room import EngineRoom  # noqa: E402

TEXT = "The reader should consult the different help files to become familiar with them."
FULL_BERT = {
    "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 2048, "max_position_embeddings": 512,
    "num_hidden_layers": 12,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ready_kokoro(tmp_path_factory.mktemp("kokoro") / "model")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[KokoroSpeech]:
    voice = KokoroSpeech.from_room(VoiceSettings(folder=str(folder)), EngineRoom(RuntimeSettings("cpu"), Path))
    yield voice
    voice.close()


@pytest.fixture(scope="module")
def slot(folder: Path) -> Iterator[KokoroVoice]:
    with load_kokoro("cpu", folder=folder) as voice:
        yield voice


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakSpeech]:
    voice = EspeakSpeech()
    yield voice
    voice.close()


def ask(text: str = TEXT, **options: Any) -> SpeechRequest:
    return SpeechRequest(tuple(SayWord(word, word) for word in text.split()), **options)


def upstream() -> Any:
    """Return the published class; its package is not run, because that loads a library under another licence."""
    spec = importlib.util.find_spec("kokoro")
    if spec is None:
        pytest.skip("the package kokoro is not installed")
    had = sys.modules.get("kokoro")
    sys.modules["kokoro"] = had or importlib.util.module_from_spec(spec)
    try:
        return importlib.import_module("kokoro.model").KModel
    finally:
        if had is None:
            del sys.modules["kokoro"]


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
@pytest.mark.filterwarnings("ignore:dropout option adds dropout after all but last:UserWarning")
def test_the_network_is_the_published_one(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = upstream()
    logger = importlib.import_module("loguru").logger
    logger.disable("kokoro")
    vocoder = {
        **CONFIG["istftnet"], "upsample_initial_channel": 512, "resblock_kernel_sizes": [3, 7],
        "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5]],
    }  # fmt: skip
    config = {**CONFIG, "hidden_dim": 512, "style_dim": 128, "max_dur": 50, "n_layer": 3, "istftnet": vocoder}
    empty = io.BytesIO()
    torch.save({}, empty)
    empty.seek(0)
    torch.manual_seed(0)
    theirs = kind(repo_id="local", config=config, model=empty).eval()
    torch.nn.init.constant_(theirs.predictor.F0_proj.bias, 180.0)
    torch.nn.init.constant_(theirs.predictor.duration_proj.linear_layer.bias, -2.5)
    weights = {name: each for name, each in theirs.state_dict().items() if not name.startswith("bert.pooler")}
    ours = _ours(config, weights)

    # Noise is left out: both draw it, each in its own order. What is left must be the same sound.
    generator = theirs.decoder.generator
    generator.m_source.l_sin_gen.noise_std = 0.0
    monkeypatch.setattr("vortex.models.kokoro._BREATH", 0.0)
    style = torch.randn(1, 256, generator=torch.Generator().manual_seed(1)) * 0.3
    tokens = torch.tensor([[0, *(CONFIG["vocab"][symbol] for symbol in "ðə kwˈɪk fˈɑks."), 0]])
    prosody = ours.prosody(tokens, style)
    frames = prosody.frames_T.round().clamp(min=1).long()
    chance = torch.Generator().manual_seed(0)
    heard: list[Any] = []
    ours.decoder.generator.m_source.register_forward_hook(lambda *seen: heard.append(seen[2]))
    sound = ours.sound(tokens, style, prosody, frames, chance=chance)
    sources: list[Any] = []
    generator.m_source.register_forward_hook(lambda *seen: sources.append(seen[2][0]))
    audio, their_frames = theirs.forward_with_tokens(tokens, style)
    assert torch.equal(frames, their_frames)
    assert torch.allclose(heard[0], sources[0][..., 0], atol=2e-3)

    # Their phase is kept in 32 bits; with the same source, the rest agrees to rounding.
    monkeypatch.setattr(generator.m_source, "forward", lambda pitch: (heard[0].unsqueeze(-1), None, None))
    audio, _ = theirs.forward_with_tokens(tokens, style)
    assert sound.shape == audio.shape
    assert torch.allclose(sound, audio, atol=1e-3 * float(audio.abs().max()))


def _ours(config: dict[str, Any], weights: dict[str, Any]) -> Kokoro:
    from transformers import AlbertConfig, AlbertModel

    plain = folded(weights)
    bert = AlbertModel(AlbertConfig(vocab_size=config["n_token"], **config["plbert"]), add_pooling_layer=False)
    network = Kokoro(folders._shape(config, plain), bert, config["plbert"]["hidden_size"])
    network.load_state_dict(plain)
    return network.eval()


def test_the_declared_size_is_that_of_the_published_network() -> None:
    from transformers import AlbertConfig, AlbertModel

    with torch.device("meta"):
        bert = AlbertModel(AlbertConfig(vocab_size=178, **FULL_BERT), add_pooling_layer=False)
        network = Kokoro(KokoroShape(), bert, 768)
    size_bytes = 4 * sum(each.numel() for each in network.parameters())
    assert SPEC.needed_bytes("float32") == pytest.approx(size_bytes, rel=0.01)
    assert size_bytes < 0.4e9


def test_a_folder_as_it_is_published_is_converted_once(tmp_path: Path) -> None:
    folder = write_kokoro(tmp_path / "published")
    with pytest.raises(PolicyError, match=r"pickle.*vortex voices convert"):
        KokoroSpeech(EngineRoom(RuntimeSettings("cpu"), Path), folder)
    with pytest.raises(PolicyError, match="pickle"):
        OmniModelLoader(folder).load()
    allowed = OmniModelLoader(folder).load(allow_pickle=True).model
    done = folders.convert(folder)
    assert done.voices == folders.voice_names(folder)
    assert "af_heart" in done.voices
    assert get_model_info(folder).found.category == "kokoro"
    loaded = OmniModelLoader(folder).load().model
    for name, tensor in allowed.state_dict().items():
        assert torch.equal(tensor, loaded.state_dict()[name])


def test_pickles_that_hold_more_than_numbers_are_refused(tmp_path: Path) -> None:
    import pickle

    folder = write_kokoro(tmp_path / "evil")
    (folder / "kokoro-v1_0.pth").write_bytes(pickle.dumps(print, protocol=2))
    with pytest.raises(ModelError, match="cannot be read as numbers alone"):
        folders.convert(folder)
    torch.save([1, 2], folder / "kokoro-v1_0.pth")
    with pytest.raises(ModelError, match="is no Kokoro"):
        folders.convert(folder)


def test_weights_of_another_configuration_are_refused(tmp_path: Path) -> None:
    import json

    from safetensors.torch import load_file, save_file

    folder = write_ready_kokoro(tmp_path / "other")
    (folder / "config.json").write_text(json.dumps({**CONFIG, "hidden_dim": 64}))
    with pytest.raises(ModelError, match=r"weights and config.json differ over .*bert_encoder"):
        OmniModelLoader(folder).load()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    weights = load_file(folder / folders.WEIGHTS)
    save_file({**weights, "predictor.F0_proj.bias": torch.full((1,), float("nan"))}, folder / folders.WEIGHTS)
    with pytest.raises(ModelError, match=r"F0_proj.bias.*no numbers"):
        OmniModelLoader(folder).load()
    del weights["decoder.F0_conv.bias"]
    save_file(weights, folder / folders.WEIGHTS)
    with pytest.raises(ModelError, match=r"has no weights for decoder.F0_conv.bias"):
        OmniModelLoader(folder).load()


def test_what_does_not_belong_to_the_model_is_named(tmp_path: Path) -> None:
    import json

    from safetensors.torch import save_file

    folder = write_ready_kokoro(tmp_path / "mixed")
    save_file({"voice": torch.zeros(510, 1, 256)}, folder / "voices" / "af_heart.safetensors")
    save_file({"voice": torch.zeros(510, 256)}, folder / "voices" / "am_adam.safetensors")
    with load_kokoro("cpu", folder=folder) as voice:
        with pytest.raises(ModelError, match=r"af_heart is of another model; its style is no 16"):
            voice.synthesize("Hello.", "af_heart")
        with pytest.raises(ModelError, match=r"am_adam.*a voice is one tensor of \(510, 1, style\).*\[510, 256\]"):
            voice.synthesize("Hello.", "am_adam")
    for part, complaint in (("vocab", "names no symbols"), ("istftnet", "does not describe a Kokoro")):
        (folder / "config.json").write_text(json.dumps({**CONFIG, part: {}}))
        with pytest.raises(ModelError, match=complaint):
            load_kokoro("cpu", folder=folder)
    with pytest.raises(EngineError, match=r"needs the folder of its model.*vortex voices convert"):
        KokoroSpeech.from_room(VoiceSettings(), EngineRoom(RuntimeSettings("cpu"), Path))


def test_a_budget_that_is_too_small_is_told_before_anything_is_loaded(folder: Path) -> None:
    tight = EngineRoom(RuntimeSettings("cpu", soft_limit_gb=0.001, hard_limit_gb=0.002), Path)
    with tight as room:
        voice = KokoroSpeech.from_room(VoiceSettings(folder=str(folder)), room)
        with pytest.raises(MemoryPressureError, match="speech/kokoro"):
            voice.speak(ask())
        voice.close()


def test_words_begin_where_their_phonemes_do(engine: KokoroSpeech) -> None:
    """Durations of the network are exact: a word of many sounds lasts as many times longer as it has more of them."""
    spoken = engine.speak(ask("an internationalization on"))
    first, long, last = spoken.times
    assert first.end_s == pytest.approx(long.start_s)
    assert long.end_s == pytest.approx(last.start_s)
    assert (long.end_s - long.start_s) > 5 * (first.end_s - first.start_s)
    again = engine.speak(ask("an internationalization on", words_per_minute=100))
    assert again.times[1].start_s / again.sound.duration_s == pytest.approx(
        long.start_s / spoken.sound.duration_s, abs=0.03
    )


@pytest.mark.parametrize("emotion", [name for name in emotions() if name != "neutral"])
@pytest.mark.parametrize("kind", ["kokoro", "espeak"])
def test_an_emotion_is_heard_in_pace_pitch_and_level(
    engine: KokoroSpeech, espeak: EspeakSpeech, kind: str, emotion: str
) -> None:
    from vortex.engines.speech.emotions import _emotions

    voice = engine if kind == "kokoro" else espeak
    plain, bent = (voice.speak(ask(emotion=name)).sound for name in ("neutral", emotion))
    meant = _emotions()[emotion]
    assert plain.duration_s / bent.duration_s == pytest.approx(meant.tempo, rel=0.025)
    assert 12 * np.log2(pitch_hz(bent) / pitch_hz(plain)) == pytest.approx(meant.pitch, abs=0.5)
    assert level_db(bent) - level_db(plain) == pytest.approx(meant.energy, abs=1.0)
    for measured, size in ((meant.tempo - 1, 0.04), (meant.pitch, 0.5), (meant.energy, 1)):
        assert abs(measured) >= size - 1e-9


def test_pitch_is_heard_and_bounded(engine: KokoroSpeech) -> None:
    low, high = (pitch_hz(engine.speak(ask(pitch=pitch)).sound) for pitch in (-4.0, 4.0))
    assert 12 * np.log2(high / low) == pytest.approx(8, abs=0.5)
    assert low == pytest.approx(170 * 2 ** (-4 / 12), rel=0.03)
    with pytest.raises(EngineError, match=r"5 semitones.*-4 to 4"):
        engine.speak(ask(pitch=5.0))
    with pytest.raises(EngineError, match=r"'bored'.*calm"):
        engine.speak(ask(emotion="bored"))


def test_the_seed_decides_the_breath_and_nothing_else_does(engine: KokoroSpeech) -> None:
    first = engine.speak(ask(seed=1)).sound.samples
    state = torch.get_rng_state()
    other = engine.speak(ask(seed=2)).sound.samples
    assert torch.equal(state, torch.get_rng_state())
    torch.manual_seed(99)
    again = engine.speak(ask(seed=1)).sound.samples
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_characters_mix_published_voices(folder: Path, engine: KokoroSpeech) -> None:
    (folder / "characters.yaml").write_text("twins: {reads: en-us, speed: 0.9, blend: {af_heart: 1, am_adam: 1}}\n")
    try:
        with load_kokoro("cpu", folder=folder) as voice:
            mixed, heart, adam = (
                voice.synthesize("A short one.", name).sound for name in ("twins", "af_heart", "am_adam")
            )
            assert mixed.duration_s > 1.05 * max(heart.duration_s, adam.duration_s)
            assert not np.array_equal(heart.samples, adam.samples)
        (folder / "characters.yaml").write_text("broken: {reads: xx, blend: {af_heart: 1}}\n")
        with load_kokoro("cpu", folder=folder) as voice, pytest.raises(EngineError, match=r"'broken'.*'xx'.*en-us"):
            voice.synthesize("No.")
    finally:
        (folder / "characters.yaml").unlink()


def test_it_speaks_what_its_folder_has_voices_for(engine: KokoroSpeech) -> None:
    assert engine.languages() == ("en", "es", "fr", "it", "pt")
    for language, text in (("fr", "Les amis ont mangé."), ("es", "¿Verdad? Sí."), ("pt", "Não há coração.")):
        assert len(engine.speak(ask(text, language=language)).times) == len(text.split())
    with pytest.raises(EngineError, match=r"'de' here; it speaks en, es, fr, it, pt"):
        engine.speak(ask(language="de"))
    with pytest.raises(EngineError, match=r"for the language 'fr', no voice 'af_heart'; choose ff_siwis"):
        engine.speak(ask(language="fr", voice="af_heart"))


def test_a_slot_is_written_into_its_buffer(slot: KokoroVoice) -> None:
    buffer = np.full(45 * 24_000, 7, np.float32)
    where = buffer.ctypes.data
    spoken = slot.synthesize(TEXT, "narrator", seed=3, output=buffer)
    size = len(spoken.sound.samples)
    assert spoken.sound.rate_hz == 24_000
    assert np.shares_memory(spoken.sound.samples, buffer)
    assert buffer.ctypes.data == where
    assert not buffer[size:].any()
    assert np.array_equal(buffer[:size], slot.synthesize(TEXT, "narrator", seed=3).sound.samples)
    assert len(spoken.times) == len(TEXT.split())


def test_a_slot_keeps_its_bounds(slot: KokoroVoice) -> None:
    natural = slot.synthesize(TEXT).sound.duration_s
    assert slot.synthesize(TEXT, speed=0.8).sound.duration_s == pytest.approx(natural / 0.8, rel=0.03)
    assert slot.synthesize(TEXT, speed=1.2).sound.duration_s == pytest.approx(natural / 1.2, rel=0.03)
    for speed in (0.79, 1.21):
        with pytest.raises(EngineError, match=rf"speed = {speed}.*0.8 to 1.2"):
            slot.synthesize(TEXT, speed=speed)
    with pytest.raises(EngineError, match=r"takes \d+\.\d s, and 45 s is the most"):
        slot.synthesize(f"{TEXT} " * 20)
    with pytest.raises(EngineError, match=r"samples and output has 100"):
        slot.synthesize(TEXT, output=np.zeros(100, np.float32))
    with pytest.raises(EngineError, match=r"float32 of one dimension, not float64"):
        slot.synthesize(TEXT, output=np.zeros(100))  # type: ignore[arg-type]
    with pytest.raises(EngineError, match=r"no voice 'nobody'; it has narrator"):
        slot.synthesize(TEXT, "nobody")
    with pytest.raises(ModelError, match=r"no model .nowhere."):
        load_kokoro("cpu", folder="nowhere")


def test_the_sound_is_a_voice_and_no_noise(engine: KokoroSpeech) -> None:
    """With weights of chance nobody can understand it, but the pitch that the network predicts is what is heard."""
    sound = engine.speak(ask()).sound
    assert pitch_hz(sound) == pytest.approx(170, rel=0.02)
    assert centre_hz(sound) < 3000


@pytest.fixture(scope="module")
def reader() -> Iterator[PhonemeReader]:
    reading = PhonemeReader()
    yield reading
    reading.close()


def test_symbols_are_those_of_the_vocabulary(reader: PhonemeReader) -> None:
    vocabulary = "".join(CONFIG["vocab"])
    read = reader.read(["The", "choice,", "e.g.", "in", "1984,", "of", "the", "boat!"], "en-us", vocabulary)
    assert read.symbols == "ðə ʧˈYs, fˌɔɹɛɡzˈæmpᵊl ɪn nˈIntinhˈʌndɹɪd ˈATi fˈɔɹ, ʌvðə bˈOt!"
    assert [read.symbols[start.symbol] for start in read.words][:3] == ["ð", "ʧ", "f"]
    french = reader.read(["Les", "enfants", "ont", "mangé."], "fr", vocabulary)
    assert french.symbols == "lez ɑ̃fˈɑ̃z ˈɔ̃ mɑ̃ʒˈe."


@pytest.mark.parametrize("text", ["ab cd, " * 50, "abcdefghij" * 30, "one two " * 40, "short"])
def test_pieces_are_the_whole_and_not_too_long(text: str) -> None:
    found = pieces(text, 60)
    assert "".join(text[piece] for piece in found) == text
    assert all(0 < len(text[piece]) <= 60 for piece in found)
