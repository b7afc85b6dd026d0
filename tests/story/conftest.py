"""Material for stories: real documents as the reader gives them, and tiny ones made by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vortex.core.document import Block, Box, Document, Page, Passage
from vortex.knowledge.documents import read_document
from vortex.knowledge.passages import make_passages
from vortex.story.material import Material

Make = Callable[..., Material]


@pytest.fixture(scope="session")
def film_article(article: Path, tmp_path_factory: pytest.TempPathFactory) -> Material:
    return read(article, tmp_path_factory)


@pytest.fixture(scope="session")
def planner_page(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Material:
    return read(inputs / "sqlite-queryplanner.html", tmp_path_factory)


def read(path: Path, factory: pytest.TempPathFactory) -> Material:
    document = read_document(path, factory.mktemp("assets"))
    passages = make_passages(document).kept
    return Material((document,), passages, tuple(passage.id for passage in passages))


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a function that makes material of one passage from paragraphs or (kind, text) pairs."""
    return made


def made(*parts: str | tuple[str, str], paged: bool = True, title: str = "A Tale of Two Indexes") -> Material:
    blocks = tuple(
        Block(
            id=f"b{number:04d}",
            kind=part[0] if isinstance(part, tuple) else "paragraph",  # type: ignore[arg-type]
            text=part[1] if isinstance(part, tuple) else part,
            page=number % 2 if paged else 0,
            box=Box(0.1, 0.1 + 0.05 * number, 0.9, 0.14 + 0.05 * number) if paged else None,
            section=("1 Searching",),
        )
        for number, part in enumerate(parts)
    )
    pages = (Page(0, "iv", 612, 792), Page(1, "1", 612, 792)) if paged else (Page(0, ""),)
    document = Document("doc", "tales/two.pdf", title, "en", pages, blocks)
    prose = [block for block in blocks if block.kind in ("paragraph", "item")]
    passage = Passage(
        id="doc:0",
        source="two.pdf",
        chunk_index=0,
        start_word=0,
        end_word=0,
        pages=(0, 1),
        labels=("iv", "1"),
        boxes=(),
        section=("1 Searching",),
        text="\n\n".join(block.text for block in prose),
        blocks=tuple(block.id for block in blocks),
    )
    return Material((document,), (passage,), ("doc:0",))
