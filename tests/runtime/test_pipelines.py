"""Pipelines and networks on every rung of their ladders, with true folders."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import networks

from vortex.core.errors import ModelError
from vortex.core.events import ignore
from vortex.runtime import pipelines
from vortex.runtime.ledger import Budget, State
from vortex.runtime.pipelines import NetworkMover, PipelineMover, Work, network_sizes, networks_of, plain_ways
from vortex.runtime.residency import Residency

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return networks.save_text_pipeline(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def mover(folder: Path) -> Iterator[PipelineMover]:
    yield PipelineMover(folder, "cpu", lambda: plain_ways(folder, "float32", Work(1000, 100), "cpu"))


def paint(pipe: Any) -> Any:
    return pipe(
        "ab", num_inference_steps=2, height=16, width=16, generator=torch.Generator().manual_seed(3), output_type="np"
    ).images


def test_sizes_of_heads_are_sizes_in_memory(folder: Path, mover: PipelineMover) -> None:
    pipe = mover.load(mover.stage()[0], None)
    for name, part in networks_of(pipe).items():
        held = sum(each.numel() * each.element_size() for each in part.parameters())
        assert network_sizes(folder, "float32")[name].whole_bytes == held
        assert network_sizes(folder, "bfloat16")[name].whole_bytes == held / 2
        assert network_sizes(folder, "float32")[name].step_bytes <= held


def test_every_way_paints_the_same_picture(mover: PipelineMover) -> None:
    ladder = mover.stage()
    assert [rung.name for rung in ladder] == [
        "float32, whole", "float32, tiled decoder", "float32, a block at a time",
    ]  # fmt: skip
    needs = [rung.footprint.weights_bytes + rung.footprint.activation_bytes for rung in ladder]
    assert needs == sorted(needs, reverse=True)
    pictures = []
    for rung in ladder:
        pipe = mover.load(rung, None)
        pictures.append(paint(pipe))
        assert mover.unload(pipe, State.STAGED) is None
        assert all(each.is_meta for part in networks_of(pipe).values() for each in part.parameters())
    assert np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])


def test_blocks_on_disk_leave_with_the_pipeline(mover: PipelineMover) -> None:
    pipe = mover.load(mover.stage()[-1], None)
    place = Path(mover._parked.name)  # type: ignore[union-attr]
    paint(pipe)
    assert {each.name for each in place.iterdir()} == {"text_encoder", "unet", "vae-decoder", "vae-encoder"}
    mover.unload(pipe, State.RAM)
    assert not place.exists()


def test_a_load_that_fails_leaves_no_files(
    mover: PipelineMover, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, places = pipelines.open_part, []

    def failing(place: Any, name: str, options: Any) -> Any:
        places.extend(tmp_path.glob("vortex-blocks-*/*"))
        if places:
            raise ModelError("broken")
        return read(place, name, options)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(pipelines, "open_part", failing)
    with pytest.raises(ModelError):
        mover.load(mover.stage()[-1], None)
    assert places and not list(tmp_path.iterdir())


def test_networks_are_parked_one_after_the_other(
    folder: Path, mover: PipelineMover, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, park, events = pipelines.open_part, pipelines._offload_network, []

    def reading(place: Any, name: str, options: Any) -> Any:
        events.append(("read", name))
        return read(place, name, options)

    def parking(network: Any, device: str, place: str) -> None:
        events.append(("parked", Path(place).name))
        park(network, device, place)

    monkeypatch.setattr(pipelines, "open_part", reading)
    monkeypatch.setattr(pipelines, "_offload_network", parking)
    mover.unload(mover.load(mover.stage()[-1], None), State.STAGED)
    sizes = network_sizes(folder, "float32")
    largest_first = sorted(sizes, key=lambda each: sizes[each].whole_bytes, reverse=True)
    assert events == [(what, name) for name in largest_first for what in ("read", "parked")]


def test_weights_are_gone_although_hooks_still_hold_their_tensors(mover: PipelineMover) -> None:
    for rung in mover.stage():
        pipe = mover.load(rung, None)
        paint(pipe)
        tensors = [each for part in networks_of(pipe).values() for each in (*part.parameters(), *part.buffers())]
        mover.unload(pipe, State.STAGED)
        assert not any(each.untyped_storage().nbytes() for each in tensors), rung.name


def test_a_pipeline_kept_in_host_memory_comes_back(mover: PipelineMover) -> None:
    rung = mover.stage()[0]
    pipe = mover.load(rung, None)
    before = paint(pipe)
    assert np.array_equal(paint(mover.load(rung, mover.unload(pipe, State.RAM))), before)


def test_a_budget_chooses_the_rung(folder: Path, mover: PipelineMover) -> None:
    sizes = [each.whole_bytes for each in network_sizes(folder, "float32").values()]
    with Residency(Budget(sum(sizes) - 1, sum(sizes), slack_percent=0), listener=ignore) as residency:
        residency.add("image/tiny", mover)
        with residency.use("image/tiny") as pipe:
            assert paint(pipe).shape == (1, 16, 16, 3)
        assert residency.held() == {"image/tiny": max(sizes)}
        assert "a block at a time" in residency.explain()


def test_a_network_comes_and_goes(tmp_path: Path) -> None:
    mover = NetworkMover(networks.save_network("clip", tmp_path / "clip"), "cpu")
    rung = mover.stage()[0]
    model = mover.load(rung, None)
    assert rung.footprint.weights_bytes == sum(each.numel() * each.element_size() for each in model.parameters())
    before = networks.try_network(model)
    assert torch.equal(networks.try_network(mover.load(rung, mover.unload(model, State.RAM))), before)
    mover.unload(model, State.STAGED)
    assert model.visual_projection.weight.is_meta


@pytest.mark.skipif(torch.cuda.is_available(), reason="page-locked memory can be had here")
def test_a_network_that_is_to_be_page_locked_says_that_it_is_not(tmp_path: Path) -> None:
    mover = NetworkMover(networks.save_network("clip", tmp_path / "clip"), "cpu")
    model = mover.load(mover.stage()[0], None)
    with pytest.raises(RuntimeError, match=r"accelerator|pin"):
        mover.unload(model, State.PINNED)


def test_a_folder_without_networks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no network with safetensors"):
        network_sizes(tmp_path, "auto")
    with pytest.raises(ModelError, match="no type of numbers named 'half'"):
        network_sizes(tmp_path, "half")
