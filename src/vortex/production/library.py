"""Reading the sources of a film and finding what they say about its topic."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from vortex.core.document import Document, Passage
from vortex.core.errors import ConfigError, SourceError
from vortex.core.events import Event, Listener
from vortex.core.settings import PassageSettings, SearchSettings, Settings
from vortex.core.units import counted
from vortex.engines.embed.base import Embedder
from vortex.knowledge.collection import Collection, Hit
from vortex.knowledge.documents import read_document, render_page
from vortex.knowledge.passages import Passages, Rejected, make_passages
from vortex.knowledge.topic import passages_about
from vortex.production.build import Build, code_version, digest, file_digest, writing
from vortex.story.material import Material
from vortex.story.storyboard import Storyboard

STAGE = "read"
_PAGE_WIDTH_PX = 1400
_DOCUMENT = TypeAdapter(Document)
_PASSAGES = TypeAdapter(Passages)


@dataclass(frozen=True, slots=True)
class Library:
    """What was read: documents with their passages, and the folder of all pictures."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    assets: Path

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a user should know about the reading."""
        return tuple(warning for document in self.documents for warning in document.warnings)


def read_library(build: Build, sources: Sequence[Path], settings: PassageSettings, listen: Listener) -> Library:
    """Read all sources; each is a step of the build, known by its bytes.

    Raises:
        SourceError: a source cannot be read or says nothing; names the file and what was seen.
    """
    listen(Event("stage_started", STAGE, 0, len(sources)))
    assets = build.root / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    documents: list[Document] = []
    passages: list[Passage] = []
    reused = 0
    for source in sources:
        folder, was_there = _read(build, source, settings)
        reused += was_there
        documents.append(_DOCUMENT.validate_json((folder / "document.json").read_bytes()))
        passages += _PASSAGES.validate_json((folder / "passages.json").read_bytes()).kept
        gather(folder / "assets", assets)
        listen(Event("progress", STAGE, len(documents), len(sources), source.name))
    for document in documents:
        for warning in document.warnings:
            listen(Event("warning", STAGE, message=warning))
    pages = sum(len(document.pages) for document in documents)
    counts = {"document": len(documents), "page": pages, "passage": len(passages)}
    text = ", ".join(counted(count, thing) for thing, count in counts.items())
    listen(Event("stage_finished", STAGE, len(sources), len(sources), text, reused))
    return Library(tuple(documents), tuple(passages), assets)


def search_library(
    build: Build, library: Library, topic: str, settings: SearchSettings, embedder: Embedder | None
) -> Material:
    """Return the material for a writer: all passages, those about ``topic`` ranked first."""
    if not topic:
        return Material(library.documents, library.passages)
    index = build.place("index", f"{code_version('core', 'knowledge')}.sqlite")
    index.parent.mkdir(exist_ok=True)
    with Collection.open(index) as collection:
        for document in library.documents:
            collection.add(document, [each for each in library.passages if each.id.startswith(f"{document.id}:")])
        ranked = passages_about(collection, topic, library.passages, embedder, settings.lexical_weight)
    return Material(library.documents, library.passages, ranked, topic)


def page_pictures(library: Library, board: Storyboard, file: Path) -> None:
    """Render the pages of the sources that the storyboard shows, where they are not in the assets yet.

    Raises:
        ConfigError: the storyboard in ``file`` asks for a page that no source has.
    """
    paths = {document.id: Path(document.path) for document in library.documents}
    pages = {document.id: len(document.pages) for document in library.documents}
    for place, need in enumerate(board.needs):
        if not 0 <= need.page < pages.get(need.document, 0):
            there = ", ".join(f"{name}: {count} pages" for name, count in pages.items())
            raise ConfigError(
                f"{file}: needs[{place}] asks for page {need.page} of document {need.document[:40]!r}, "
                f"which no source has ({there}); mend it, or delete the file to have it planned anew"
            )
        save_page(paths[need.document], need.page, library.assets / need.image)


def save_page(source: Path, page: int, file: Path) -> None:
    """Write the picture of a page, unless it is there; never half of it."""
    if file.is_file():
        return
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.write_bytes(render_page(source, page, _PAGE_WIDTH_PX))
    beside.replace(file)


def require_document(source: Path) -> None:
    """Make sure that there is a file to read.

    Raises:
        SourceError: there is none.
    """
    if not source.is_file():
        what = "is a folder" if source.is_dir() else "does not exist"
        raise SourceError(f"{source}: {what}; name a PDF, HTML, Markdown, text, EPUB or DOCX file")


def _read(build: Build, source: Path, settings: PassageSettings) -> tuple[Path, bool]:
    require_document(source)

    def make(folder: Path) -> None:
        (folder / "assets").mkdir()
        document = read_document(source, folder / "assets")
        passages = make_passages(document, settings)
        (folder / "document.json").write_bytes(_DOCUMENT.dump_json(document, indent=1))
        (folder / "passages.json").write_bytes(_PASSAGES.dump_json(passages, indent=1))

    key = digest(code_version("core", "knowledge"), str(source), file_digest(source), settings)
    result = build.step(STAGE, key, make)
    return result.folder, result.reused


def rejected_of(build: Build, source: Path, settings: PassageSettings) -> tuple[Rejected, ...]:
    """Return what was no evidence in a source, with the reasons."""
    folder, _ = _read(build, source, settings)
    return _PASSAGES.validate_json((folder / "passages.json").read_bytes()).rejected


def gather(pictures: Path, assets: Path) -> None:
    """Bring pictures, whose names are hashes of their content, into the one folder that shots look into."""
    for picture in pictures.iterdir():
        target = assets / picture.name
        if not target.exists():
            try:
                os.link(picture, target)
            except OSError:  # a file system without links
                target.write_bytes(picture.read_bytes())


def read_passages(source: Path, folder: Path | None, settings: PassageSettings) -> Passages:
    """Return the passages of one document, kept and rejected; with ``folder``, its work and pictures stay there."""
    if folder is not None:
        stage, _ = _read(Build(folder), source, settings)
        return _PASSAGES.validate_json((stage / "passages.json").read_bytes())
    with tempfile.TemporaryDirectory() as passing:
        return read_passages(source, Path(passing), settings)


def search_collection(
    query: str, sources: Sequence[Path], collection: Path, settings: Settings, embedder: Embedder | None, limit: int
) -> tuple[Hit, ...]:
    """Add sources to the collection in a file and return what it holds about ``query``, best first."""
    if not sources and not collection.is_file():
        raise SourceError(f"{collection}: there is no collection yet; name the documents to put into it")
    with writing(collection.parent):
        collection.touch()
    work = Build(collection.with_suffix(".build"))
    with Collection.open(collection, embedder, settings.search.lexical_weight) as opened:
        for source in sources:
            folder, _ = _read(work, source, settings.passages)
            document = _DOCUMENT.validate_json((folder / "document.json").read_bytes())
            opened.add(document, _PASSAGES.validate_json((folder / "passages.json").read_bytes()).kept)
        return opened.search(query, limit)
