"""How a book is divided: at chapters where that is good, inside large ones, several small ones together."""

import pytest

from vortex.core.errors import ConfigError
from vortex.production.episodes import Unit, plan_episodes, words_for

SIZES = {
    "1 Start": (100, {}),
    "2 Small": (300, {}),
    "3 Even": (0, {"3.1 One": 500, "3.2 Two": 600}),
    "4 Large": (100, {"4.1 A": 900, "4.2 B": 800, "4.3 C": 700, "4.4 D": 900}),
    "5 End": (1000, {}),
}


def book() -> list[Unit]:
    units = []
    for chapter, (own, inner) in SIZES.items():
        units += [Unit((chapter,), own, ("1",))] if own else []
        units += [Unit((chapter, name), words, ("2",)) for name, words in inner.items()]
    return units


def test_every_section_is_in_one_episode_in_order() -> None:
    units = book()
    for count in range(1, len(units) + 1):
        episodes = plan_episodes(units, 1000, count)
        assert [unit for episode in episodes for unit in episode.units] == units
        assert [episode.number for episode in episodes] == list(range(1, count + 1))


def test_small_chapters_share_an_episode_and_large_ones_are_divided() -> None:
    episodes = plan_episodes(book(), 1100)
    chapters = [sorted({unit.section[0] for unit in episode.units}) for episode in episodes]
    assert chapters[0][:2] == ["1 Start", "2 Small"]
    assert chapters[-1] == ["5 End"]
    large = [episode for episode in episodes if episode.units[0].section[0] == "4 Large"]
    assert len(large) >= 2
    assert all(episode.words <= 2 * 1100 for episode in episodes)


def test_names_bring_the_sections_of_the_episode_and_no_others() -> None:
    for count in range(1, 9):
        units = book()
        for episode in plan_episodes(units, 1000, count):
            brought = {unit.section for unit in units for name in episode.sections if brings(name, unit)}
            assert brought == {unit.section for unit in episode.units}


def brings(name: str, unit: Unit) -> bool:
    whole = name.removesuffix(" > .")
    return unit.name == whole or (whole == name and unit.name.startswith(f"{name} > "))


def test_titles_say_what_an_episode_is_about() -> None:
    titles = {episode.units[0].section: episode.title for episode in plan_episodes(book(), 1100)}
    assert titles["4 Large",].startswith("Large: A")
    assert titles["5 End",] == "End"


def test_more_episodes_than_sections_are_refused() -> None:
    with pytest.raises(ConfigError, match="--episodes 99: the book has 10 sections with text"):
        plan_episodes(book(), 1000, 99)


def test_longer_episodes_take_more_of_the_book() -> None:
    assert words_for(180, 165) == 3 * words_for(60, 165) == 4950


def test_a_book_of_a_thousand_sections_is_divided_at_once() -> None:
    units = [Unit((f"{n // 20}", f"{n}"), 200 + 13 * n % 400, ()) for n in range(1000)]
    episodes = plan_episodes(units, 4000)
    assert 40 <= len(episodes) <= 120
