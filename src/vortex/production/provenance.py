"""What a film is made of: every source, font, voice, model, library and sound, with licence, hash and origin.

The licences of our own dependencies are stated here, because what packages say of themselves is not of one form. What
a user brings (documents, music, pictures, models behind an address) has the licence that the user knows.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

from vortex.core.settings import Settings
from vortex.core.version import VERSION
from vortex.production.build import code_version, file_digest
from vortex.production.crew import Crew
from vortex.production.folder import FilmFolder
from vortex.production.judging import FilmParts
from vortex.review.film import Origin
from vortex.visuals.fonts import font_shelf
from vortex.visuals.record import read_record

BROUGHT = "unknown: stated by whoever gave it"
_OWN = "Apache-2.0"
_FONT_LICENCE = "OFL-1.1"
_VOICES = {"espeak": "GPL-3.0-or-later"}
"""Licences of the programs that speak; what they speak belongs to whoever wrote it."""
_STIX = ("ziamath", "fonts/STIXTwoMath-Regular.ttf")


@dataclass(frozen=True, slots=True)
class _Library:
    """A package and what it does for a film."""

    licence: str
    does: str
    needed_for: str = ""
    """What of a film needs it; "" means every film."""


_LIBRARIES: dict[str, _Library] = {
    "av": _Library("BSD-3-Clause", "encodes picture and sound; its wheels hold FFmpeg and x264 (GPL-2.0-or-later)"),
    "skia-python": _Library("BSD-3-Clause", "draws"),
    "numpy": _Library("BSD-3-Clause", "mixes and masters the sound"),
    "pillow": _Library("MIT-CMU", "reads and writes pictures"),
    "networkx": _Library("BSD-3-Clause", "lays out flows and graphs", "graph"),
    "pygments": _Library("BSD-2-Clause", "colours listings", "code"),
    "ziamath": _Library("MIT", "sets formulas", "formula"),
    "ziafont": _Library("MIT", "reads the font of formulas", "formula"),
    "latex2mathml": _Library("MIT", "reads formulas", "formula"),
    "pypdfium2": _Library("Apache-2.0 OR BSD-3-Clause", "reads and renders pages", ".pdf"),
    "lxml": _Library("BSD-3-Clause", "reads pages of the web and books", ".html"),
    "markdown-it-py": _Library("MIT", "reads Markdown", ".md"),
    "python-docx": _Library("MIT", "reads documents of word processors", ".docx"),
    "espeakng-loader": _Library("GPL-3.0-or-later", "holds espeak-ng, which speaks in a process of its own", "espeak"),
    "tokenizers": _Library("Apache-2.0", "cuts text for the embedder", "minilm"),
    "safetensors": _Library("Apache-2.0", "reads the embedder's weights", "minilm"),
}
_ALIKE = {".htm": ".html", ".xhtml": ".html", ".epub": ".html", ".markdown": ".md"}
_GRAPHS = ("flow", "graph", "tree", "network")


def origins(parts: FilmParts, crew: Crew, settings: Settings, folder: FilmFolder) -> tuple[Origin, ...]:
    """Return everything that a film is made of, sources first."""
    return (
        *_sources(parts, folder),
        *_given("music", [Path(settings.film.music)] if settings.film.music else []),
        *_given("picture", _own_pictures(parts, folder)),
        *_fonts(parts),
        *_engines(parts, crew, settings),
        *_generated(parts),
        *_libraries(_needs(parts, crew)),
        Origin("program", "vortex", VERSION, _OWN, code_version("."), "hash of its source code"),
    )


def _sources(parts: FilmParts, folder: FilmFolder) -> Iterator[Origin]:
    for document in parts.library.documents:
        path = Path(document.path)
        own = path.resolve().is_relative_to(folder.root.resolve())
        licence, told = (_OWN, "written by the lesson") if own else (BROUGHT, document.title)
        yield Origin("source", path.name, "", licence, file_digest(path), told)


def _given(kind: str, paths: list[Path]) -> Iterator[Origin]:
    for path in paths:
        yield Origin(kind, path.name, "", BROUGHT, file_digest(path), "given by the user")


def _own_pictures(parts: FilmParts, folder: FilmFolder) -> list[Path]:
    shown = {text for shot in parts.board.shots for text in _texts(shot.params)}
    return [path for path in sorted(folder.pictures.glob("*")) if path.name in shown]


def _fonts(parts: FilmParts) -> Iterator[Origin]:
    """Yield every font that may have drawn a character of the film, by the rules of the font shelf."""
    texts = {element.text for take in parts.takes for element in read_record(take.take.layout).elements}
    vendored = Path(str(files("vortex.visuals"))) / "fonts"
    for file in font_shelf().drawing("".join(sorted({char for text in texts for char in text}))):
        ours = file.parent == vendored
        licence = _FONT_LICENCE if ours else "unknown: installed on this machine"
        yield Origin("font", file.name, "", licence, file_digest(file), "ships with vortex" if ours else str(file))
    if "formula" in _shown(parts):
        file = Path(str(files(_STIX[0]))) / _STIX[1]
        yield Origin("font", file.name, "", _FONT_LICENCE, file_digest(file), f"ships with {_STIX[0]}")


def _engines(parts: FilmParts, crew: Crew, settings: Settings) -> Iterator[Origin]:
    speech, video, embedder = crew.speech, crew.video, crew.embedder
    script, voice, llm = parts.script, settings.voice, settings.llm
    yield Origin("writer", script.writer, getattr(crew.writer, "version", ""), _OWN, "", script.rung)
    if settings.film.writer == "llm" and not crew.lesson:
        yield Origin("model", llm.model or llm.engine, "", BROUGHT, "", f"{llm.engine} at {llm.base_url}")
    spoken_by = _VOICES.get(speech.name, BROUGHT)
    yield Origin("voice", f"{speech.name} {voice.name}".strip(), speech.version, spoken_by, "", speech.rung)
    yield Origin("pictures", video.name, video.version, _OWN if video.name == "drawn" else BROUGHT, "", video.rung)
    if embedder is not None and parts.brief.topic and not crew.lesson:
        licence = "Apache-2.0" if embedder.name == "minilm" else BROUGHT
        yield Origin("model", embedder.name, embedder.version, licence, "", f"found the passages; {embedder.rung}")


def _generated(parts: FilmParts) -> Iterator[Origin]:
    """Yield what models made: the picture of each shot, by the hash of its file, and each model once."""
    for made in parts.generated:
        shot = next(each for each in parts.board.shots if each.id == made.shot)
        file = parts.library.assets / str(shot.params["video" if shot.kind == "clip" else "image"])
        told = f"{made.shot}: {made.model}, {made.way}, seed {made.seed}, prompt {shot.params['prompt']!r}"
        yield Origin("generated", file.name, made.engine, BROUGHT, file_digest(file), told)
    for model, engine, rung in dict.fromkeys((each.model, each.engine, each.rung) for each in parts.generated):
        yield Origin("model", model, "", BROUGHT, "", f"made pictures; {engine}, {rung}")


def _needs(parts: FilmParts, crew: Crew) -> frozenset[str]:
    kinds = {Path(document.path.removesuffix(".gz")).suffix.lower() for document in parts.library.documents}
    searched = crew.embedder.name if crew.embedder and parts.brief.topic and not crew.lesson else ""
    return frozenset({*_shown(parts), *(_ALIKE.get(kind, kind) for kind in kinds), crew.speech.name, searched, ""})


def _shown(parts: FilmParts) -> frozenset[str]:
    """Return what the shots show that asks for more than drawing."""
    kinds = {shot.kind for shot in parts.board.shots}
    found = {"graph"} if kinds.intersection(_GRAPHS) else set()
    found |= {"code"} & kinds
    return frozenset(found | ({"formula"} if any(_has_formula(shot.params) for shot in parts.board.shots) else set()))


def _has_formula(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value.get("latex")) or any(map(_has_formula, value.values()))
    return any(map(_has_formula, value)) if isinstance(value, (list, tuple)) else False


def _libraries(needs: frozenset[str]) -> Iterator[Origin]:
    for name, library in _LIBRARIES.items():
        if library.needed_for not in needs:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        listed = hashlib.sha256("\n".join(_files_of(package.read_text("RECORD") or "")).encode()).hexdigest()
        told = f"pkg:pypi/{name}@{package.version}: {library.does}"
        yield Origin("library", name, package.version, library.licence, listed, told)


def _files_of(record: str) -> list[str]:
    """Return the lines of a package's list of files and hashes that are the same wherever it is installed."""
    own = [line for line in record.splitlines() if not line.startswith("..") and "__pycache__/" not in line]
    return sorted(line for line in own if ".dist-info/" not in line)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
