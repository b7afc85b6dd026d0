"""One finished film that many tests look at, and a copy of it for those that change it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bad_input.command import FAST, environment, vortex
from bad_input.files import KETTLE


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep settings and caches of this machine's user out of the tests."""
    home = tmp_path_factory.mktemp("home")
    before, within = dict(os.environ), environment(home)
    os.environ.clear()
    os.environ.update(within)
    yield home
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a film of 15 s that was made without trouble; not to be changed."""
    folder = tmp_path_factory.mktemp("finished") / "film"
    done = vortex("make", KETTLE, "-o", folder, "--seconds", "15", *FAST, cwd=folder.parent)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def film(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished film's folder."""
    return Path(shutil.copytree(finished, tmp_path / "film", symlinks=True))
