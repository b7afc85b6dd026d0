"""One finished film of the example document, small and fast, and copies of it for tests that change it."""

import shutil
from pathlib import Path

import pytest

from vortex.studio import Studio

ARTICLE = Path(__file__).parents[2] / "examples" / "article.pdf"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a film of 45 s with a title, pages, figures and sources; not to be changed."""
    folder = tmp_path_factory.mktemp("finished") / "film"
    settings = {"render.height": 240, "render.preset": "ultrafast", "search.embedder": "none"}
    Studio(settings).make(ARTICLE, out=folder, seconds=45)
    return folder


@pytest.fixture
def film(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished film's folder."""
    return Path(shutil.copytree(finished, tmp_path / "film", symlinks=True))
