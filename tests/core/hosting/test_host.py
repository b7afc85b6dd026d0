"""Finding plugins, running them, and what is said where something is wrong."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from factories.plugins import host, write_plugin

from vortex.core.errors import ConfigError, EngineError, PluginError, PolicyError, SourceError
from vortex.core.plugins import PluginHost

NUMBERS = {"type": "object", "properties": {"values": {"type": "array", "items": {"type": "integer", "minimum": 1}}}}

NESTED = """
def run(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found
"""


@pytest.fixture(autouse=True)
def _protected(able: dict[str, str]) -> None:
    if able["every wall"]:
        pytest.skip(able["every wall"])


def test_a_plugin_is_found_and_run(tmp_path: Path) -> None:
    write_plugin(tmp_path, "def run(payload): return {'sum': sum(payload['values'])}", supported_lanes=[3, 2])
    plugins = host(tmp_path)
    assert [each.name for each in plugins.registry.list_plugins()] == ["probe"]
    done = plugins.executor.execute("probe", {"values": [1, 2, 3]}, timeout_ms=5000)
    assert (done.plugin, done.version, done.output, done.lane) == ("probe", "1.0.0", {"sum": 6}, 2)
    assert 0 < done.latency_ms < done.total_ms
    assert plugins.executor.execute("probe", {"values": []}, lane=3).lane == 3


def test_an_unknown_name_is_told_with_a_near_one(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    with pytest.raises(PluginError, match=r"no plugin named 'prob' in .*; did you mean 'probe'\? there are: probe"):
        host(tmp_path).executor.execute("prob", None)
    with pytest.raises(PluginError, match="there are: none"):
        host(tmp_path / "nowhere").executor.execute("probe", None)


def test_a_bad_plugin_does_not_stop_the_others(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    write_plugin(tmp_path, name="broken", deterministic="perhaps")
    registry = host(tmp_path).registry
    assert [each.name for each in registry.list_plugins()] == ["probe"]
    assert "deterministic = 'perhaps'" in registry.problems()["broken"]
    with pytest.raises(PluginError, match="deterministic = 'perhaps'"):
        registry.get("broken")


def test_two_plugins_of_one_name_are_both_refused(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    (tmp_path / "probe").rename(tmp_path / "first")
    write_plugin(tmp_path)
    registry = host(tmp_path).registry
    assert registry.list_plugins() == ()
    with pytest.raises(PluginError, match=r"plugin 'probe' is claimed by .*/first and by .*/probe; rename"):
        registry.get("probe")


def test_a_payload_that_breaks_its_schema_is_told_by_its_place(tmp_path: Path) -> None:
    write_plugin(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')", io__input_schema=NUMBERS)
    with pytest.raises(
        SourceError, match=r"breaks its input schema at \$.values\[1\]: 0 is less than the minimum of 1"
    ):
        host(tmp_path, trusted="probe").executor.execute("probe", {"values": [1, 0]})
    assert not (tmp_path / "ran").exists()


def test_an_output_that_breaks_its_schema_is_told_by_its_place(tmp_path: Path) -> None:
    write_plugin(tmp_path, "def run(payload): return {'values': [1, 'two']}", io__output_schema=NUMBERS)
    told = (
        r'what it returned breaks its output schema at \$.values\[1\]: "two" is not of type "integer"; mend the plugin'
    )
    with pytest.raises(EngineError, match=told):
        host(tmp_path).executor.execute("probe", None)


@pytest.mark.parametrize("payload", [{1, 2}, float("nan"), {"a": object()}])
def test_a_payload_that_is_no_json_is_refused(tmp_path: Path, payload: Any) -> None:
    write_plugin(tmp_path)
    with pytest.raises(SourceError, match="the payload is no JSON"):
        host(tmp_path).executor.execute("probe", payload)


@pytest.mark.parametrize("timeout_ms", [0, -5, float("inf"), float("nan")])
def test_a_time_that_is_none_is_refused(tmp_path: Path, timeout_ms: float) -> None:
    write_plugin(tmp_path)
    with pytest.raises(ConfigError, match="timeout_ms = "):
        host(tmp_path).executor.execute("probe", 1, timeout_ms)


def test_texts_of_all_kinds_come_back(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    payload = {"é": '日本語 🎬 \n\t"\\', "n": [0, -1, 1e-9, 12345678901234567890], "b": [True, None], "": {}}
    assert host(tmp_path).executor.execute("probe", payload).output == payload


def test_half_characters_and_deep_nesting_are_told(tmp_path: Path) -> None:
    write_plugin(
        tmp_path,
        "def run(payload): return payload if payload else '\\ud800'",
        io__input_schema={"type": ["string", "null"]},
    )
    executor = host(tmp_path).executor
    with pytest.raises(SourceError, match=r"at \$: '\\ud800' is half a character"):
        executor.execute("probe", "\ud800")
    with pytest.raises(EngineError, match=r"breaks its output schema at \$: '\\ud800' is half a character"):
        executor.execute("probe", None)
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(SourceError, match=r"at \$: Recursion limit reached"):
        executor.execute("probe", deep)


@pytest.mark.parametrize("depth", [900, 980, 990, 1000, 100_000])
def test_nesting_of_any_depth_comes_back_or_is_told(tmp_path: Path, depth: int) -> None:
    write_plugin(tmp_path, "import sys\nsys.setrecursionlimit(9000)\n" + NESTED)
    try:
        found = host(tmp_path).executor.execute("probe", depth).output
    except EngineError as error:
        assert any(each in str(error) for each in ("nested too deep", "recursion"))
        return
    for _ in range(depth):
        (found,) = found
    assert found == []


def test_a_large_payload_fits(tmp_path: Path) -> None:
    write_plugin(tmp_path, "def run(payload): return len(payload)")
    assert host(tmp_path).executor.execute("probe", "x" * 20_000_000).output == 20_000_000


def test_equal_calls_are_equal(tmp_path: Path) -> None:
    code = "import time\ndef run(payload): return [list({'a', 'b', 'c', 'd'}), hash('x'), time.tzname[0]]"
    write_plugin(tmp_path, code)
    outputs = [host(tmp_path).executor.execute("probe", None).output for _ in range(2)]
    assert outputs[0] == outputs[1]


def test_packages_that_are_installed_can_be_used(tmp_path: Path) -> None:
    code = "import numpy\ndef run(payload): return float(numpy.linalg.norm(numpy.array(payload, float)))"
    write_plugin(tmp_path, code)
    assert host(tmp_path).executor.execute("probe", [3, 4]).output == 5.0


def test_a_plugin_may_have_modules_of_its_own(tmp_path: Path) -> None:
    place = write_plugin(tmp_path, "from parts import words\ndef run(payload): return words.WORD")
    (place / "parts").mkdir()
    (place / "parts/words.py").write_text("WORD = 'here'")
    assert host(tmp_path).executor.execute("probe", None).output == "here"
    assert not list(place.rglob("__pycache__"))


def test_no_more_calls_run_at_once_than_the_manifest_allows(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    code = """
        import os, time
        def run(path):
            log = os.open(path, os.O_WRONLY | os.O_APPEND)
            os.write(log, b"+")
            time.sleep(0.3)
            os.write(log, b"-")
        """
    write_plugin(tmp_path, code, resources__max_concurrency=2)
    executor = host(tmp_path, (), trusted="probe").executor
    threads = [threading.Thread(target=executor.execute, args=("probe", str(tmp_path / "log"))) for _ in range(5)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    marks = (tmp_path / "log").read_text()
    running = [marks[:end].count("+") - marks[:end].count("-") for end in range(len(marks) + 1)]
    assert (len(marks), max(running)) == (10, 2)


def test_who_finds_no_place_in_time_is_refused(tmp_path: Path) -> None:
    write_plugin(tmp_path, "import time\ndef run(payload): time.sleep(payload)", resources__max_concurrency=1)
    executor = host(tmp_path).executor
    before = {each.pid for each in psutil.Process().children()}
    first = threading.Thread(target=executor.execute, args=("probe", 1.5))
    first.start()
    while {each.pid for each in psutil.Process().children()} <= before:  # until then it may not have taken the place
        time.sleep(0.01)
    told = r"ran 1 times at once for 0.2 s, and its resources.max_concurrency = 1; call it later"
    with pytest.raises(PolicyError, match=told):
        executor.execute("probe", 0, timeout_ms=200)
    first.join()
    assert executor.execute("probe", 0).output is None


def test_the_settings_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write_plugin(tmp_path / "plugins")
    settings = tmp_path / "mine.toml"
    settings.write_text(f"[plugins]\nfolder = {json.dumps(str(tmp_path / 'plugins'))}\ntrusted = 'probe'\n")
    assert PluginHost.from_config(settings).executor.execute("probe", "hello", 5000).output == "hello"
    assert PluginHost.from_config().registry.folder == tmp_path / "data/vortex/plugins"
    with pytest.raises(ConfigError, match=r"none.toml: no such file of settings"):
        PluginHost.from_config(tmp_path / "none.toml")
    settings.write_text("[plugins]\ntrust = 'probe'\n")
    with pytest.raises(ConfigError, match=r"unknown setting 'plugins.trust' .*did you mean 'plugins.trusted'"):
        PluginHost.from_config(settings)


def findings(plugins: PluginHost, name: str = "probe") -> dict[str, tuple[bool, str]]:
    return {each.what: (each.is_good, each.seen) for each in plugins.check(name).findings}


def test_a_good_plugin_is_found_good(tmp_path: Path) -> None:
    write_plugin(tmp_path, deterministic=True, examples=[1, {"a": 2}])
    inspection = host(tmp_path).check("probe")
    assert (inspection.is_good, inspection.plugin) == (True, "probe")
    assert [each.what for each in inspection.findings] == ["trust", "policy", "import", "example 1", "example 2"]
    assert "twice the same" in inspection.findings[-1].seen


def test_a_plugin_that_does_not_repeat_itself_is_found_out(tmp_path: Path) -> None:
    write_plugin(tmp_path, "import os\ndef run(payload): return os.urandom(8).hex()", deterministic=True, examples=[1])
    is_good, seen = findings(host(tmp_path))["example 1"]
    assert not is_good
    assert "deterministic is true, but it returned" in seen


def test_a_claim_that_cannot_be_tried_is_not_believed(tmp_path: Path) -> None:
    write_plugin(tmp_path, deterministic=True)
    assert findings(host(tmp_path))["examples"] == (
        False,
        "deterministic is true and cannot be tried; add examples to the manifest",
    )


@pytest.mark.parametrize(
    ("code", "changes", "what", "told"),
    [
        ("import nothing_there", {}, "import", "No module named 'nothing_there'"),
        ("run = 3", {}, "import", "plugin:run is no function"),
        ("while True: pass", {"resources__max_latency_ms": 300}, "import", "did not return within 300 ms"),
        ("def run(payload): 1 / 0", {"examples": [1]}, "example 1", "ZeroDivisionError: division by zero"),
        ("", {"examples": ["x"], "io__input_schema": {"type": "integer"}}, "example 1", "breaks its input schema at $"),
        ("", {"examples": [1], "io__output_schema": {"type": "null"}}, "example 1", "breaks its output schema at $"),
        (
            "import time\ndef run(payload): time.sleep(9)",
            {"examples": [1], "resources__max_latency_ms": 300},
            "example 1",
            "did not return within 300 ms",
        ),
        ("", {"supported_lanes": [0]}, "policy", "supported_lanes has lane 0 and deterministic is false"),
    ],
)
def test_what_is_bad_is_found(tmp_path: Path, code: str, changes: dict[str, Any], what: str, told: str) -> None:
    write_plugin(tmp_path, code, **changes)
    plugins = host(tmp_path, allow_untrusted=False)
    is_good, seen = findings(plugins)[what]
    assert not is_good
    assert told in seen
    assert not plugins.check("probe").is_good


def test_any_folder_can_be_tried_before_it_is_trusted(tmp_path: Path) -> None:
    place = write_plugin(tmp_path, examples=[1])
    plugins = host(tmp_path / "elsewhere", allow_untrusted=False)
    assert plugins.check(str(place)).is_good
    assert findings(plugins, str(place))["trust"][1].startswith("none: it is not among plugins.trusted")


def test_a_stranger_is_not_trusted_for_its_name(tmp_path: Path) -> None:
    code = "import subprocess\ndef run(payload): return subprocess.run(['/bin/true']).returncode"
    write_plugin(tmp_path / "mine", code, examples=[1])
    place = write_plugin(tmp_path / "fetched", code, examples=[1])
    plugins = host(tmp_path / "mine", trusted="probe", allow_untrusted=False)
    assert plugins.check("probe").is_good
    assert plugins.check(str(tmp_path / "mine/probe")).is_good
    found = findings(plugins, str(place))
    assert found["trust"] == (True, "none: plugins.trusted means the plugin of this name in the folder of plugins")
    assert "PermissionError" in found["example 1"][1]


def test_a_broken_folder_takes_no_name_away(tmp_path: Path) -> None:
    write_plugin(tmp_path)
    (tmp_path / "probe").rename(tmp_path / "good")
    write_plugin(tmp_path, version=None)
    registry = host(tmp_path).registry
    assert registry.get("probe").folder == tmp_path / "good"
    assert list(registry.problems()) == ["probe"]
