import re

from timeline.spoken_film import Film
from vortex.timeline.edl import edl
from vortex.timeline.handover import PartFiles


def frames(clock: str) -> int:
    hours, minutes, seconds, rest = map(int, clock.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 30 + rest


def test_every_shot_is_an_event(film: Film) -> None:
    text = edl(film.timeline, "Heaps — a film", PartFiles({"heap": "build/heap.mp4"}, {}))
    events = [[frames(clock) for clock in line.split()[4:]] for line in re.findall(r"^\d{3}.*$", text, re.M)]
    assert events == [[0, s.timing.num_frames, s.start, s.end] for s in film.timeline.shots]
    assert re.findall("FROM CLIP NAME: (.*)", text) == ["title", "heap.mp4", "push", "recap"]
    assert re.findall("LOC: ([^ ]+)", text) == ["00:00:00:00", "00:00:01:15", "00:00:11:14"]
    assert text.isascii()
