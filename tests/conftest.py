"""What all tests share: where things stand."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INPUTS = ROOT.parent / "shared" / "inputs"


@pytest.fixture(scope="session")
def inputs() -> Path:
    """Return the folder of real documents, or skip where it is not there."""
    if not INPUTS.is_dir():
        pytest.skip("the folder of real documents (../shared/inputs) is not here")
    return INPUTS


@pytest.fixture(scope="session")
def article() -> Path:
    """Return the example document that ships with the project."""
    return ROOT / "examples" / "article.pdf"
