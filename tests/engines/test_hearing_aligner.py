"""Laying a known text over a sound: the trellis on frames whose truth is known, the network end to end."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from factories import eyes
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import RuntimeSettings
from vortex.engines.hearing.aligner import BASE_960H, CtcAligner
from vortex.engines.hearing.trellis import align_tokens
from vortex.media.sound import Sound
from vortex.runtime.room import EngineRoom

SENTENCE = ["The", "quick", "😀", "brown", "fox", "doesn't", "jump", "over", "12", "lazy", "dogs,", "does", "it?"]


def emissions(truth: list[int], num_tokens: int, noise: float, seed: int = 0) -> np.ndarray:
    """Return frames that say ``truth``, with normal noise on their logits."""
    logits = np.random.default_rng(seed).normal(0, noise, (len(truth), num_tokens))
    logits[np.arange(len(truth)), truth] += 6
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


def test_spans_are_those_that_the_frames_were_made_from() -> None:
    truth = [0, 0, 3, 3, 3, 0, 1, 1, 2, 2, 2, 0, 0, 2, 0]
    found = align_tokens(emissions(truth, 5, 0.5), [3, 1, 2, 2])
    assert [(each.start, each.end) for each in found] == [(2, 5), (6, 8), (8, 11), (13, 14)]
    assert all(0.9 < each.chance < 1 for each in found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(0, 4)), min_size=1, max_size=40))
def test_any_text_is_found_again(plan: list[tuple[int, int, int]]) -> None:
    """Clear frames of any tokens, of any length, with blanks between as the trellis needs them."""
    truth, spans, tokens = [0], [], []
    for token, length, gap in plan:
        if tokens and tokens[-1] == token and truth[-1] == token:
            truth.append(0)
        spans.append((len(truth), len(truth) + length))
        truth += [token] * length + [0] * gap
        tokens.append(token)
    found = align_tokens(emissions(truth, 6, 0.2, len(truth)), tokens)
    assert [(each.start, each.end) for each in found] == spans


def test_the_path_is_the_best_of_all() -> None:
    """Every way to lay three tokens over six frames is tried; none is likelier than the one that was found."""
    chances = emissions([0, 1, 0, 1, 2, 0], 3, 3.0, 7)
    found = align_tokens(chances, [1, 1, 2])
    ways = []
    for states in np.ndindex(*(7,) * 6):
        steps = [after - before for before, after in pairwise(states)]
        legal = states[0] < 2 and states[-1] > 4 and all(0 <= step <= 2 for step in steps)
        said = [0, 1, 0, 1, 0, 2, 0]
        for before, after in pairwise(states):
            legal &= after - before < 2 or (said[after] != 0 and said[after] != said[before])
        if legal:
            ways.append((sum(chances[frame, said[state]] for frame, state in enumerate(states)), states))
    _, best = max(ways)
    spans = [(best.index(place), best.index(place) + best.count(place)) for place in (1, 3, 5)]
    assert spans == [(each.start, each.end) for each in found]


def test_noise_moves_boundaries_little() -> None:
    dice = np.random.default_rng(1)
    tokens = dice.integers(1, 28, 200).tolist()
    truth, starts = [0], []
    for before, token in zip([0, *tokens], tokens, strict=False):
        truth += [0] * int(dice.integers(before == token, 4))
        starts.append(len(truth))
        truth += [token] * int(dice.integers(1, 6))
    found = align_tokens(emissions(truth, 29, 1.5, 2), tokens)
    assert np.mean(np.abs([each.start for each in found] - np.array(starts))) < 0.2


@pytest.mark.parametrize(("frames", "tokens"), [(2, [1, 2, 3]), (3, [1, 1, 2]), (0, [1]), (5, [])])
def test_what_cannot_be_laid_is_refused(frames: int, tokens: list[int]) -> None:
    with pytest.raises(EngineError, match="cannot be laid over"):
        align_tokens(np.zeros((frames, 4), np.float32), tokens)


@pytest.fixture
def aligner(tmp_path: Path) -> Iterator[CtcAligner]:
    pytest.importorskip("transformers")
    with EngineRoom(RuntimeSettings("cpu"), Path) as room:
        yield CtcAligner(room, str(eyes.save_wav2vec2(tmp_path / "wav2vec2")))


def noise(seconds: float, rate_hz: int = 16000) -> Sound:
    return Sound(np.random.default_rng(3).normal(0, 0.1, round(seconds * rate_hz)).astype(np.float32), rate_hz)


def test_every_word_has_a_time(aligner: CtcAligner) -> None:
    sound = noise(5, 22050)
    found = aligner.align(sound, SENTENCE)
    assert [word.text for word in found] == SENTENCE
    flat = [moment for word in found for moment in (word.start_s, word.end_s)]
    assert flat == sorted(flat)
    assert flat[0] >= 0 and flat[-1] <= sound.duration_s
    lengths = {word.text: word.end_s - word.start_s for word in found}
    assert lengths["😀"] == lengths["12"] == 0
    assert all(length > 0 for text, length in lengths.items() if text not in ("😀", "12"))


def test_windows_join_to_the_frames_of_one_hearing(aligner: CtcAligner, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = noise(30).samples
    parts, frame_s = aligner._listen(samples)
    assert frame_s == 0.02
    assert len(parts) == pytest.approx(30 / frame_s, abs=2)
    monkeypatch.setattr("vortex.engines.hearing.aligner._WINDOW_S", 60.0)
    at_once, _ = aligner._listen(samples)
    assert len(at_once) == len(parts)
    assert np.abs(at_once - parts).mean() < np.abs(at_once - np.roll(at_once, 1, axis=0)).mean() / 10


def test_a_long_sound_keeps_every_frame(aligner: CtcAligner) -> None:
    for seconds in (19.99, 20, 20.03, 38.5, 39, 39.02, 61):
        assert len(aligner._listen(noise(seconds).samples)[0]) == pytest.approx(seconds * 50, abs=2)


@pytest.mark.parametrize(
    ("sound", "words", "message"),
    [
        (noise(1), ["1984", "—"], "no letter of it is known"),
        (noise(1), [], "no letter of it is known"),
        (noise(0.2), SENTENCE, "cannot be laid over"),
        (noise(0.01), ["a"], "too short"),
        (noise(0), ["a"], "too short"),
    ],
)
def test_what_cannot_be_aligned_is_refused(aligner: CtcAligner, sound: Sound, words: list[str], message: str) -> None:
    with pytest.raises(EngineError, match=message):
        aligner.align(sound, words)


def test_a_folder_as_it_was_published_says_the_same(tmp_path: Path) -> None:
    """The published ones name the weights of one layer in an older way, and lack the vector for masked sound."""
    pytest.importorskip("transformers")
    from safetensors.torch import load_file, save_file

    new, old = eyes.save_wav2vec2(tmp_path / "new"), eyes.save_wav2vec2(tmp_path / "old")
    tensors = load_file(old / "model.safetensors")
    names = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    renamed = {
        next((name.replace(now, then) for now, then in names.items() if now in name), name): tensor
        for name, tensor in tensors.items()
        if not name.endswith("masked_spec_embed")
    }
    assert len(tensors) - len(renamed) == 1
    assert sum(name.endswith(("weight_g", "weight_v")) for name in renamed) == 2
    save_file(renamed, old / "model.safetensors", metadata={"format": "pt"})
    with EngineRoom(RuntimeSettings("cpu"), Path) as room:
        wanted, found = (CtcAligner(room, str(folder)).align(noise(3), SENTENCE) for folder in (new, old))
    assert found == wanted


def test_broken_weights_are_named(tmp_path: Path) -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = eyes.save_wav2vec2(tmp_path / "wav2vec2")
    network = transformers.Wav2Vec2ForCTC.from_pretrained(folder)
    torch.nn.init.constant_(network.lm_head.bias, float("nan"))
    network.save_pretrained(folder)
    with EngineRoom(RuntimeSettings("cpu"), Path) as room, pytest.raises(ModelError, match="is not finite"):
        CtcAligner(room, str(folder)).align(noise(1), ["a"])


def test_another_network_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    with EngineRoom(RuntimeSettings("cpu"), Path) as room, pytest.raises(ModelError, match="does not write letters"):
        CtcAligner(room, str(eyes.save_clip(tmp_path / "clip"))).align(noise(1), ["a"])


def test_the_size_of_the_published_model() -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    with torch.device("meta"):
        network = transformers.Wav2Vec2ForCTC(transformers.Wav2Vec2Config())
    assert BASE_960H.needed_bytes("float32") == 4 * sum(each.numel() for each in network.parameters())
