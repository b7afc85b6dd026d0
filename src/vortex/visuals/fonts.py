"""The typefaces of a film: vendored files first, installed fonts for scripts that those lack, never boxes.

System font matching (Fontconfig) is never asked: fonts come from files in a fixed order, so that two machines set the
same text alike, and no warning about somebody's font settings reaches the screen.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from vortex.core.errors import MissingExtra
from vortex.visuals.graphics import skia

Family = Literal["text", "display", "mono"]

_FILES = {
    "Inter": ("Inter-Regular.otf", "Inter-Italic.otf", "Inter-SemiBold.otf", "Inter-Bold.otf"),
    "Inter Display": ("InterDisplay-SemiBold.otf",),
    "JetBrains Mono": ("JetBrainsMono-Regular.ttf", "JetBrainsMono-Bold.ttf"),
    "Noto Sans": ("NotoSans-Regular.ttf",),
    "Noto Sans Math": ("NotoSansMath-Regular.ttf",),
    "Noto Sans Symbols 2": ("NotoSansSymbols2-Regular.ttf",),
}
_FALLBACK = ("Noto Sans", "Noto Sans Math", "Noto Sans Symbols 2")
_CHAINS: dict[Family, tuple[str, ...]] = {
    "text": ("Inter", *_FALLBACK),
    "display": ("Inter Display", "Inter", *_FALLBACK),
    "mono": ("JetBrains Mono", "Inter", *_FALLBACK),
}
_PACKAGES = {
    "CJK": "fonts-noto-cjk",
    "HIRAGANA": "fonts-noto-cjk",
    "KATAKANA": "fonts-noto-cjk",
    "HANGUL": "fonts-noto-cjk",
    "FULLWIDTH": "fonts-noto-cjk",
    "IDEOGRAPHIC": "fonts-noto-cjk",
}


class FontShelf:
    """The fonts that a drawing may use; installed ones are added when a text needs them."""

    def __init__(self) -> None:
        self._manager: Any = skia.FontMgr.New_Custom_Empty()
        self._provider: Any = skia.textlayout.TypefaceFontProvider()
        self._faces: list[Any] = []
        self._files: list[tuple[str, Path]] = []
        """Family and file of each face."""
        self._extra: list[str] = []
        self._known: set[str] = set()
        folder = Path(__file__).parent / "fonts"
        for family, names in _FILES.items():
            for name in names:
                self._register(self._manager.makeFromFile(str(folder / name), 0), family, folder / name)
        self.collection: Any = skia.textlayout.FontCollection()
        self.collection.setDefaultFontManager(self._provider)

    def families(self, family: Family) -> list[str]:
        """Return the fallback chain of ``family``, best first."""
        return [*_CHAINS[family], *self._extra]

    def missing_glyphs(self, text: str) -> set[str]:
        """Return the characters of ``text`` that no font on the shelf can show."""
        fresh = {char for char in text if char not in self._known and _visible(char)}
        missing = {char for char in fresh if not any(_shows(face, char) for face in self._faces)}
        self._known |= fresh - missing
        return missing

    def ensure(self, text: str) -> None:
        """Make sure that every character of ``text`` can be shown, taking installed fonts where needed.

        Raises:
            MissingExtra: no installed font has a character; names the script and a package that has it.
        """
        for char in sorted(self.missing_glyphs(text)):
            if any(_shows(face, char) for face in self._faces):
                continue
            face, file = next((found for found in self._installed if _shows(found[0], char)), (None, Path()))
            if face is None:
                script = unicodedata.name(char, f"U+{ord(char):04X}").split()[0]
                package = "fonts-noto-color-emoji" if _emoji(char) else _PACKAGES.get(script, "fonts-noto-core")
                raise MissingExtra(
                    f"no font on this machine shows {char!r} ({script.lower()}); install one, such as {package}"
                )
            self._extra.append(face.getFamilyName())
            self._register(face, face.getFamilyName(), file)

    def drawing(self, text: str) -> tuple[Path, ...]:
        """Return the files of all fonts that may draw a character of ``text``, in the order of the shelf.

        In each chain that is the first family that shows the character, in all its weights.

        Raises:
            MissingExtra: see ``ensure``.
        """
        self.ensure(text)
        wanted: set[str] = set()
        for char in filter(_visible, set(text)):
            showing = {family for (family, _), face in zip(self._files, self._faces, strict=True) if _shows(face, char)}
            firsts = (next((name for name in self.families(chain) if name in showing), "") for chain in _CHAINS)
            wanted.update(firsts)
        return tuple(file for family, file in self._files if family in wanted)

    @cached_property
    def _installed(self) -> list[tuple[Any, Path]]:
        faces = ((self._manager.makeFromFile(path, 0), Path(path)) for path in _installed_files())
        return [(face, path) for face, path in faces if face is not None]

    def _register(self, face: Any, family: str, file: Path) -> None:
        self._provider.registerTypeface(face, skia.String(family))
        self._faces.append(face)
        self._files.append((family, file))


@lru_cache(maxsize=1)
def font_shelf() -> FontShelf:
    """Return the shelf of this process; making one reads all vendored files."""
    return FontShelf()


def _shows(face: Any, char: str) -> bool:
    return bool(face.unicharToGlyph(ord(char)))


def _visible(char: str) -> bool:
    """Return whether ``char`` needs a glyph: not white space, control, format or variation selector."""
    return not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf", "Mn", "Me")


def _emoji(char: str) -> bool:
    return 0x1F000 <= ord(char) <= 0x1FBFF


def _installed_files() -> Iterator[str]:
    """Yield the font files of this machine in a fixed order: plain sans before others, regular weights first."""
    home = Path.home()
    folders = {
        "darwin": [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"],
        "win32": [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"],
    }.get(sys.platform, [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts"])
    files = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc")
    ]
    yield from map(str, sorted(files, key=_plainness))


def _plainness(path: Path) -> tuple[bool, bool, str, str]:
    """Return by what installed fonts are put in order; a script's chancery or display hand is hard to read small."""
    plain = "Sans" in path.name and not re.search("Mono|Display|Looped|Condensed|Supplement", path.name)
    return not plain, "Regular" not in path.name, path.name, str(path)
