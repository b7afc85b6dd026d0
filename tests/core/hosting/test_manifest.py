"""A manifest is read as data; what is wrong with it is told with file, key, value and remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from factories.plugins import manifest, write_plugin

from vortex.core.errors import PluginError
from vortex.core.hosting.manifest import read_manifest
from vortex.core.hosting.manifest_file import MOST_BYTES, read_yaml

EXAMPLE = Path(__file__).parents[3] / "examples/plugin-contrast"


def test_the_example_is_read() -> None:
    found = read_manifest(EXAMPLE)
    assert (found.name, found.version, found.entrypoint) == ("contrast", "1.0.0", "contrast:score")
    assert (found.supported_lanes, found.deterministic) == ((0, 1), True)
    assert (found.resources.vram_gb, found.resources.max_latency_ms, found.resources.max_concurrency) == (0, 2000, 4)
    assert found.input_schema["required"] == ["text", "backgrounds"]
    assert len(found.examples) == 2


def test_a_schema_may_lie_in_a_file(tmp_path: Path) -> None:
    place = write_plugin(tmp_path, io__input_schema="schemas/in.json")
    (place / "schemas").mkdir()
    (place / "schemas/in.json").write_text('{"type": "integer"}')
    assert read_manifest(place).input_schema == {"type": "integer"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"schema_version": 2}, r"schema_version = 2 is no good value; write the number 1"),
        ({"name": "Bad Name"}, r"name = 'Bad Name' is no good value; write small letters, digits and hyphens"),
        ({"name": "../up"}, r"name = '../up' is no good value"),
        ({"version": 1.0}, r"version = 1.0 is no good value; write a version in quotes"),
        ({"entrypoint": "plugin"}, r"entrypoint = 'plugin' is no good value; write module:function"),
        ({"entrypoint": "../plugin:run"}, r"entrypoint = '../plugin:run' is no good value"),
        ({"entrypoint": "other:run"}, r"entrypoint = 'other:run': there is no other.py in"),
        ({"entrypoint": "json:loads"}, r"entrypoint = 'json:loads': Python has a module of this name; rename yours"),
        ({"description": ""}, r"description = '' is no good value; write a sentence"),
        ({"description": "red \x1b[31m"}, r"description = 'red \\x1b\[31m' is no good value; write a sentence in one"),
        ({"description": "x" * 501}, r"description = 'x{78}… is no good value"),
        ({"supported_lanes": []}, r"supported_lanes = \[\] is no good value; write a list of lanes"),
        ({"supported_lanes": [1, 1]}, r"supported_lanes = \[1, 1\] is no good value"),
        ({"supported_lanes": [-1]}, r"supported_lanes = \[-1\] is no good value"),
        ({"deterministic": "yes"}, r"deterministic = 'yes' is no good value; write true or false"),
        ({"resources": 3}, r"resources = 3 is no good value; write the keys vram_gb, max_latency_ms, max_concurrency"),
        ({"resources.vram_gb": -1}, r"resources.vram_gb = -1 is no good value; write GB of an accelerator's memory"),
        ({"resources.max_latency_ms": 0}, r"resources.max_latency_ms = 0 is no good value; write whole milliseconds"),
        ({"resources.max_concurrency": 1.5}, r"resources.max_concurrency = 1.5 is no good value"),
        ({"resources.max_latency_ms": None}, r"resources.max_latency_ms is missing; write whole milliseconds"),
        ({"resources.max_latency": 5}, r"unknown key 'resources.max_latency'; did you mean 'max_latency_ms'\?"),
        ({"io.input_schema": 7}, r"io.input_schema = 7 is no good value; write a JSON Schema, or the name"),
        ({"io.input_schema": {"type": "strin"}}, r"io.input_schema is no JSON Schema \(draft 2020-12\): \"strin\""),
        (
            {"io.output_schema": {"$ref": "http://127.0.0.1:9/x"}},
            r"a schema refers to itself only; put it under \$defs",
        ),
        ({"io.output_schema": {"$ref": "file:///etc/passwd"}}, r"a schema refers to itself only"),
        ({"io.output_schema": {"pattern": "(?=a)b"}}, r"io.output_schema is no JSON Schema .*regex"),
        ({"io.input_schema": "missing.json"}, r"missing.json: cannot be read: No such file"),
        ({"io.input_schema": "/etc/passwd.json"}, r"io.input_schema = '/etc/passwd.json' is no good value"),
        ({"entrypoint": None}, r"entrypoint is missing; write module:function"),
        ({"entry_point": "plugin:run"}, r"unknown key 'entry_point'; did you mean 'entrypoint'\?"),
        ({"homepage": "x"}, r"unknown key 'homepage'; there are: schema_version, name,"),
        ({"examples": {}}, r"examples = \{\} is no good value; write a list of payloads"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    place = write_plugin(
        tmp_path, **({"code": ""} | {key.replace(".", "__"): each for key, each in changes.items() if key != "name"})
    )
    if "name" in changes:
        (place / "manifest.yaml").write_text(json.dumps(manifest(**changes)))
    with pytest.raises(PluginError, match=told) as raised:
        read_manifest(place)
    assert str(place) in str(raised.value)


def test_a_schema_outside_the_folder_is_refused(tmp_path: Path) -> None:
    place = write_plugin(tmp_path, io__input_schema="in.json")
    (tmp_path / "secret.json").write_text('{"type": "integer"}')
    (place / "in.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(PluginError, match="lies outside the plugin's folder"):
        read_manifest(place)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"name: [", "no YAML that can be read"),
        (b"- 1", "holds no keys"),
        (b"", "holds no keys"),
        (b"a: &x 1\nb: *x", "line 1: no anchors and aliases here"),
        (b"a: 1\nb: 2\na: 3", "line 3: the key 'a' stands there twice"),
        (b"1: x", "line 1: the key 1 is no text"),
        (b"a: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        (b"a: .nan", "line 1: .nan is no value of JSON"),
        (b"a: !!set {x: null}", "line 1: .* is no value of JSON"),
        (b"a: " + b"[" * 5000, "nested deeper than 60"),
        (b"a: " + b"9" * 9000, "no YAML that can be read"),
        (b"# " + b"x" * MOST_BYTES, "more than 256,000 bytes"),
        (b"a: \xff", "not in UTF-8"),
        (b"a: \x00", "no YAML that can be read"),
    ],
)
def test_yaml_that_is_no_data_is_refused(tmp_path: Path, text: bytes, told: str) -> None:
    (tmp_path / "manifest.yaml").write_bytes(text)
    with pytest.raises(PluginError, match=told):
        read_yaml(tmp_path / "manifest.yaml")


def test_a_date_stays_the_text_that_it_is(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text("day: 2026-11-20\nnumber: 1.5\nlist: [true, null]")
    assert read_yaml(tmp_path / "manifest.yaml") == {"day": "2026-11-20", "number": 1.5, "list": [True, None]}


def test_good_yaml_is_what_everybody_reads(tmp_path: Path) -> None:
    assert read_yaml(EXAMPLE / "manifest.yaml") == yaml.safe_load((EXAMPLE / "manifest.yaml").read_text())


def test_a_missing_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"manifest.yaml: cannot be read: No such file.*a plugin is a folder with"):
        read_manifest(tmp_path)
