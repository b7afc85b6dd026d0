from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from timeline.spoken_film import Film
from vortex.timeline.captions import MAX_COLUMNS, MAX_COLUMNS_A_SECOND, caption_lines, columns
from vortex.visuals.timing import CaptionLine, ShotTiming, TimedSentence, TimedWord, row_text


def timing(text: str, frames_a_letter: int = 2, tail: int = 30) -> ShotTiming:
    words, at = [], 10
    for word in text.split():
        words.append(TimedWord(word, at, at + frames_a_letter * len(word)))
        at = words[-1].end + frames_a_letter
    return ShotTiming(30, at + tail, (TimedSentence("s", 10, at, tuple(words)),))


def rows(caption: CaptionLine) -> list[str]:
    return [row_text(row) for row in caption.lines]


def test_breaks_at_clauses_and_balances_rows() -> None:
    text = "When the tree is full, the next item starts a new level, and its parent is found by halving its number."
    assert [rows(caption) for caption in caption_lines(timing(text))] == [
        ["When the tree is full,", "the next item starts a new level,"],
        ["and its parent is found", "by halving its number."],
    ]


def test_short_sentence_is_one_row_and_lingers() -> None:
    (caption,) = caption_lines(timing("It is done.", tail=60))
    assert rows(caption) == ["It is done."]
    last = caption.lines[-1][-1].end
    assert caption.end == max(last + 15, caption.start + 30)


def test_wide_and_endless_words() -> None:
    (caption,) = caption_lines(timing("深度 学习 是 机器 学习 的 一 个 分支 。", 6))
    assert rows(caption) == ["深度学习是机器", "学习的一个分支。"], "13 wide characters a row"
    (caption,) = caption_lines(timing("菲涅耳透镜是一种用薄环代替厚玻璃的透镜。", 6, tail=150))
    assert rows(caption) == ["菲涅耳透镜是一种用薄", "环代替厚玻璃的透镜。"]
    url = "https://example.org/" + "very-long/" * 12
    lines = [row for caption in caption_lines(timing(f"See {url} now.")) for row in rows(caption)]
    assert "".join(lines).replace(" ", "") == f"See{url}now."
    assert all(columns(line) <= MAX_COLUMNS for line in lines)


def test_numbers_stay_with_their_groups_and_their_units() -> None:
    text = "La lumière parcourt dans le vide environ 300 000 km pendant chaque seconde qui passe."
    lines = [row for caption in caption_lines(timing(text)) for row in rows(caption)]
    assert any("300 000 km" in line for line in lines)


def check_form(shot: ShotTiming) -> None:
    captions = caption_lines(shot)
    spoken = [word.text for sentence in shot.sentences for word in sentence.words]
    assert " ".join(word.text for caption in captions for row in caption.lines for word in row) == " ".join(spoken)
    for caption in captions:
        assert 1 <= len(caption.lines) <= 2
        assert all(columns(row_text(row)) <= MAX_COLUMNS for row in caption.lines)
        assert caption.start == caption.lines[0][0].start
    for caption, later in pairwise(captions):
        assert caption.end <= later.start - 2


def test_form_of_a_real_film(film: Film) -> None:
    for shot in film.timeline.shots:
        check_form(shot.timing)
        for caption in shot.timing.captions:
            seconds = (caption.end - caption.start) / 30
            assert seconds >= 0.8
            assert sum(columns(text) for text in rows(caption)) / seconds <= MAX_COLUMNS_A_SECOND


@given(st.lists(st.text("abc,.", min_size=1, max_size=14), min_size=1, max_size=60))
def test_form_of_any_sentence(words: list[str]) -> None:
    check_form(timing(" ".join(words), 3))
