import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vortex.core.document import Block, Box, Document, Page, SetAside
from vortex.core.errors import ConfigError
from vortex.core.settings import PassageSettings, load_settings
from vortex.core.text import count_words
from vortex.knowledge.passages import make_passages

VOCABULARY = [
    "heap",
    "tree",
    "array",
    "queue",
    "graph",
    "node",
    "edge",
    "path",
    "sort",
    "merge",
    "search",
    "index",
    "table",
    "query",
    "plan",
    "page",
    "line",
    "word",
]


def document(texts: list[tuple[str, str]]) -> Document:
    blocks = tuple(
        Block(f"b{at}", "paragraph", text, page=at // 3, box=Box(0, 0, 1, 0.1), section=(section,))
        for at, (section, text) in enumerate(texts)
    )
    return Document("0" * 16, "docs/a.pdf", "a", "en", tuple(Page(n, f"{n + 5}") for n in range(99)), blocks)


def prose(num_words: int, seed: int) -> str:
    """Return made-up sentences of nine words, different for every seed."""
    chance = random.Random(seed)
    words = [chance.choice(VOCABULARY) for _ in range(num_words)]
    starts = [word.capitalize() if at % 9 == 0 else word for at, word in enumerate(words)]
    return " ".join(word + "." * (at % 9 == 8) for at, word in enumerate(starts))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), st.integers(1, 500)), min_size=1, max_size=25))
def test_every_word_is_kept_in_order_and_sections_never_mix(shape):
    texts = [(section, prose(size, seed)) for seed, (section, size) in enumerate(shape)]
    kept, rejected = make_passages(document(texts)).kept, make_passages(document(texts)).rejected
    words = [word for passage in kept for word in passage.text.split()]
    lost = Counter(word for reject in rejected for word in reject.text.split())
    assert Counter(words) + lost == Counter(word for _, text in texts for word in text.split())
    assert [passage.start_word for passage in kept][1:] == [passage.end_word for passage in kept][:-1]
    assert all(passage.end_word - passage.start_word == count_words(passage.text) for passage in kept)
    assert all(count_words(passage.text) <= 220 for passage in kept)


def test_short_paragraphs_are_merged():
    kept = make_passages(document([("A", prose(40, seed)) for seed in range(10)])).kept
    assert [count_words(passage.text) for passage in kept] == [160, 160, 80]
    assert kept[0].pages == (0, 1)
    assert kept[0].labels == ("5", "6")
    assert kept[0].source == "a.pdf"
    assert kept[0].blocks == ("b0", "b1", "b2", "b3")
    assert [page for page, _ in kept[0].boxes] == [0, 0, 0, 1]


def test_a_long_paragraph_is_split_at_sentences_only_when_asked():
    text = prose(600, 1)
    split = make_passages(document([("A", text)])).kept
    assert [count_words(passage.text) // 10 for passage in split] == [19, 19, 20]
    assert all(passage.text.rstrip().endswith(".") for passage in split[:-1])
    whole = make_passages(document([("A", text)]), PassageSettings(split_long=False)).kept
    assert [count_words(passage.text) for passage in whole] == [600]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("17 42 63 81 99 120 144 169 196 225 256 289 324 361 400 441 484", "high_digit"),
        ("+ - * / = < > ( ) [ ] { } ! ? # % & | ~ ^ . , ; : a b c d e f g", "low_alpha"),
        ("tbe qvck brwn fx jmps vr th lzy dg nd th ct st n th mt wth ht n", "ocr_noise"),
    ],
)
def test_what_is_no_prose_is_rejected_with_its_reason(text, reason):
    result = make_passages(document([("A", prose(60, 1)), ("A", text)]))
    assert [(reject.reason, reject.text, reject.label) for reject in result.rejected] == [(reason, text, "5")]


def test_near_duplicates_are_rejected_but_not_other_texts():
    text = prose(80, 3)
    changed = prose(80, 4)
    result = make_passages(document([("A", text), ("A", text + " Indeed."), ("A", changed)]))
    assert [reject.reason for reject in result.rejected] == ["near_duplicate"]


def test_what_was_set_aside_is_listed():
    plain = document([("A", prose(60, 1))])
    aside = Document(
        **{**{f: getattr(plain, f) for f in plain.__slots__}, "set_aside": (SetAside("toc", "1 Heaps", 2),)}
    )
    rejected = make_passages(aside).rejected
    assert [(reject.reason, reject.text, reject.page, reject.label) for reject in rejected] == [
        ("toc", "1 Heaps", 2, "7")
    ]


@pytest.mark.parametrize(("low", "high"), [(10, 50), (200, 100), (100, 5000)])
def test_bounds_that_make_no_sense(low, high):
    with pytest.raises(ConfigError, match=r"passages\.m"):
        load_settings({"passages.min_words": low, "passages.max_words": high}, environ={})
