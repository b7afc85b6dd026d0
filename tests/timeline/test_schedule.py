import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.spoken_film import Film
from vortex.engines.speech.base import WordTime
from vortex.timeline.plan import RATE_HZ, Pauses, SentencePlan, ShotPlan
from vortex.timeline.schedule import schedule


def spoken(name: str, *seconds: float) -> SentencePlan:
    """A sentence whose words end at the given seconds."""
    times = tuple(WordTime(start, end) for start, end in zip((0.0, *seconds), seconds, strict=False))
    return SentencePlan(name, tuple("word" for _ in seconds), times, round(seconds[-1] * RATE_HZ))


def test_frames_of_a_small_film() -> None:
    shots = [
        ShotPlan("title", hold_ms=2000),
        ShotPlan("a", (spoken("s1", 0.5, 1.0), spoken("s2", 0.4, 2.01))),
        ShotPlan("b", (spoken("s3", 4.0),), chapter="Next"),
    ]
    timeline = schedule(shots, 30)
    title, a, b = timeline.shots
    assert (title.start, title.end) == (0, 60)
    assert [s.start for s in a.timing.sentences] == [4, 4 + 30 + 8]  # 125 ms after the cut; then 1 s and 250 ms
    assert a.timing.num_frames == 4 + 30 + 8 + 61 + 12  # 2.01 s take 61 frames; half of 800 ms
    assert b.timing.sentences[0].start == 12
    assert b.timing.num_frames == 12 + 120 + 36
    assert timeline.num_frames == b.end
    assert timeline.num_samples == b.end * 1600
    assert timeline.duration.seconds * 30 == 343
    assert [s.start_sample for s in timeline.sentences] == [64 * 1600, 102 * 1600, 187 * 1600]


def test_words_fall_on_frames() -> None:
    timing = schedule([ShotPlan("a", (spoken("s", 0.25, 0.26, 0.9),))], 24).shots[0].timing
    assert [(w.start, w.end) for w in timing.sentences[0].words] == [(15, 21), (21, 22), (21, 37)]
    assert timing.sentences[0].start == 15
    assert timing.sentences[0].end == 37


def test_short_shots_are_held_and_the_last_one_rings_out() -> None:
    pauses = Pauses(lead_in_ms=0, tail_ms=100, shot_ms=3000)
    timeline = schedule([ShotPlan("a", (spoken("s", 0.5),))], 30, pauses)
    assert timeline.num_frames == 90


def test_a_real_film_holds_together(film: Film) -> None:
    timeline = film.timeline
    assert timeline.shots[0].start == 0
    assert [s.end for s in timeline.shots[:-1]] == [s.start for s in timeline.shots[1:]]
    assert [s.id for s in timeline.sentences] == [s.id for shot in film.shots for s in shot.sentences]
    ends = [0, *(placed.start + placed.num_frames for placed in timeline.sentences)]
    pauses_s = [(p.start - end) / 30 for p, end in zip(timeline.sentences, ends, strict=False)]
    assert 0.25 <= pauses_s[1] <= 0.5
    assert pauses_s[2] == pytest.approx(0.8, abs=0.07)
    for shot, plan in zip(timeline.shots, film.shots, strict=True):
        for timed, sentence in zip(shot.timing.sentences, plan.sentences, strict=True):
            for word, time in zip(timed.words, sentence.times, strict=True):
                assert abs((word.start - timed.start) / 30 - time.start_s) < 1 / 30
                assert word.end > word.start


def test_bad_input_is_refused() -> None:
    for shots, fps, complaint in (
        ([], 30, "at least one shot"),
        ([ShotPlan("a")], 29, "29 frames"),
        ([ShotPlan("a", (spoken("s", 1.0), spoken("s", 1.0)))], 30, "'s' is spoken twice"),
        ([ShotPlan("a", (SentencePlan("s", ("two", "words"), (), 9),))], 30, "2 words but 0 times"),
    ):
        with pytest.raises(ValueError, match=complaint):
            schedule(shots, fps)


sentence_lengths = st.lists(st.lists(st.integers(1, 400_000), max_size=4), min_size=1, max_size=5)


@given(sentence_lengths, st.sampled_from([24, 25, 30, 50, 60]), st.booleans())
def test_nothing_overlaps_whatever_is_spoken(lengths: list[list[int]], fps: int, chapter: bool) -> None:
    shots = [
        ShotPlan(
            f"shot{i}",
            tuple(
                SentencePlan(f"{i}.{k}", ("a", "b"), (WordTime(0, n / 96000), WordTime(n / 96000, n / RATE_HZ)), n)
                for k, n in enumerate(samples)
            ),
            "Chapter" if chapter else "",
        )
        for i, samples in enumerate(lengths)
    ]
    timeline = schedule(shots, fps)
    assert sum(shot.timing.num_frames for shot in timeline.shots) == timeline.num_frames
    at = 0
    for placed in timeline.sentences:
        assert placed.start >= at
        assert placed.start_sample * fps == placed.start * RATE_HZ
        assert 0 <= placed.num_frames * RATE_HZ / fps - placed.num_samples < RATE_HZ / fps
        at = placed.start + placed.num_frames
    assert at <= timeline.num_frames
    for shot in timeline.shots:
        for caption in shot.timing.captions:
            assert 0 <= caption.start < caption.end <= shot.timing.num_frames
