from xml.etree import ElementTree

from timeline.spoken_film import Film
from vortex.timeline.fcp7 import fcp7_xml
from vortex.timeline.handover import PartFiles


def test_tracks_and_markers(film: Film) -> None:
    shots = {shot.id: f"build/{shot.id}.mp4" for shot in film.shots}
    stems = {placed.id: f"build/{placed.id}.wav" for placed in film.timeline.sentences}
    text = fcp7_xml(film.timeline, "Heaps & co", PartFiles(shots, stems, "music.flac"), (1280, 720))
    sequence = ElementTree.fromstring(text)[0]
    assert sequence.findtext("name") == "Heaps & co"
    assert sequence.findtext("duration") == str(film.timeline.num_frames)
    assert sequence.findtext("media/video/format/samplecharacteristics/width") == "1280"
    video, captions, voice, music = (
        [(clip.findtext("name"), int(clip.findtext("start") or -1), int(clip.findtext("end") or -1)) for clip in track]
        for track in sequence.iter("track")
    )
    assert video == [(shot.id, shot.start, shot.end) for shot in film.timeline.shots]
    starts = [shot.start + caption.start for shot in film.timeline.shots for caption in shot.timing.captions]
    assert [start for _, start, _ in captions] == starts
    assert captions[0][0].startswith("A heap is")
    assert [(name, start) for name, start, _ in voice] == [(p.id, p.start) for p in film.timeline.sentences]
    assert music == [("music", 0, film.timeline.num_frames)]
    assert [marker.findtext("name") for marker in sequence.iter("marker")].count("p. 3") == 4


def test_parts_without_files_are_left_out(film: Film) -> None:
    sequence = ElementTree.fromstring(fcp7_xml(film.timeline, "Heaps", PartFiles({}, {}), (720, 720)))[0]
    shots, captions, voice = sequence.iter("track")
    assert [len(shots), len(voice)] == [0, 0]
    assert len(captions) == sum(len(shot.timing.captions) for shot in film.timeline.shots)
