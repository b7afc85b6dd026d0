import json
import os
import sys
import time
from pathlib import Path

import av
import numpy as np
import pypdfium2

from benchmarks import build, film
from benchmarks.measure import Command


def test_thirty_pages_begin_where_the_printed_numbers_begin(inputs: Path) -> None:
    with pypdfium2.PdfDocument(film.thirty_pages()) as document:
        assert len(document) == 30
        assert document[0].get_textpage().get_text_bounded().split()[:2] == ["1", "Preface"]


def test_an_edit_changes_one_statement_and_leaves_frames_alone(tmp_path: Path) -> None:
    texts = [("hook", "The film begins."), ("statement", "A frame is a picture."), ("statement", "Frames pass.")]
    sentences = [{"role": role, "text": text} for role, text in texts]
    (tmp_path / "script.json").write_text(json.dumps({"scenes": [{"sentences": sentences}]}))
    assert build.edit_one_sentence(tmp_path) == "So, a frame is a picture."
    edited = json.loads((tmp_path / "script.json").read_text())["scenes"][0]["sentences"]
    assert [old != new for old, new in zip(sentences, edited, strict=True)] == [False, True, False]


def test_takes_notice_a_touched_file(tmp_path: Path) -> None:
    place = tmp_path / "build" / "takes" / "abc"
    place.mkdir(parents=True)
    (place / "take.mp4").write_bytes(b"1")
    before = build.takes(tmp_path)
    os.utime(place / "take.mp4", (1, 1))
    assert list(before) == ["abc/take.mp4"] and build.takes(tmp_path) != before


def test_a_kill_tells_whether_it_hit() -> None:
    def program(code: str) -> Command:
        return Command((sys.executable, "-c", code))

    started = time.perf_counter()
    assert build.killed(program("import time; time.sleep(30)"), 0.1)
    assert not build.killed(program("pass"), 0.8)
    assert time.perf_counter() - started < 10


def test_the_hash_of_what_is_seen_ignores_the_container(tmp_path: Path) -> None:
    def write(name: str, shade: int, title: str) -> Path:
        with av.open(str(tmp_path / name), "w") as target:
            target.metadata["title"] = title
            stream = target.add_stream("libx264", 30)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), shade, np.uint8), format="rgb24")
            target.mux(stream.encode(frame))
            target.mux(stream.encode())
        return tmp_path / name

    one, same, other = write("1.mp4", 40, "one"), write("2.mp4", 40, "another"), write("3.mp4", 90, "one")
    assert build.decoded_hash(one) == build.decoded_hash(same) != build.decoded_hash(other)
    assert build.file_hash(one) != build.file_hash(same)
