"""The commands that edit: what they print, for people and for machines, and how they fail."""

import json
from pathlib import Path

import pytest
from bad_input.command import vortex


def shots(film: Path) -> list[str]:
    return [shot["id"] for shot in json.loads((film / "storyboard.json").read_text())["shots"]]


def test_the_list_has_a_row_a_shot(film: Path) -> None:
    done = vortex("edit", "list", film, cwd=film.parent)
    rows = done.out.splitlines()
    assert rows[0].split()[:4] == ["shot", "start", "length", "kind"]
    assert [row.split()[0] for row in rows[1:]] == shots(film)
    told = vortex("edit", "list", film, "--json", cwd=film.parent).data
    assert [shot["id"] for shot in told["shots"]] == shots(film)
    assert told["to_make"] == []
    assert all(Path(shot["take"]).is_file() for shot in told["shots"])
    starts = [shot["start_s"] for shot in told["shots"]]
    assert starts == sorted(starts) and starts[0] == 0


def test_an_edit_says_what_has_to_be_made_and_how(film: Path) -> None:
    last = shots(film)[-1]
    done = vortex("edit", "drop", film, last, cwd=film.parent)
    assert done.out.startswith(f"drop {last}\n1 of {len(shots(film))} shots to make: ")
    assert done.out.rstrip().endswith(f"; run: vortex render {film}")
    undone = vortex("edit", "undo", film, "--json", cwd=film.parent)
    assert (undone.data["edit"], undone.data["to_make"]) == (f"undo: drop {last}", [])


def test_an_edit_may_make_the_film_at_once(film: Path) -> None:
    done = vortex("edit", "theme", film, "dark", "--render", "--json", "-q", cwd=film.parent)
    assert done.code == 0, done.err
    assert (done.data["made"]["passed"], done.data["made"]["shots_made"]) == (True, len(shots(film)))


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (("drop", "shot9"), 2, "no shot 'shot9'; "),
        (("move", "shot001"), 2, "say where to: give either --before or --after"),
        (("move", "shot001", "--before", "shot002", "--after", "shot003"), 2, "either --before or --after"),
        (("revoice",), 2, "nothing to change: give --voice or --wpm"),
        (("say", "s0002", "It explodes after 90 minutes."), 5, "check 'numbers': not in the quote: 90"),
        (("replace", "shot002", "--kind", "hologram"), 2, "no kind 'hologram'"),
        (("replace", "shot002", "--kind", "points", "--params", "gone.json"), 2, "gone.json: cannot be read as JSON"),
        (("undo",), 2, "there is no edit to undo"),
    ],
)
def test_what_cannot_be_done_is_told(command: tuple[str, ...], code: int, message: str, film: Path) -> None:
    done = vortex("edit", command[0], film, *command[1:], cwd=film.parent)
    assert done.code == code
    assert message in done.error


def test_a_folder_without_a_film_is_refused(tmp_path: Path) -> None:
    done = vortex("edit", "list", tmp_path, "--json", cwd=tmp_path)
    assert (done.code, done.data["error"]["type"]) == (2, "ConfigError")
    assert "holds no film.toml; run first: vortex plan SOURCE" in done.error


def test_parameters_come_from_a_file_or_one_by_one(film: Path) -> None:
    (film.parent / "points.json").write_text(json.dumps({"items": ["A kettle boils water"], "heading": "Old"}))
    chosen = ("--params", "points.json", "--params", "heading=New", "--kind", "points")
    done = vortex("edit", "replace", film, "shot002", *chosen, cwd=film.parent)
    assert done.code == 0, done.err
    shot = json.loads((film / "storyboard.json").read_text())["shots"][1]
    assert (shot["params"], shot["pinned"]) == ({"items": ["A kettle boils water"], "heading": "New"}, True)


def test_pruning_tells_what_is_freed(film: Path) -> None:
    vortex("edit", "theme", film, "dark", "--render", "-q", cwd=film.parent)
    would = vortex("prune", film, "--dry-run", cwd=film.parent)
    assert "would be freed" in would.out
    done = vortex("prune", film, "--json", cwd=film.parent)
    assert len([name for name in done.data["results"] if name.startswith("takes/")]) == len(shots(film))
    assert vortex("prune", film, cwd=film.parent).out.startswith("nothing forgotten")
