"""Printed labels and running heads, from lines alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vortex.knowledge.pdf.furniture import find_furniture
from vortex.knowledge.pdf.lines import Font, Line, PdfPage, Run

ROMANS = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv"]


def line(text: str, left: float, baseline: float) -> Line:
    return Line((Run(text, left, left + 5 * len(text), baseline, 10, Font("Serif")),))


def page(index: int, *edges: Line) -> PdfPage:
    body = [line(f"prose of page {index} in row {row}", 72, 150 + 12 * row) for row in range(30)]
    return PdfPage(index, 612, 792, (*edges, *body))


@given(st.integers(1, 900), st.integers(4, 12), st.sets(st.integers(0, 11), max_size=2))
def test_numbers_in_sequence_are_labels_and_gaps_between_them_are_filled(first, count, silent):
    pages = [page(n, *([] if n in silent else [line(str(first + n), 60 if n % 2 else 500, 750)])) for n in range(count)]
    labels = find_furniture(pages).labels
    spoken = [n for n in range(count) if n not in silent]
    if len(spoken) >= 3:
        inner = range(min(spoken), max(spoken) + 1)
        assert [labels[n] for n in inner] == [str(first + n) for n in inner]


@pytest.mark.parametrize("form", ["{}", "- {} -", "Page {}", "{} of 30", "{} | Heaps"])
def test_forms_of_page_numbers(form):
    found = find_furniture([page(n, line(form.format(n + 40), 300, 760)) for n in range(6)])
    assert found.labels == ("40", "41", "42", "43", "44", "45")
    assert all(len(running) == 1 for running in found.running)


def test_roman_and_sectioned_labels():
    roman = [page(n, line(text, 300, 760)) for n, text in enumerate(ROMANS)]
    assert find_furniture(roman).labels == tuple(ROMANS)
    sectioned = [page(n, line(f"A-{n + 1}", 300, 760)) for n in range(5)]
    assert find_furniture(sectioned).labels == ("A-1", "A-2", "A-3", "A-4", "A-5")


def test_years_and_versions_at_the_edge_are_no_labels():
    found = find_furniture([page(n, line("Version 4 of 2015", 72, 40)) for n in range(8)])
    assert set(found.labels) == {""}
    assert [len(running) for running in found.running] == [1] * 8


def test_prose_at_the_edge_stays():
    pages = [page(n, line(f"A sentence of its own kind, word {chr(97 + n)}", 72, 40)) for n in range(8)]
    assert find_furniture(pages).running == (frozenset(),) * 8
