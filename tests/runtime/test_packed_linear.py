"""Packed layers say what plain ones say, within what 8 and 4 bits can hold, in half of the memory and less."""

import copy
import logging
import warnings
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories.networks import NETWORKS, try_network

torch = pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")

from vortex.runtime.packed_linear import PackedLinear, Skipped, SwapReport, swap_linears  # noqa: E402
from vortex.runtime.packed_weights import Packing, operation  # noqa: E402

BF16 = torch.bfloat16
PACKINGS = (Packing("int8"), Packing("int4", 32), Packing("int4", 128), Packing("int8", 64, "float32"))
ERROR = {"int8": (0.006, 0.012), "int4": (0.06, 0.12)}
"""Least and most of the relative error of a result: 8 bits keep random weights to one part in 110, 4 bits in 11."""


@pytest.fixture(autouse=True)
def _foreign_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def plain(inputs: int = 512, outputs: int = 176, bias: bool = True, dtype: Any = torch.float32) -> "torch.nn.Linear":
    torch.manual_seed(4)
    layer = torch.nn.Linear(inputs, outputs, bias=bias)
    torch.nn.init.normal_(layer.weight, std=0.02)
    return layer.to(dtype).eval()


def relative(found: Any, wanted: Any) -> float:
    return float((found.float() - wanted.float()).norm() / wanted.float().norm())


@pytest.mark.parametrize("dtype", [torch.float32, BF16, torch.float16])
@pytest.mark.parametrize("num_rows", [1, 5, 16, 100])
@pytest.mark.parametrize("packing", PACKINGS, ids=str)
def test_the_error_is_that_of_the_bits(packing: Packing, num_rows: int, dtype: Any) -> None:
    layer = plain(bias=False)
    x = torch.randn(num_rows, 512)
    with torch.no_grad():
        found = PackedLinear.from_linear(layer, packing)(x.to(dtype))
        wanted = layer(x)
    assert found.dtype == dtype
    least, most = ERROR[packing.precision]
    assert least < relative(found, wanted) < most


@pytest.mark.parametrize("packing", PACKINGS, ids=str)
def test_both_ways_to_multiply_agree(packing: Packing) -> None:
    """Few rows go to torch's operation, many to a true product of unpacked weights."""
    layer = PackedLinear.from_linear(plain(), packing)
    x = torch.randn(200, 512).to(packing.dtype)
    one_by_one = torch.cat([layer(each[None]) for each in x])
    assert relative(layer(x), one_by_one) < (5e-3 if packing.dtype is BF16 else 1e-5)
    by_hand = layer.unpacked().float() @ x[0].float() + layer.bias
    torch.testing.assert_close(layer(x[0]).float(), by_hand, rtol=0.01, atol=0.01)


def test_the_rows_beside_it_do_not_change_a_row() -> None:
    layer = PackedLinear.from_linear(plain(dtype=BF16))
    x = torch.randn(operation("int8", BF16).max_rows, 512).to(BF16)
    assert torch.equal(layer(x), torch.cat([layer(each[None]) for each in x]))
    assert torch.equal(layer(x), layer(x))


@pytest.mark.parametrize("shape", [(512,), (1, 512), (2, 3, 512), (2, 1, 4, 512), (0, 512), (3, 0, 512)])
def test_every_shape_of_activations_comes_back(shape: tuple[int, ...]) -> None:
    layer = PackedLinear.from_linear(plain())
    made = layer(torch.ones(shape))
    assert made.shape == (*shape[:-1], 176)
    assert torch.equal(made.reshape(-1, 176), layer(torch.ones(shape).reshape(-1, 512)))


def test_activations_that_are_a_view_of_others_are_taken() -> None:
    layer = PackedLinear.from_linear(plain())
    wide = torch.randn(512, 7).to(BF16)
    assert torch.equal(layer(wide.T), layer(wide.T.contiguous()))
    flat = torch.randn(1 + 3 * 512).to(BF16)[1:].view(3, 512)
    assert torch.equal(layer(flat), layer(flat.clone()))


def test_other_activations_are_refused() -> None:
    layer = PackedLinear.from_linear(plain())
    with pytest.raises(ValueError, match=r"for 512 numbers with a fraction got \(1, 100\) of torch\.float32"):
        layer(torch.ones(1, 100))
    with pytest.raises(ValueError, match=r"got \(1, 512\) of torch\.int64"):
        layer(torch.ones(1, 512, dtype=torch.int64))


def test_where_torch_has_no_operation_weights_are_unpacked_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    operation.cache_clear()
    layer = plain(dtype=torch.float64)
    x = torch.randn(3, 512, dtype=torch.float64)
    with caplog.at_level(logging.WARNING, "vortex.runtime"):
        exact = PackedLinear.from_linear(layer, Packing("int8", 64, "float64"))
        found = exact(x)
    assert "unpacked for every product in float64, slowly" in caplog.text
    torch.testing.assert_close(found, x @ exact.unpacked().T + layer.bias, rtol=1e-12, atol=1e-12)
    assert 0.004 < relative(found, layer(x)) < 0.012


@pytest.mark.parametrize("packing", PACKINGS, ids=str)
def test_a_state_comes_back_from_a_file(packing: Packing, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    layer = PackedLinear.from_linear(plain(dtype=packing.dtype), packing)
    save_file(layer.state_dict(), tmp_path / "layer.safetensors")
    state = load_file(tmp_path / "layer.safetensors")
    assert sorted(state) == ["bias", "scales", "weight"]
    again = PackedLinear(512, 176, packing, bias=True)
    again.load_state_dict(state)
    x = torch.randn(2, 512).to(packing.dtype)
    assert torch.equal(again(x), layer(x))
    empty = torch.nn.Sequential(PackedLinear(512, 176, packing, bias=True)).to("meta")
    empty.load_state_dict({f"0.{name}": value for name, value in state.items()}, assign=True)
    assert torch.equal(empty(x), layer(x))


def test_a_state_of_four_bits_holds_columns_in_their_order() -> None:
    weight = torch.zeros(48, 64)
    weight[7] = torch.arange(64.0) % 16
    state = PackedLinear.of(weight, None, Packing("int4", 32, "float32")).state_dict()
    halves = torch.stack((state["weight"] & 15, state["weight"] >> 4), dim=2).flatten(1)
    assert torch.equal(halves[7].float(), weight[7])


def test_a_state_of_another_layer_is_refused() -> None:
    state = PackedLinear.from_linear(plain()).state_dict()
    with pytest.raises(RuntimeError, match=r"weight is torch\.int8 \[176, 512\]; torch\.uint8 \[176, 256\] is wanted"):
        PackedLinear(512, 176, Packing("int4"), bias=True).load_state_dict(state)
    with pytest.raises(RuntimeError, match=r"scales is torch\.bfloat16 \[176\]; torch\.float32 \[176\] is wanted"):
        PackedLinear(512, 176, Packing("int8", 64, "float32"), bias=True).load_state_dict(state)
    state.pop("weight")
    with pytest.raises(RuntimeError, match="Missing key"):
        PackedLinear(512, 176, bias=True).load_state_dict(state)


def test_casting_a_network_leaves_scales_alone_and_copies_are_equal() -> None:
    layer = PackedLinear.from_linear(plain())
    x = torch.randn(2, 512)
    before = layer(x)
    assert torch.equal(copy.deepcopy(layer)(x), before)
    cast = copy.deepcopy(layer).half()
    assert (cast.scales.dtype, cast.bias.dtype) == (BF16, torch.float16)
    torch.testing.assert_close(cast(x), before, rtol=0, atol=1e-3)
    assert (layer.weight.dtype, layer.weight.shape, layer.weight.is_meta) == (BF16, (176, 512), True)


@pytest.mark.parametrize("num_rows", [2, 40])
@pytest.mark.parametrize("packing", PACKINGS, ids=str)
def test_a_gradient_reaches_what_stands_before(packing: Packing, num_rows: int) -> None:
    layer = PackedLinear.from_linear(plain(), packing)
    x = torch.randn(num_rows, 512, requires_grad=True)
    ahead = torch.randn(num_rows, 176)
    (layer(x) * ahead).sum().backward()
    torch.testing.assert_close(x.grad, ahead @ layer.unpacked().float(), rtol=0.02, atol=0.02)


def test_shapes_and_values_that_cannot_be_packed_are_named() -> None:
    with pytest.raises(ValueError, match="a layer 100→64 cannot be packed as int8: its 100 inputs are no multiple of"):
        PackedLinear(100, 64)
    weight = torch.zeros(16, 64)
    weight[3, 4] = float("nan")
    with pytest.raises(ValueError, match=r"a weight \(16, 64\) holds values that are no numbers"):
        PackedLinear.of(weight)
    with pytest.raises(ValueError, match=r"matrix of numbers with a fraction, this is torch\.int8 \[4, 16\]"):
        PackedLinear.of(torch.zeros(4, 16, dtype=torch.int8))


def swapped(name: str, dtype: Any = torch.float32, **how: Any) -> tuple[Any, Any, SwapReport]:
    network = NETWORKS[name][1]().to(dtype).eval()
    packed = copy.deepcopy(network)
    return network, packed, swap_linears(packed, **how)


@pytest.mark.parametrize(
    ("how", "most"), [({"precision": "int8"}, 0.02), ({"precision": "int4", "group_size": 32}, 0.2)]
)
def test_a_llama_says_nearly_the_same(how: dict[str, Any], most: float) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")
    network, packed, report = swapped("llama", **how)
    assert (report.num_swapped, report.skipped, report.problem) == (2 * 7 + 1, (), "")
    assert not any(isinstance(each, torch.nn.Linear) for each in packed.modules())
    found, wanted = try_network(packed), try_network(network)
    assert 1e-3 < relative(found, wanted) < most
    ids = torch.arange(5, 12)[None]
    said = packed.generate(ids, max_new_tokens=6, min_new_tokens=6, do_sample=False, pad_token_id=0)
    assert said.shape == (1, 13)
    assert torch.equal(said, packed.generate(ids, max_new_tokens=6, min_new_tokens=6, do_sample=False, pad_token_id=0))


def test_memory_halves_and_quarters() -> None:
    network = torch.nn.Sequential(*(plain(512, 512, False, BF16) for _ in range(4)))
    report = swap_linears(network)
    assert report.bytes_before == 4 * 512 * 512 * 2
    assert report.bytes_after == 4 * (512 * 512 + 2 * 512)
    held = sum(each.nbytes for each in (*network.parameters(), *network.buffers()))
    assert held == report.bytes_after
    network = torch.nn.Sequential(*(plain(512, 512, False, BF16) for _ in range(4)))
    report = swap_linears(network, "int4", group_size=64)
    assert report.bytes_after == 4 * (512 * 512 // 2 + 8 * 512 * 4) < 0.29 * report.bytes_before


def test_a_swapped_network_is_saved_and_loaded(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")
    from safetensors.torch import load_file, save_file

    _, packed, _ = swapped("llama", precision="int4", group_size=32)
    save_file(packed.state_dict(), tmp_path / "packed.safetensors")
    torch.manual_seed(9)
    fresh = NETWORKS["llama"][1]()
    with torch.no_grad():
        fresh.lm_head.weight.fill_(1.0)
    swap_linears(fresh, "int4", group_size=32)
    fresh.load_state_dict(load_file(tmp_path / "packed.safetensors"))
    assert torch.equal(try_network(fresh.eval()), try_network(packed))


def test_a_head_that_shares_its_weight_is_left() -> None:
    pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")
    network, packed, report = swapped("qwen2")
    assert report.skipped == (Skipped("lm_head", "it shares its weight with model.embed_tokens"),)
    assert packed.lm_head.weight is packed.model.embed_tokens.weight
    assert relative(try_network(packed), try_network(network)) < 0.02


@pytest.mark.parametrize("name", ["t5", "clip", "whisper", "bert", "wav2vec2"])
def test_other_networks_run_with_packed_layers(name: str) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed; see the extra dev-models")
    network, packed, report = swapped(name)
    assert report.num_swapped > 5
    assert relative(try_network(packed), try_network(network)) < 0.05


class Special(torch.nn.Linear):  # type: ignore[misc]
    pass


def test_what_is_left_is_told_with_its_reason() -> None:
    shared = plain(64, 64)
    network = torch.nn.ModuleDict(
        {
            "good": plain(64, 48),
            "odd": plain(100, 64),
            "special": Special(64, 64),
            "heads": torch.nn.MultiheadAttention(64, 4),
            "broken": plain(64, 64),
            "away": torch.nn.Linear(64, 64, device="meta"),
            "hooked": plain(64, 64),
            "named": plain(64, 64),
            "twice": torch.nn.ModuleList([shared, shared]),
        }
    )
    with torch.no_grad():
        network["broken"].weight[0, 0] = float("inf")
    network["hooked"].register_forward_hook(lambda *_: None)
    report = swap_linears(network, skip=("name*",))
    assert {each.name: each.reason for each in report.skipped} == {
        "odd": "a layer 100→64 cannot be packed as int8: its 100 inputs are no multiple of 16",
        "special": "it is a Special, not a plain Linear",
        "heads.out_proj": "it is a NonDynamicallyQuantizableLinear, not a plain Linear",
        "broken": "a weight (64, 64) holds values that are no numbers; it cannot be packed",
        "away": "its weight is on meta; packed weights are for the cpu",
        "hooked": "it has hooks, which would be lost",
        "named": "asked for",
    }
    assert report.num_swapped == 2
    assert isinstance(network["good"], PackedLinear)
    # The same layer in two places is packed once, and so are its bytes.
    assert network["twice"][0] is network["twice"][1]
    assert isinstance(network["twice"][1], PackedLinear)


def test_each_layer_is_gone_before_the_next_is_packed() -> None:
    network = torch.nn.Sequential(*(plain(64, 64) for _ in range(6)))
    weights = [weakref.ref(layer.weight) for layer in network]
    alive: list[int] = []

    class Counting(tuple):  # type: ignore[type-arg]
        """Patterns that are asked for once for each layer."""

        def __iter__(self) -> Iterator[str]:
            alive.append(sum(each() is not None for each in weights))
            return super().__iter__()

    swap_linears(network, skip=Counting())
    assert alive == [6, 5, 4, 3, 2, 1]
    assert all(each() is None for each in weights)


def test_a_layer_alone_cannot_be_exchanged_within_itself() -> None:
    with pytest.raises(ValueError, match=r"itself a linear layer .* use PackedLinear\.of"):
        swap_linears(plain())
    with pytest.raises(ValueError, match="no precision 'int3'"):
        swap_linears(torch.nn.Sequential(plain()), "int3")
