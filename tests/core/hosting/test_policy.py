"""Who may run is decided by the settings alone, and a refusal names the value, the cap and what to do."""

from pathlib import Path
from typing import Any

import pytest
from factories.plugins import write_plugin

from vortex.core.errors import PolicyError
from vortex.core.hosting.manifest import read_manifest
from vortex.core.hosting.policy import Admission, Policy
from vortex.core.settings import PluginSettings


@pytest.mark.parametrize(
    ("settings", "changes", "told"),
    [
        ({}, {}, r"not among plugins.trusted = '', and plugins.allow_untrusted is false; read its code and name it"),
        ({"trusted": "other"}, {}, r"not among plugins.trusted = 'other'"),
        (
            {"trusted": "probe", "max_vram_gb": 2},
            {"resources__vram_gb": 6.5},
            r"resources.vram_gb = 6.5 is more than plugins.max_vram_gb = 2; raise the cap or take a smaller plugin",
        ),
        (
            {"allow_untrusted": True, "max_vram_gb": 8},
            {"resources__vram_gb": 6.5},
            r"resources.vram_gb = 6.5, and only what plugins.trusted names is given an accelerator",
        ),
        (
            {"trusted": "probe"},
            {"supported_lanes": [1, 0]},
            r"lane 0 and deterministic is false; take lane 0 out of the manifest",
        ),
        (
            {"trusted": "probe", "lane0_max_latency_ms": 100},
            {"supported_lanes": [0], "deterministic": True},
            r"resources.max_latency_ms = 8000 is more than plugins.lane0_max_latency_ms = 100; lower it, raise the cap",
        ),
    ],
)
def test_a_refusal_says_why(tmp_path: Path, settings: dict[str, Any], changes: dict[str, Any], told: str) -> None:
    manifest = read_manifest(write_plugin(tmp_path, **changes))
    with pytest.raises(PolicyError, match=told):
        Policy(PluginSettings(**settings)).admit(manifest)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    manifest = read_manifest(write_plugin(tmp_path, supported_lanes=[0, 3], resources__vram_gb=9))
    with pytest.raises(PolicyError) as raised:
        Policy(PluginSettings()).admit(manifest, lane=2)
    for part in (
        "plugins.trusted",
        "max_vram_gb",
        "deterministic is false",
        "lane0_max_latency_ms",
        "lane 2 is none of",
    ):
        assert part in str(raised.value)


def test_caps_may_be_reached(tmp_path: Path) -> None:
    changes = {"supported_lanes": [2, 0], "deterministic": True, "resources__vram_gb": 2}
    manifest = read_manifest(write_plugin(tmp_path, **changes))
    policy = Policy(PluginSettings(trusted="other, probe", max_vram_gb=2, lane0_max_latency_ms=8000))
    assert policy.admit(manifest) == Admission(lane=0, is_trusted=True)
    assert policy.admit(manifest, lane=2) == Admission(lane=2, is_trusted=True)


def test_who_is_not_named_is_not_trusted(tmp_path: Path) -> None:
    manifest = read_manifest(write_plugin(tmp_path))
    assert Policy(PluginSettings(trusted="probe-2", allow_untrusted=True)).admit(manifest) == Admission(1, False)
