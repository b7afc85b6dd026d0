"""Hearing by Whisper: windows, words and their times, languages, and how errors are counted."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from factories import eyes

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import HearingSettings, RuntimeSettings
from vortex.engines.hearing.base import HeardWord
from vortex.engines.hearing.passage import Numbering, Passage, read_passage
from vortex.engines.hearing.whisper import SMALL, WhisperHearing
from vortex.engines.hearing.words import TimedToken, word_error_rate, words_of
from vortex.media.sound import Sound
from vortex.runtime.room import EngineRoom

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")


@pytest.fixture
def room() -> Iterator[EngineRoom]:
    with EngineRoom(RuntimeSettings("cpu"), Path) as here:
        yield here


def ear(room: EngineRoom, folder: Path) -> WhisperHearing:
    return WhisperHearing.from_room(HearingSettings("whisper", str(folder)), room)


def noise(seconds: float) -> Sound:
    return Sound(np.random.default_rng(4).normal(0, 0.1, round(seconds * 16000)).astype(np.float32), 16000)


def test_the_size_of_the_published_model() -> None:
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    layers = {f"{part}_{what}": value for part in ("encoder", "decoder")
              for what, value in (("layers", 12), ("attention_heads", 12), ("ffn_dim", 3072))}  # fmt: skip
    with torch.device("meta"):
        network = WhisperForConditionalGeneration(WhisperConfig(vocab_size=51865, d_model=768, **layers))
    assert SMALL.needed_bytes("float16") == 2 * sum(each.numel() for each in network.parameters())


def test_words_and_times_are_those_that_the_library_would_collate(room: EngineRoom, tmp_path: Path) -> None:
    from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration, WhisperTokenizer

    folder = eyes.save_whisper(tmp_path / "whisper")
    network = WhisperForConditionalGeneration.from_pretrained(folder).eval()
    given = WhisperFeatureExtractor.from_pretrained(folder)(
        noise(4).samples, sampling_rate=16000, return_tensors="pt", return_attention_mask=True
    )
    said = network.generate(
        **given, language="de", task="transcribe", return_timestamps=True, return_token_timestamps=True,
        return_dict_in_generate=True, force_unique_generate_call=True,
    )  # fmt: skip
    output = {"tokens": said["sequences"].numpy(), "token_timestamps": said["token_timestamps"].numpy()}
    words = WhisperTokenizer.from_pretrained(folder)
    _, wanted = words._decode_asr([output], return_timestamps="word", return_language=None, time_precision=0.02)
    expected = [(each["text"].strip(), *each["timestamp"]) for each in wanted["chunks"] if each["text"].strip()]
    found = ear(room, folder).transcribe(noise(4), "de").words
    assert len(found) > 2
    assert [each.text for each in found] == [text for text, _, _ in expected]
    assert [each.end_s for each in found] == pytest.approx([end for _, _, end in expected], abs=0.011)
    # The library counts a blank of its own to the word after it.
    assert all(each.start_s > start - 0.011 for each, (_, start, _) in zip(found, expected, strict=True))


def test_without_aligned_heads_there_are_no_times(room: EngineRoom, tmp_path: Path) -> None:
    found = ear(room, eyes.save_whisper(tmp_path / "plain", aligned=False)).transcribe(noise(2))
    assert found.text
    assert found.words == ()


def test_a_model_of_english_knows_english(room: EngineRoom, tmp_path: Path) -> None:
    english = ear(room, eyes.save_whisper(tmp_path / "english", multilingual=False))
    assert english.transcribe(noise(2)).language == "en"
    assert english.transcribe(noise(2), "en").text
    with pytest.raises(EngineError, match="'de'; it knows en"):
        english.transcribe(noise(2), "de")


def test_silent_windows_are_passed_over(room: EngineRoom, tmp_path: Path) -> None:
    whisper = ear(room, eyes.save_whisper(tmp_path / "whisper"))
    quiet = np.zeros(30 * 16000, np.float32)
    found = whisper.transcribe(Sound(np.concatenate([quiet, quiet, noise(3).samples]), 16000), "en")
    alone = whisper.transcribe(noise(3), "en")
    assert found.text == alone.text
    assert [word.start_s - 60 for word in found.words] == pytest.approx([word.start_s for word in alone.words])


def test_a_folder_as_it_was_published_says_the_same(room: EngineRoom, tmp_path: Path) -> None:
    """OpenAI's folders force a language and a task in two files, in an older way; what is asked for wins."""
    new, old = eyes.save_whisper(tmp_path / "new"), eyes.save_whisper(tmp_path / "old")
    writing = json.loads((old / "generation_config.json").read_text())
    writing["forced_decoder_ids"] = [[1, None], [2, writing["task_to_id"]["transcribe"]]]
    (old / "generation_config.json").write_text(json.dumps(writing))
    config = json.loads((old / "config.json").read_text())
    config |= {"forced_decoder_ids": [[1, 261], [2, 265]], "suppress_tokens": writing["suppress_tokens"]}
    (old / "config.json").write_text(json.dumps(config))
    for language in ("de", ""):
        wanted, found = (ear(room, folder).transcribe(noise(3), language) for folder in (new, old))
        assert found == wanted


def test_another_network_is_refused(room: EngineRoom, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="model_type 'clip' is no whisper"):
        ear(room, eyes.save_clip(tmp_path / "clip")).transcribe(noise(1))


@pytest.mark.parametrize("name", ["preprocessor_config.json", "tokenizer_config.json", "model.safetensors"])
def test_a_folder_that_lacks_something_is_refused(room: EngineRoom, tmp_path: Path, name: str) -> None:
    folder = eyes.save_whisper(tmp_path / "whisper")
    for each in [name] if name.startswith(("p", "m")) else [name, "vocab.json", "merges.txt"]:
        (folder / each).unlink()
    with pytest.raises(ModelError, match=str(folder)):
        ear(room, folder).transcribe(noise(1))


def test_broken_weights_are_named(room: EngineRoom, tmp_path: Path) -> None:
    from transformers import WhisperForConditionalGeneration

    folder = eyes.save_whisper(tmp_path / "whisper")
    network = WhisperForConditionalGeneration.from_pretrained(folder)
    torch.nn.init.constant_(network.model.encoder.conv1.bias, float("nan"))
    network.save_pretrained(folder)
    with pytest.raises(ModelError, match=r"encoder\.conv1\.bias holds NaN"):
        ear(room, folder).transcribe(noise(1))


NUMBERS = Numbering(end_of_text=100, first_time=200)


def passage(*written: int, is_last: bool = False) -> Passage:
    return read_passage((101, 102, *written, 100), [0.1 * n for n in range(99)], NUMBERS, 30.0, is_last=is_last)


def at(seconds: float) -> int:
    return 200 + round(seconds / 0.02)


def test_a_window_that_ends_within_a_sentence_ends_before_it() -> None:
    found = passage(at(0), 1, 2, at(20), at(20), 3, 4)
    assert [each.token for each in found.tokens] == [1, 2]
    assert found.end_s == pytest.approx(20)
    assert found.tokens[0] == TimedToken(1, pytest.approx(0.2), pytest.approx(0.3))


@pytest.mark.parametrize(
    "written",
    [
        (at(0), 1, 2, at(20), at(20), 3, at(28)),
        (at(0), 1, 2, 3),
        (at(0), 1, at(2), at(2), 2, 3),
        (at(0), 1, at(30), at(30), 2, 3),
        (1, 2, 3),
    ],
)
def test_other_windows_are_kept_whole(written: tuple[int, ...]) -> None:
    found = passage(*written)
    assert [each.token for each in found.tokens] == [1, 2, 3]
    assert found.end_s == 30


def test_the_last_window_keeps_all() -> None:
    assert len(passage(at(0), 1, 2, at(20), at(20), 3, 4, is_last=True).tokens) == 4


def words(text: list[str], language: str = "en") -> list[str]:
    pieces = [each.encode() if isinstance(each, str) else each for each in text]
    tokens = [TimedToken(place, place, place + 1) for place in range(len(pieces))]
    return [
        word.text
        for word in words_of(
            tokens, lambda ids: b"".join(pieces[each] for each in ids).decode(errors="replace"), language, 99
        )
    ]


def test_tokens_become_words() -> None:
    assert words([" The", " qu", "ick", ",", " brown", " ", "fox", "."]) == ["The", "quick,", "brown", "fox."]
    assert words(["“", "So", "”", " it", " goes", " —", " on"]) == ["“So”", "it", "goes—", "on"]
    assert words(["今", "日", "は", "。"], "ja") == ["今", "日", "は。"]
    assert words([]) == []


def test_bytes_of_one_character_come_together() -> None:
    first, second = b" na\xc3", b"\xafve"
    assert words([first, second, b" caf", b"\xc3", b"\xa9"]) == ["naïve", "café"]  # type: ignore[list-item]
    assert words([b"\xff", b" a"])  # type: ignore[list-item]


def test_times_never_decrease_and_stay_within_the_sound() -> None:
    tokens = [TimedToken(0, 3.0, 4.0), TimedToken(1, 2.0, 5.0), TimedToken(2, 6.0, 9.0)]
    found = words_of(tokens, lambda ids: "".join(" " + "abc"[each] for each in ids), "en", 7.0)
    assert found == (HeardWord("a", 3.0, 4.0), HeardWord("b", 4.0, 5.0), HeardWord("c", 6.0, 7.0))


@pytest.mark.parametrize(
    ("spoken", "heard", "rate"),
    [
        ("the cat sat", "The cat, sat.", 0),
        ("the cat sat", "the cat", 1 / 3),
        ("the cat sat", "the fat cat sat", 1 / 3),
        ("the cat sat", "a dog sat down", 3 / 3),
        ("a b c d", "b c d a", 2 / 4),
        ("the cat sat", "", 1),
        ("one", "two three four", 3),
        ("don’t “stop”", "don't stop", 0),
        ("ﬁne", "fine", 0),
    ],
)
def test_word_errors_are_counted(spoken: str, heard: str, rate: float) -> None:
    assert word_error_rate(spoken, heard) == pytest.approx(rate)


def test_word_errors_equal_the_plain_table() -> None:
    dice = np.random.default_rng(5)
    for _ in range(60):
        one, other = (["abcd"[each] for each in dice.integers(0, 4, dice.integers(1, 12))] for _ in range(2))
        table = np.zeros((len(one) + 1, len(other) + 1), int)
        table[:, 0], table[0] = np.arange(len(one) + 1), np.arange(len(other) + 1)
        for i, left in enumerate(one, 1):
            for j, right in enumerate(other, 1):
                table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (left != right))
        assert word_error_rate(one, other) == pytest.approx(table[-1, -1] / len(one))


def test_errors_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="holds no word"):
        word_error_rate("— …", "a")
