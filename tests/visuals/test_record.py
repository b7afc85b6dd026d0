import pytest

from visuals.shots import clock, scene
from vortex.core.errors import MediaError
from vortex.visuals.record import read_record, record

TIMING = clock("The smallest element is always the root.")


def test_a_record_survives_the_file(tmp_path):
    made = record(scene("points", {"items": ["One", "Two"]}, TIMING))
    made.write(tmp_path / "layout.json")
    assert read_record(tmp_path / "layout.json") == made


def test_stretches_follow_each_other_and_differ():
    for element in record(scene("points", {"items": ["One", "Two"]}, TIMING)).elements:
        for one, other in zip(element.stretches, element.stretches[1:], strict=False):
            assert one.end <= other.start
            assert one.end < other.start or (one.box, one.opacity, one.colour) != (
                other.box,
                other.opacity,
                other.colour,
            )


def test_the_record_is_compact(tmp_path):
    record(scene("points", {"items": ["One", "Two"]}, TIMING)).write(tmp_path / "layout.json")
    assert (tmp_path / "layout.json").stat().st_size < 20_000


def test_what_is_no_record_is_refused(tmp_path):
    (tmp_path / "layout.json").write_text("{}")
    with pytest.raises(MediaError, match="no layout record"):
        read_record(tmp_path / "layout.json")
