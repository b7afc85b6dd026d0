import pytest

from vortex.core.errors import SourceError
from vortex.story.coverage import require_coverage
from vortex.story.material import Material


def test_a_topic_that_is_covered_passes(planner_page: Material) -> None:
    assert require_coverage(planner_page, "binary search of an index") == ()
    assert require_coverage(planner_page, "") == ()


def test_a_word_that_is_missing_is_noted(planner_page: Material) -> None:
    (note,) = require_coverage(planner_page, "covering index of elephants")
    assert "'elephants'" in note


def test_another_topic_is_refused_with_what_there_is(planner_page: Material) -> None:
    with pytest.raises(SourceError, match=r"sqlite-queryplanner.html says nothing about 'quantum gravity'.*nearest"):
        require_coverage(planner_page, "quantum gravity")


def test_no_passage_is_no_source() -> None:
    with pytest.raises(SourceError, match="no passage"):
        require_coverage(Material((), ()), "")
