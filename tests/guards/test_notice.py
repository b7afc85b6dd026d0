"""What the package ships, and what it installs, is named in NOTICE."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf8")
FONTS = ROOT / "src/vortex/visuals/fonts"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
OTHER_NAMES = {"av": "PyAV", "skia-python": "Skia", "pypdfium2": "PDFium"}


def packages() -> list[str]:
    shipped = [
        PROJECT["dependencies"],
        *(PROJECT["optional-dependencies"][extra] for extra in ("embed", "docx", "llm", "models")),
    ]
    return [re.split(r"[<>=~!\[]", each)[0] for group in shipped for each in group]


@pytest.mark.parametrize("package", packages())
def test_a_package_is_named(package: str) -> None:
    assert OTHER_NAMES.get(package, package).lower() in NOTICE.lower()


@pytest.mark.parametrize("font", sorted(file.stem for file in FONTS.iterdir() if file.suffix in (".otf", ".ttf")))
def test_a_font_is_named_and_its_licence_stands_beside_it(font: str) -> None:
    family = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", font.partition("-")[0]).replace("Jet Brains", "JetBrains")
    assert family in NOTICE
    assert any(FONTS.glob(f"OFL-{family.split()[0]}*.txt"))
