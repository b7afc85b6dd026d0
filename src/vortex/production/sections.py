"""A film of some sections of its sources: what lies outside them is not there for whoever tells it."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from vortex.core.document import Document
from vortex.core.errors import SourceError
from vortex.production.library import Library
from vortex.story.brief import Brief
from vortex.story.material import Material

JOINT = " > "
ALONE = "."
"""Last part of the name of a section that is meant without the sections beneath it."""

BEFORE = "(before the first heading)"


def section_name(section: Sequence[str]) -> str:
    """Return how a section is named in a brief, such as ``2 Vectors > 2.1 Assignment``."""
    return JOINT.join(" ".join(title.split()) for title in section) or BEFORE


def narrowed(library: Library, brief: Brief) -> Library:
    """Return the part of a library that a brief's sections name, under the brief's title; all where it names none.

    Raises:
        SourceError: a name is none of a section, or the sections hold no passage; names the nearest.
    """
    if brief.sections:
        names = {name: _matching(name, library) for name in brief.sections}
        wanted = {section for found in names.values() for section in found}
        passages = tuple(each for each in library.passages if section_name(each.section) in wanted)
        if not passages:
            raise SourceError(
                f"the sections {', '.join(brief.sections)} hold no passage that could be told; name others"
            )
        documents = tuple(_only(document, wanted) for document in library.documents)
        library = replace(library, documents=documents, passages=passages)
    if brief.title:
        titled = tuple(replace(document, title=brief.title) for document in library.documents)
        library = replace(library, documents=titled)
    return library


def own_titles(material: Material, library: Library) -> Material:
    """Return the material with its documents under their own titles again, for whoever cites them."""
    titles = {document.id: document.title for document in library.documents}
    documents = tuple(replace(each, title=titles.get(each.id, each.title)) for each in material.documents)
    return replace(material, documents=documents)


def _only(document: Document, wanted: set[str]) -> Document:
    return replace(document, blocks=tuple(each for each in document.blocks if section_name(each.section) in wanted))


def _matching(name: str, library: Library) -> set[str]:
    known = dict.fromkeys(section_name(block.section) for document in library.documents for block in document.blocks)
    whole = name.removesuffix(JOINT + ALONE)
    alone = whole != name
    found = {each for each in known if each == whole or (not alone and each.startswith(whole + JOINT))}
    if not found:
        near = "; ".join(get_close_matches(whole, known, 3, 0.3))
        raise SourceError(f"no section {name!r} in the sources" + (f"; the nearest are: {near}" if near else ""))
    return found
