from timeline.spoken_film import Film
from vortex.media.track import Chapter
from vortex.timeline.chapters import chapters, chapters_text


def test_chapters_of_a_film(film: Film) -> None:
    listed = chapters(film.timeline, "Heaps")
    starts = [shot.start / 30 for shot in film.timeline.shots]
    assert listed == (
        Chapter(0.0, "Heaps"),
        Chapter(starts[1], "What a heap is"),
        Chapter(starts[2], "Adding <one> & more"),
    )


def test_text() -> None:
    assert chapters_text([Chapter(0.0, "Start"), Chapter(65.9, "Two\nrows")]) == "0:00 Start\n1:05 Two rows\n"
    assert chapters_text([Chapter(0.0, "Start"), Chapter(3725, "Late")]) == "0:00:00 Start\n1:02:05 Late\n"
    assert chapters_text([]) == ""
