import json
from pathlib import Path

import pytest

from benchmarks.engine_room import policies, sizes
from benchmarks.engine_room.carousel import favourites, slots
from benchmarks.engine_room.shapes import HOST, TINY, TRUE

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")


def test_a_number_of_models_knows_nothing_of_bytes() -> None:
    # One after the other, each is loaded every time; the language model (9 GB), then a voice (0.4 GB), …
    assert policies.by_number(slots(5), 9.5, 1) == (26.0, 1)
    assert policies.by_number(slots(10), 40, 5) == (26.0, 0)
    assert policies.by_number(slots(10), 10, 5)[1] == 8


def test_a_timer_holds_everything_that_is_used_now_and_then() -> None:
    loaded, above = policies.by_timer(favourites(200), 24)
    assert loaded < 40 and above > 150


def test_a_safe_number_is_one_that_the_largest_fit_in() -> None:
    assert [policies.safe_number(limit) for limit in (5, 12, 24, 100)] == [1, 1, 2, 6]


def test_sizes_of_heads_are_those_of_networks() -> None:
    for name, network in TINY.picture.items():
        built = network.build()
        plain = sizes.count(built, None)
        assert sizes.from_heads(built, None) == plain == 2 * sum(each.numel() for each in built.parameters()), name
        assert sizes.count(built, "nf4") < sizes.count(built, "int8") < plain
        # Of narrow layers, the heads leave those out that a card would quantise: never fewer bytes than there are.
        assert sizes.from_heads(built, "nf4") >= 0.99 * sizes.count(built, "nf4")


def test_the_host_has_the_layers_of_the_true_models() -> None:
    for part in ("picture", "clip"):
        true, host = getattr(TRUE, part), getattr(HOST, part)
        assert {name: each.kind for name, each in true.items()} == {name: each.kind for name, each in host.items()}
    depth = {each.llm.config["num_hidden_layers"] for each in (TRUE, HOST)}
    assert len(depth) == 1
    assert sum(each.numel() for each in TRUE.picture["transformer"].build().parameters()) == 11_891_178_560


def test_a_slot_is_made_by_every_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.engine_room import folders, placing, playing

    monkeypatch.setattr(folders, "WORK", tmp_path)
    monkeypatch.setattr(placing, "_warm_up", lambda device: None)
    transformers.utils.logging.disable_progress_bar()
    players = playing.Players(TINY, folders.make_set(TINY), "cpu")
    weights = sum(players.bytes_of(name) for name in players.names) / 1e9
    for driver in placing.DRIVERS:
        seen = placing.play("tiny", driver, [1.0], 2, "cpu")[0]
        assert not seen.refused and len(seen.slots_s) == len(seen.peaks_gb) == 2, driver
        assert seen.loads == (12 if driver == "loaded for every use" else 6), driver
        assert seen.loaded_gb == pytest.approx(weights * seen.loads / 6), driver
    refused = placing.play("tiny", placing.DRIVERS[0], [0.002], 2, "cpu")[0]
    assert "even when all that can leave has left" in refused.refused and not refused.slots_s
    json.dumps(refused.ways)
