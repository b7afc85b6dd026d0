import pytest

from vortex.core.errors import MediaError
from vortex.media.language import three_letters, two_letters


@pytest.mark.parametrize(
    ("tag", "code"), [("en", "eng"), ("pt-BR", "por"), ("zh_Hans", "zho"), ("DEU", "deu"), ("yue", "yue")]
)
def test_tags_become_three_letters(tag, code):
    assert three_letters(tag) == code


def test_codes_are_shortened_where_they_can_be():
    assert [two_letters(code) for code in ("eng", "yue", "und")] == ["en", "yue", "und"]


@pytest.mark.parametrize("tag", ["", "xx", "english"])
def test_unknown_tags_are_refused(tag):
    with pytest.raises(MediaError, match="three-letter"):
        three_letters(tag)
