from collections.abc import Callable
from dataclasses import replace

from vortex.core.claim import Claim
from vortex.core.document import Document
from vortex.story.budget import WordBudget
from vortex.story.material import Material
from vortex.story.planner.cards import pages_of
from vortex.story.writers.arrange import Group, is_aside
from vortex.story.writers.candidates import gather
from vortex.story.writers.rank import scores, vectors
from vortex.story.writers.select import Pool
from vortex.story.writers.titles import full_section, scene_title

TREASON = (
    "No person shall be convicted of Treason without two witnesses.",
    "The Congress shall declare the punishment of Treason.",
    "Nobody else may speak of Treason in the open court.",
)


def pool_of(material: Material) -> Pool:
    candidates = gather(material)
    texts = [candidate.text for candidate in candidates]
    return Pool(candidates, scores(candidates, "", [], "en"), vectors(texts, "en"), WordBudget(60))


def with_sections(material: Material, *sections: tuple[str, ...]) -> Document:
    document = material.documents[0]
    blocks = [replace(document.blocks[0], id=f"x{n}", section=section) for n, section in enumerate(sections)]
    return replace(document, blocks=(*blocks, *document.blocks))


def test_a_number_gets_the_name_that_its_sentences_are_about(make: Callable[..., Material]) -> None:
    material = make(*TREASON)
    pool = pool_of(material)
    group = Group(("Article III", "Section 3"), tuple(range(len(pool.candidates))))
    document = with_sections(material, group.section)
    assert scene_title(group, "The Law", "law", document, pool) == "Article III, Section 3: Treason"


def test_a_name_that_stands_everywhere_is_no_title(make: Callable[..., Material]) -> None:
    elsewhere = [f"The number {n} tells of Treason and of the king as well." for n in range(10, 20)]
    material = make(*TREASON, *elsewhere)
    pool = pool_of(material)
    group = Group(("Article III", "Section 3"), (0, 1, 2))
    document = with_sections(material, group.section)
    assert scene_title(group, "The Law", "law", document, pool) == "Article III, Section 3"


def test_a_numbered_section_finds_the_article_it_belongs_to(make: Callable[..., Material]) -> None:
    lost = ("The Congress shall have Power", "Section 9")
    document = with_sections(make(*TREASON), ("Article I", "Section 7"), lost, ("Article II", "Section 1"))
    assert full_section(lost, document) == ("Article I", "Section 9")
    alone = with_sections(make(*TREASON), lost)
    assert full_section(lost, alone) == lost


def test_letters_of_appendices_are_not_spoken(make: Callable[..., Material]) -> None:
    material = make(*TREASON)
    pool = pool_of(material)
    document = with_sections(material, ("A Figures",), ("B Tables",), ("C Layers",))
    group = Group(("C Layers",), (0, 1, 2))
    assert scene_title(group, "Dot", "dot", document, pool) == "Layers"
    lone = with_sections(material, ("C Programming",))
    assert scene_title(Group(("C Programming",), (0, 1, 2)), "Code", "code", lone, pool) == "C Programming"


def test_letters_of_appendices_are_not_shown_either(make: Callable[..., Material]) -> None:
    material = make(*TREASON, paged=False)
    document = with_sections(material, ("A Figures",), ("B Tables",), ("C Layers",))
    told = Material((document,), (replace(material.passages[0], section=("C Layers",)),), material.ranked)
    claim = Claim("s1", TREASON[0], "statement", document.id, passage=told.passages[0].id)
    assert pages_of(document, [claim], told) == "§ Layers"


def test_sections_about_the_document_are_asides() -> None:
    assert is_aside(("Acknowledgments",)) and is_aside(("7 Bibliography",)) and is_aside(("Preface",))
    assert not is_aside(("The Index of a Table",)) and not is_aside(("Sorting",))
