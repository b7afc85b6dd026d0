"""Models are pulled from a hub on the loopback, kept, checked and forgotten."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import COMMIT, HubServer, hub_server

from vortex.core.errors import ModelError, PolicyError
from vortex.core.events import Event
from vortex.runtime import store as stores
from vortex.runtime.hub import Hub
from vortex.runtime.spec import ModelSpec
from vortex.runtime.store import MANIFEST, ModelStore

WEIGHTS = os.urandom(3_000_000)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    root = tmp_path / "remote"
    (root / "part").mkdir(parents=True)
    (root / "config.json").write_text('{"model_type": "llama"}')
    (root / "part" / "model.safetensors").write_bytes(WEIGHTS)
    with hub_server(root) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path, hub: HubServer) -> ModelStore:
    return ModelStore(tmp_path / "store", Hub(hub.url))


def test_a_model_is_pulled_listed_verified_and_removed(store: ModelStore, hub: HubServer) -> None:
    plan = store.plan("org/tiny")
    assert (plan.total_bytes, plan.present_bytes) == (3_000_023, 0)
    pulled = store.pull(plan)
    assert (pulled.commit, pulled.licence, pulled.size_bytes) == (COMMIT, "mit", 3_000_023)
    assert (pulled.folder / "part/model.safetensors").read_bytes() == WEIGHTS
    assert [model.name for model in store.models()] == ["org/tiny"]
    assert store.verify("org/tiny").problems == ()
    assert store.leftovers() == ()
    assert store.remove("org/tiny") > 3_000_000
    assert store.models() == ()
    assert list(store.folder.iterdir()) == []


def test_every_file_is_asked_for_at_the_commit(store: ModelStore, hub: HubServer) -> None:
    store.pull(store.plan("org/tiny", "v1.0"))
    assert hub.asked[0][0] == "/api/models/org/tiny/revision/v1.0?blobs=true"
    assert all(f"/resolve/{COMMIT}/" in path for path, _ in hub.asked[1:])


def test_nothing_is_fetched_twice(store: ModelStore, hub: HubServer) -> None:
    store.pull(store.plan("org/tiny"))
    before = len(hub.asked)
    plan = store.plan("org/tiny")
    assert plan.present_bytes == plan.total_bytes
    store.pull(plan)
    assert len(hub.asked) == before + 1


def test_an_interrupted_pull_goes_on(store: ModelStore, hub: HubServer) -> None:
    def stop(event: Event) -> None:
        if event.done > 1_500_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull(store.plan("org/tiny"), stop)
    assert store.models() == ()
    kept = sum(path.stat().st_size for path in store.leftovers())
    assert 1_000_000 < kept < 3_000_000
    plan = store.plan("org/tiny")
    assert plan.present_bytes == kept
    pulled = store.pull(plan)
    assert hub.asked[-1][1].startswith("bytes=")
    assert (
        hashlib.sha256((pulled.folder / "part/model.safetensors").read_bytes()).digest()
        == hashlib.sha256(WEIGHTS).digest()
    )
    assert store.leftovers() == ()


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_connection_is_taken_up_again(ranges: bool, store: ModelStore, hub: HubServer) -> None:
    hub.cut_after, hub.ranges = 2_000_000, ranges
    told: list[float] = []
    pulled = store.pull(store.plan("org/tiny"), lambda event: told.append(event.done))
    assert (pulled.folder / "part/model.safetensors").read_bytes() == WEIGHTS
    assert max(told) == 3_000_023
    assert len(hub.asked) == 4


def test_other_bytes_than_promised_are_not_kept(store: ModelStore, hub: HubServer) -> None:
    plan = store.plan("org/tiny")
    hub.spoil = True
    with pytest.raises(ModelError, match="is not what"):
        store.pull(plan)
    assert store.models() == ()
    assert store.leftovers() == ()


def test_a_path_out_of_the_folder_is_refused(store: ModelStore, hub: HubServer) -> None:
    for path in ("../evil.json", "/etc/evil", "a/../../b", "C:\\evil", "a//b"):
        hub.extra = [{"rfilename": path, "size": 1}]
        with pytest.raises(PolicyError, match="outside its folder"):
            store.plan("org/tiny")


def test_pickles_and_programs_stay_away(store: ModelStore, hub: HubServer) -> None:
    for name in ("pytorch_model.bin", "modeling_tiny.py"):
        (hub.root / name).write_bytes(b"x")
    told: list[Event] = []
    pulled = store.pull(store.plan("org/tiny"), told.append)
    assert [each.message for each in told if each.kind == "note"] == [
        "left out: modeling_tiny.py (a pickle or a program)",
        "left out: pytorch_model.bin (a pickle or a program)",
    ]
    assert {file.path for file in pulled.files} == {"config.json", "part/model.safetensors"}
    with pytest.raises(PolicyError, match=r"its weights are pickles \(pytorch_model\.bin\)"):
        store.plan("org/tiny", include=("*.bin",))


def test_only_what_matches_is_fetched(store: ModelStore, hub: HubServer) -> None:
    pulled = store.pull(store.plan("org/tiny", include=("*.json",)))
    assert [file.path for file in pulled.files] == ["config.json"]
    with pytest.raises(ModelError, match=r"no file matches \*\.gguf; it holds: config\.json"):
        store.plan("org/tiny", include=("*.gguf",))


def test_a_full_disk_is_foreseen(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 100_000_000

    monkeypatch.setattr(stores.shutil, "disk_usage", lambda _: Full)
    with pytest.raises(ModelError, match=r"needs 203\.0 MB in .* which has 100\.0 MB free"):
        store.pull(store.plan("org/tiny"))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "wants a token"),
        (404, "no such repository"),
        (418, "answered 418"),
        (503, "answered 503; try again later"),
    ],
)
def test_a_refusal_is_explained(status: int, said: str, store: ModelStore, hub: HubServer) -> None:
    hub.status = status
    with pytest.raises(ModelError, match=said):
        store.plan("org/tiny")


def test_no_hub_at_the_address(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        ModelStore(tmp_path, Hub("http://127.0.0.1:9")).plan("org/tiny")


def test_a_token_is_sent(tmp_path: Path, hub: HubServer) -> None:
    ModelStore(tmp_path / "store", Hub(hub.url, "secret")).plan("org/tiny")
    assert hub.tokens == {"Bearer secret"}


@pytest.mark.parametrize("name", ["", "a/b/c", "../x", "/etc", "a b", "a--b", "-a/b", "a/..", "a/b\n"])
def test_a_bad_name_is_refused(name: str, store: ModelStore) -> None:
    with pytest.raises(ModelError, match="is no name of a repository"):
        store.plan(name)


def test_changed_and_lost_files_are_found(store: ModelStore) -> None:
    pulled = store.pull(store.plan("org/tiny"))
    (pulled.folder / "config.json").write_text('{"model_type": "lemma"}')
    (pulled.folder / "part/model.safetensors").unlink()
    assert store.verify("org/tiny").problems == (
        "config.json: changed since it was fetched",
        "part/model.safetensors: missing",
    )


def test_prune_takes_only_what_no_manifest_names(store: ModelStore, tmp_path: Path) -> None:
    pulled = store.pull(store.plan("org/tiny"))
    (pulled.folder / "notes.txt").write_text("mine")
    (store.folder / "org--half" / "sub").mkdir(parents=True)
    (store.folder / "org--half" / "sub" / "model.safetensors.abc.part").write_bytes(b"12345")
    found = store.leftovers()
    assert [path.name for path in found] == ["model.safetensors.abc.part", "notes.txt"]
    assert store.prune(found) == 9
    assert not (store.folder / "org--half").exists()
    assert store.verify("org/tiny").problems == ()


def test_a_missing_model_names_those_that_are_there(store: ModelStore) -> None:
    store.pull(store.plan("org/tiny"))
    with pytest.raises(
        ModelError, match=r"no model 'org/large' .*there are: org/tiny; run: vortex models pull org/large"
    ):
        store.find("org/large")
    manifest = store.folder / "org--tiny" / MANIFEST
    manifest.write_text(json.dumps({"name": "org/tiny"}))
    with pytest.raises(ModelError, match="broken"):
        store.find("org/tiny")


def test_a_spec_tells_its_size_and_how_to_get_it() -> None:
    spec = ModelSpec("org/tiny", "main", ("*.json", "unet/*"), {"bfloat16": 24_000, "nf4": 6_000}, "mit")
    assert spec.needed_bytes("nf4") == 6_000
    assert spec.pull_command() == "vortex models pull org/tiny --include '*.json' --include 'unet/*'"
    with pytest.raises(ModelError, match="does not come in 'int8'; there are: bfloat16"):
        spec.needed_bytes("int8")
