"""Films that nobody says anything about: each has one fault made into it, and only that fault may be told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from review.films import CAPTIONS, HEIGHT, PAPER, WIDTH, Frame, Talk, flashing, painted
from vortex.core.errors import MediaError
from vortex.media.track import SubtitleCue
from vortex.review.gate import check_film
from vortex.review.verdict import Verdict
from vortex.timeline.subtitles import srt, vtt

OVER = "Nobody can read these words"


def failed(verdict: Verdict) -> set[str]:
    return {finding.check for finding in verdict.failures}


def told(verdict: Verdict) -> set[str]:
    return {finding.check for finding in verdict.findings if not finding.passed}


def written(place: tuple[int, int], text: str, size: int = 26, ink: str = "#1d2230", first: int = 0) -> Callable:
    """Return a change of the talk that writes another text on it from a frame on."""

    def change(frames: list[Frame]) -> list[Frame]:
        return frames[:first] + [_on(frame, place, text, size, ink) for frame in frames[first:]]

    return change


def _on(frame: Frame, place: tuple[int, int], text: str, size: int, ink: str) -> Frame:
    page = Image.fromarray(frame)
    ImageDraw.Draw(page).text(place, text, fill=ink, font=ImageFont.load_default(size))
    return np.asarray(page)


def rewritten(place: tuple[int, int], step: int, size: int, ink: str = "#1d2230") -> Callable:
    """Return a change of the talk that writes nothing but four rows, away from the bar at its foot."""

    def change(frames: list[Frame]) -> list[Frame]:
        page = np.asarray(Image.new("RGB", (WIDTH, HEIGHT), PAPER))
        for row in range(4):
            page = _on(page, (place[0], place[1] + row * step), f"{OVER}, row {row}", size, ink)
        bar = [frame[215:225] for frame in frames]
        return [np.concatenate((page[:215], rows, page[225:])) for rows in bar]

    return change


FAULTS = {
    "text comes on text": (Talk(change=written((52, 54), OVER, first=120)), {"text on text"}),
    "text runs out of the picture": (Talk(change=written((300, 180), OVER)), {"text cut off", "text in the safe area"}),
    "all text at the edge": (Talk(change=rewritten((8, 2), 42, 26)), {"text in the safe area"}),
    "all text faint": (Talk(change=rewritten((40, 40), 40, 22, "#b4b0a8")), {"clear text"}),
    "black for a second": (Talk(change=painted(0, 60, 90)), {"black picture"}),
    "grey for a second": (Talk(change=painted(128, 60, 90)), {"blank picture"}),
    "flashing": (Talk(change=flashing), {"flashes"}),
    "stuck in silence": (
        Talk(change=lambda frames: [frames[0]] * len(frames), captions=(), pauses=((0, 0.4), (3.0, 8.0))),
        {"silence", "standing still"},
    ),
    "clipped": (Talk(gain=4.0), {"loudness", "true peak", "clipping"}),
    "too quiet": (Talk(gain=0.5), {"loudness"}),
    "silent for long": (Talk(pauses=((0, 0.4), (3.6, 4.0), (4.5, 8.0))), {"silence"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_on_the_film_alone(name: str, tmp_path: Path) -> None:
    talk, faults = FAULTS[name]
    assert failed(check_film(talk.write(tmp_path / "film.mp4"))) == faults


def test_late_captions_are_told_and_let_a_film_pass_of_which_no_words_are_known(tmp_path: Path) -> None:
    late = Talk(captions=tuple(replace(c, start_s=c.start_s + 0.3) for c in CAPTIONS))
    verdict = check_film(late.write(tmp_path / "film.mp4"))
    assert verdict.passed and told(verdict) == {"caption offset"}


def test_text_that_comes_beside_text_is_no_fault(tmp_path: Path) -> None:
    beside = Talk(change=written((52, 182), "And more of it.", size=22, first=120))
    assert not told(check_film(beside.write(tmp_path / "film.mp4")))


def test_words_that_take_the_place_of_others_are_no_fault(tmp_path: Path) -> None:
    def change(frames: list[Frame]) -> list[Frame]:
        first, second = ("heappop() is a call", "heappush() is a call")
        return [_on(f, (40, 180), first if n < 130 else second, 24, "#1d2230") for n, f in enumerate(frames)]

    assert "text on text" not in told(check_film(Talk(change=change).write(tmp_path / "film.mp4")))


def test_a_faint_line_among_clear_ones_is_told_and_lets_the_film_pass(tmp_path: Path) -> None:
    faint = Talk(change=written((310, 52), "Hardly seen", size=22, ink="#b4b0a8"))
    verdict = check_film(faint.write(tmp_path / "film.mp4"))
    assert verdict.passed and told(verdict) == {"clear text"}


@pytest.mark.parametrize("writer", [srt, vtt])
@pytest.mark.parametrize("late_s", [0.0, 0.3])
def test_captions_beside_the_film_are_measured(writer: Callable, late_s: float, tmp_path: Path) -> None:
    film = Talk(captions=()).write(tmp_path / "film.mp4")
    cues = [SubtitleCue(c.start_s + late_s, min(8.0, c.end_s + late_s), c.text) for c in CAPTIONS]
    film.with_suffix(f".{writer.__name__}").write_text(writer(cues))
    found = next(finding for finding in check_film(film).findings if finding.check == "caption offset")
    assert found.measure == pytest.approx(late_s, abs=0.03)
    assert found.passed == (late_s == 0)
    assert f"film.{writer.__name__}" in found.detail


class Foreign:
    """Write films with libavfilter's own sources, as other programs do; nothing of ours draws or encodes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, source: str, pix_fmt: str = "yuv420p", *, times: Callable[[int], int] = int, hz: int = 0) -> Path:
        with av.open(str(self.path), "w") as film:
            size = [int(part) for part in source.split("size=")[1].split(":")[0].split("x")]
            video = film.add_stream("libx264", rate=25, width=size[0], height=size[1], pix_fmt=pix_fmt)
            audio = film.add_stream("aac", rate=hz) if hz else None
            for n, frame in enumerate(frames_of(source)):
                frame = frame.reformat(format=pix_fmt)
                frame.pts, frame.time_base = times(n), Fraction(1, 25)
                film.mux(video.encode(frame))
            film.mux(video.encode())
            if audio is not None:
                tone = (0.1 * np.sin(np.arange(4 * hz) * 0.05)).astype(np.float32)[None]
                sound = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
                sound.sample_rate = hz
                film.mux(audio.encode(sound))
                film.mux(audio.encode())
        return self.path


def frames_of(source: str) -> Iterator[av.VideoFrame]:
    graph = av.filter.Graph()
    name, _, options = source.partition("=")
    made, sink = graph.add(name, options), graph.add("buffersink")
    made.link_to(sink)
    graph.configure()
    for _ in range(100):
        yield graph.vpull()


@pytest.mark.parametrize(
    ("source", "pix_fmt"),
    [
        ("testsrc2=size=640x360:rate=25", "yuv420p"),
        ("testsrc2=size=360x640:rate=25", "yuv420p"),
        ("testsrc2=size=641x359:rate=25", "yuv444p"),
        ("testsrc2=size=640x360:rate=25", "yuv420p10le"),
    ],
    ids=["landscape", "portrait", "odd", "ten bits"],
)
def test_film_of_another_program_is_judged_whatever_its_shape(source: str, pix_fmt: str, tmp_path: Path) -> None:
    verdict = check_film(Foreign(tmp_path / "film.mp4").write(source, pix_fmt))
    assert {"black picture", "flashes", "text on text", "size and frame rate"} <= {
        *(finding.check for finding in verdict.findings), *(skip.check for skip in verdict.skipped)
    }  # fmt: skip
    assert {skip.reason for skip in verdict.skipped if skip.subject == "sound"} == {"the film has no sound"}


def test_sound_of_another_rate_and_one_channel(tmp_path: Path) -> None:
    film = Foreign(tmp_path / "film.mp4").write("testsrc2=size=640x360:rate=25", hz=22050)
    rate = next(finding for finding in check_film(film).findings if finding.check == "sample rate")
    assert rate.value == "22050 Hz" and not rate.passed


def test_frames_of_uneven_length_fill_the_time_that_they_are_shown(tmp_path: Path) -> None:
    stuck = Foreign(tmp_path / "film.mp4").write(
        "testsrc2=size=640x360:rate=25", times=lambda n: n if n < 50 else n + 200
    )
    verdict = check_film(stuck)
    still = next(finding for finding in verdict.findings if finding.check == "standing still")
    assert still.measure == pytest.approx(8.0, abs=0.3)


def test_half_a_film_is_an_error_that_says_so(tmp_path: Path) -> None:
    film = Foreign(tmp_path / "film.mp4").write("testsrc2=size=640x360:rate=25")
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    with pytest.raises(MediaError, match="cut short"):
        check_film(film)
