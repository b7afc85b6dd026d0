"""Orders that a source, a voice or a machine cannot fill."""

import json
from pathlib import Path

import pytest

from bad_input.command import FAST, vortex
from bad_input.files import KETTLE
from vortex.core.errors import MissingExtra
from vortex.visuals.fonts import FontShelf

KHMER = """# មនុស្ស

មនុស្ស ទាំងអស់ កើតមក មាន សេរីភាព និង ភាព ស្មើៗគ្នា ក្នុង សិទ្ធិ និង សេចក្ដីថ្លៃថ្នូរ ។ មនុស្ស គ្រប់រូប សុទ្ធតែ មាន វិចារណញ្ញាណ និង សតិសម្បជញ្ញៈ ហើយ
ត្រូវ ប្រព្រឹត្ដ ចំពោះ គ្នា ទៅវិញទៅមក ក្នុង ស្មារតី រាប់អាន គ្នា ជា បងប្អូន ។
"""
TAGALOG = """# Ang takure

Ang takure ay isang sisidlan na ginagamit sa pagpapakulo ng tubig. Karamihan sa mga takure ay naglalaman ng isa
hanggang dalawang litro ng tubig. Ang takip ay nagpapanatili ng singaw sa loob, kaya mas mabilis kumulo ang tubig.
"""
GERMAN = """# Der Kessel

Der Kessel ist ein Gefäß, in dem man Wasser zum Kochen bringt. Die meisten Kessel fassen einen bis zwei Liter Wasser.
Der Deckel hält den Dampf im Inneren, so dass das Wasser früher kocht und weniger Wärme verloren geht.
"""
JAPANESE_WORD = """# The word for kettle

The Japanese word for a kettle is 薬缶, and it is read yakan. Its first character 薬 means medicine, because vessels
were first used to boil herbs. The second character 缶 means a can or a pot that is made of metal.
"""


@pytest.fixture
def plan(tmp_path: Path):
    """Return a function that plans a film of a text and returns how the command ended."""

    def run(text: str, *args: str):
        (tmp_path / "text.md").write_text(text, encoding="utf8")
        return vortex("plan", "text.md", "-o", "film", "-q", "--seconds", "15", *FAST, *args, cwd=tmp_path)

    return run


def test_a_language_that_no_voice_speaks(plan, tmp_path: Path) -> None:
    done = plan(KHMER)
    assert done.code == 4
    assert "text.md is in 'km', which the voice 'espeak' does not speak" in done.error
    assert "--set voice.engine=NAME" in done.error
    assert not (tmp_path / "film/script.json").exists()


def test_a_language_that_cannot_be_told_is_not_taken_for_english(plan) -> None:
    done = plan(TAGALOG)
    assert done.code == 4
    assert "its language cannot be told; name it, such as --language" in done.error
    named = plan(TAGALOG, "--language", "tl")
    assert (named.code, "'tl', which the voice 'espeak' does not speak" in named.error) == (4, True)


def test_a_language_that_the_source_is_not_in(plan) -> None:
    done = plan(GERMAN, "--language", "fr")
    assert done.code == 2
    assert "language = 'fr': text.md is in 'de'" in done.error
    assert "language = 'Deutsch': write an ISO 639-1 code" in plan(GERMAN, "--language", "Deutsch").error


def test_a_parameter_without_a_lesson_is_not_dropped_in_silence(tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "film", "--parameter", "rows=5", *FAST, cwd=tmp_path)
    assert done.code == 2
    assert "parameter rows: only a lesson takes parameters" in done.error


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((KETTLE, "--topic", "steam"), "--topic: a series tells a whole book"),
        ((KETTLE, "--parameter", "rows=5"), "--seed and --parameter are for a lesson"),
        ((KETTLE, "--seed", "3"), "--seed and --parameter are for a lesson"),
        ((KETTLE, KETTLE), "a series is made of one book, and 2 sources were named"),
        ((KETTLE, "--episodes", "99"), "ask for at most as many"),
        ((), "a series is made of one book, and 0 sources were named"),
    ],
)
def test_what_no_series_can_be_made_of(args: tuple[object, ...], message: str, tmp_path: Path) -> None:
    done = vortex("make", *args, "--series", "-o", "series", *FAST, cwd=tmp_path)
    assert done.code == 2
    assert message in done.error
    assert not (tmp_path / "series" / "episode-01").exists()


def test_sources_in_two_languages(plan) -> None:
    done = plan(GERMAN, str(KETTLE))
    assert done.code == 4
    assert "text.md in 'de' and kettle.md in 'en'; make one film each" in done.error


def test_a_script_without_a_font_is_named_with_a_package(tmp_path: Path) -> None:
    try:
        FontShelf().ensure("薬缶")
    except MissingExtra:
        pass
    else:
        pytest.skip("this machine has a font for Chinese characters")
    (tmp_path / "word.md").write_text(JAPANESE_WORD, encoding="utf8")
    done = vortex("make", "word.md", "-o", "film", "-q", "--seconds", "20", *FAST, cwd=tmp_path)
    assert done.code == 3
    assert "(cjk); install one, such as fonts-noto-cjk" in done.error
    assert list((tmp_path / "film/build/voice").iterdir()), "what was spoken must stay"


def test_a_topic_that_the_document_does_not_cover(tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "film", "--topic", "quantum chromodynamics", *FAST, cwd=tmp_path)
    assert done.code == 4
    assert "kettle.md says nothing about 'quantum chromodynamics'" in done.error
    assert "How a whistle works" in done.error, "the sections nearest to the topic must be named"


def test_no_source_at_all(tmp_path: Path) -> None:
    done = vortex("make", "-o", "film", cwd=tmp_path)
    assert (done.code, "vortex lessons list" in done.error) == (2, True)


def test_a_topic_that_no_lesson_teaches(tmp_path: Path) -> None:
    done = vortex("make", "--topic", "the French Revolution", "-o", "film", cwd=tmp_path)
    assert (done.code, "choose one of the lessons: a-star" in done.error) == (4, True)
    assert not (tmp_path / "film/out/film.mp4").exists()


@pytest.mark.parametrize(
    ("parameter", "said"), [("rows=99", "from 4 to 10"), ("ponds=3", "there are: rows"), ("rows", "KEY=VALUE")]
)
def test_a_lesson_with_a_parameter_that_it_cannot_have(tmp_path: Path, parameter: str, said: str) -> None:
    done = vortex("make", "--topic", "a-star", "--parameter", parameter, "-o", "film", cwd=tmp_path)
    assert done.code == 2 and said in done.error


def test_five_seconds_are_refused_with_the_length_that_would_do(tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "film", "--seconds", "5", *FAST, cwd=tmp_path)
    assert done.code == 4
    least = done.error.rpartition("ask for at least ")[2]
    tiny = vortex("make", KETTLE, "-o", "film", "--seconds", least.replace(" s", ""), "--json", *FAST, cwd=tmp_path)
    assert (tiny.code, tiny.data["passed"], tiny.data["shots"]) == (0, True, 2)
    assert tiny.data["seconds"] <= 10


def test_half_an_hour_from_a_page_is_a_short_film_that_says_so(tmp_path: Path) -> None:
    short = "\n\n".join(KETTLE.read_text(encoding="utf8").split("\n\n")[:2])
    (tmp_path / "page.md").write_text(short, encoding="utf8")
    done = vortex("make", "page.md", "-o", "film", "--seconds", "30m", "--json", *FAST, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.data["seconds"] < 60
    report = json.loads((tmp_path / "film/out/report.json").read_text())
    note = "The source holds too few sentences that can be told for 30 min 00 s; the film lasts about"
    assert any(note in each for each in report["notes"])
    assert note in done.err


@pytest.mark.parametrize(
    ("setting", "code", "message"),
    [
        ("render.height=241", 2, "render.height = 241: must be even"),
        ("render.height=100", 2, "render.height = '100' from flag: must lie between 240 and 2160"),
        ("render.fps=23", 2, "render.fps = '23' from flag: must be one of 24, 25, 30, 50, 60"),
        ("film.music=gone.mp3", 2, "film.music = 'gone.mp3': there is no such file"),
        ("film.writer=llm", 2, "llm.model is empty; name a model"),
        ("voice.name=nobody", 1, "espeak has, for the language 'en', no voice 'nobody'; choose one of"),
        ("voice.engine=nobody", 3, "no speech engine named 'nobody'; there are:"),
        ("voice.engine=json:loads", 3, "speech engine 'json:loads': json:loads is no class"),
    ],
)
def test_settings_that_cannot_be_met(setting: str, code: int, message: str, tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "film", "--seconds", "15", *FAST, "--set", setting, cwd=tmp_path)
    assert done.code == code
    assert message in done.error
    assert not (tmp_path / "film/build/takes").exists()


@pytest.mark.parametrize("seconds", ["4", "1801"])
def test_lengths_that_no_film_has(seconds: str, tmp_path: Path) -> None:
    done = vortex("make", KETTLE, "-o", "film", "--seconds", seconds, cwd=tmp_path)
    assert done.code == 2
    assert done.error.startswith(f"seconds = {seconds}: a film lasts 5 to 1800 s")
