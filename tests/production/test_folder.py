from pathlib import Path

import pytest

from vortex.core.errors import ConfigError, JobError
from vortex.production.folder import FilmFolder, brief_text, read_brief
from vortex.story.brief import Brief


@pytest.fixture
def film(tmp_path: Path) -> FilmFolder:
    folder = FilmFolder(tmp_path / "film")
    folder.prepare()
    return folder


def test_a_brief_comes_back_as_it_was_written(film: FilmFolder) -> None:
    said = {"SQL": "sequel", "B-tree": "bee tree"}
    brief = Brief(
        pronunciations=said, sources=('a "b".pdf', "ü.md"), topic="Tests \\ and\nmore", seconds=90, shape="9:16"
    )
    film.brief_file.write_text(brief_text(brief, {"render": {"height": 480}, "film": {"captions": False}}))
    assert read_brief(film.brief_file) == brief


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[brief]\nsecnods = 3", "unknown key 'secnods'"),
        ('[brief]\nseconds = "3"', "brief.seconds = '3' must be a whole number"),
        ("[brief]\nsources = [3]", "must be a list of file names"),
        ("[brief]\npronunciations = {SQL = 3}", "must be a table of words"),
        ("[film]\n", r"has no \[brief\] table"),
        ("brief = [", "cannot be read"),
    ],
)
def test_a_broken_brief_is_named(film: FilmFolder, text: str, message: str) -> None:
    film.brief_file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_brief(film.brief_file)


def test_what_a_person_edited_is_kept(film: FilmFolder) -> None:
    assert film.offer(film.script_file, "one")
    assert film.offer(film.script_file, "two")
    assert not film.edited(film.script_file)
    film.script_file.write_text("mine")
    assert film.edited(film.script_file)
    assert not film.offer(film.script_file, "three")
    assert film.script_file.read_text() == "mine"


def test_two_runs_do_not_share_a_folder(film: FilmFolder) -> None:
    with film.held(), pytest.raises(JobError, match="another run is at work"), FilmFolder(film.root).held():
        pass


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film").write_text("")
    with pytest.raises(ConfigError, match="is a file"):
        FilmFolder(tmp_path / "film").prepare()


def test_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        FilmFolder(Path("/proc/film")).prepare()
