import pytest

from vortex.core.errors import MissingExtra, PluginError
from vortex.core.plugins import Registries, load_plugins
from vortex.core.registry import Entry, Registry


def test_a_miss_suggests_the_nearest_name() -> None:
    registry = Registry("voice", {"espeak": Entry("json:loads")})
    with pytest.raises(PluginError, match="did you mean 'espeak'"):
        registry.load("espaek")


def test_a_clash_names_both_targets_and_the_same_target_twice_is_none() -> None:
    registry = Registry("voice", {"espeak": Entry("json:loads")})
    registry.add("espeak", Entry("json:loads"))
    with pytest.raises(PluginError, match="json:loads and by json:dumps"):
        registry.add("espeak", Entry("json:dumps"))


def test_a_dotted_path_is_a_name() -> None:
    assert Registry("voice").load("json:JSONDecoder")().decode("[1]") == [1]


def test_a_missing_package_names_the_extra_that_mends_it() -> None:
    registry = Registry("voice", {"neural": Entry("no_such_package_here:Voice", extra="tts")})
    with pytest.raises(MissingExtra, match=r"pip install 'vortex-film\[tts\]'"):
        registry.load("neural")


def test_a_wrong_attribute_is_told() -> None:
    with pytest.raises(PluginError, match="json has no 'nothing'"):
        Registry("voice").load("json:nothing")
    with pytest.raises(PluginError, match="json:loads is no class; name an engine's class"):
        Registry("voice").load("json:loads")


class Point:
    """An entry point that is not installed."""

    name = "acme"
    value = "acme:register"

    def __init__(self, register: object) -> None:
        self._register = register

    def load(self) -> object:
        return self._register


def test_a_plugin_registers_through_the_door() -> None:
    def register(registries: Registries) -> None:
        registries["speech"].add("acme", Entry("json:loads"))

    assert "acme" in load_plugins([Point(register)])["speech"]  # type: ignore[list-item]


def test_a_plugin_that_fails_is_named() -> None:
    def register(registries: Registries) -> None:
        raise RuntimeError("no luck")

    with pytest.raises(PluginError, match=r"'acme' \(acme:register\) failed: no luck"):
        load_plugins([Point(register)])  # type: ignore[list-item]


def test_the_built_in_engines_come_through_the_same_door() -> None:
    assert "espeak" in load_plugins()["speech"]
