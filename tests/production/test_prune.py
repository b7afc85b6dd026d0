"""What is forgotten is what the present film does not need: rendering afterwards makes nothing new."""

import json
import re
from pathlib import Path

from vortex.production import editing
from vortex.production.prune import Pruned
from vortex.studio import Studio


def pruned(film: Path, *, dry_run: bool = False) -> Pruned:
    with Studio().editing(film) as editor:
        return editor.prune(dry_run=dry_run)


def results(film: Path) -> set[str]:
    return {f"{path.parents[1].name}/{path.parent.name}" for path in film.glob("build/*/*/receipt.json")}


def test_after_pruning_the_film_is_rendered_without_making_anything(film: Path) -> None:
    with Studio().editing(film) as editor:
        editor.apply(lambda d, _: editing.set_order(d, "film", theme="dark"), "theme")
    Studio().make(out=film)
    Studio().make(out=film, aspect="9:16")
    before = results(film)
    forgotten = pruned(film)
    left = results(film)
    assert set(forgotten.results) == before - left
    assert {name.partition("/")[0] for name in forgotten.results} >= {"takes"}
    assert forgotten.freed_bytes > 0
    assert Studio().make(out=film).shots_made == 0
    assert Studio().make(out=film, aspect="9:16").shots_made == 0
    assert results(film) == left, "nothing was made that was not there"
    assert pruned(film).results == ()


def test_a_dry_run_says_what_would_be_freed_and_forgets_nothing(film: Path) -> None:
    shots = [shot["id"] for shot in json.loads((film / "storyboard.json").read_text())["shots"]]
    with Studio().editing(film) as editor:
        editor.apply(lambda d, g: editing.drop(d, g.material, shots[2]), "drop")
    Studio().make(out=film)
    before = results(film)
    would = pruned(film, dry_run=True)
    assert results(film) == before
    assert pruned(film) == would


def test_pictures_that_no_shot_and_no_source_needs_are_forgotten(film: Path) -> None:
    assets = film / "build/assets"
    kept = {file.name for file in assets.iterdir()}
    (assets / "left over.png").write_bytes(b"x" * 1000)
    (assets / "page-0123456789abcdef-0001.png").write_bytes(b"x" * 1000)
    assert set(pruned(film).pictures) == {"left over.png", "page-0123456789abcdef-0001.png"}
    assert {file.name for file in assets.iterdir()} == kept
    assert any(re.match("page-", name) for name in kept)
