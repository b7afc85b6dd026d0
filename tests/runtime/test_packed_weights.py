"""Weights in 8 and 4 bits are what they claim, and torch's operations multiply by them."""

import logging
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed; see the extra dev-models")

from vortex.runtime.packed_weights import (  # noqa: E402
    GROUP_SIZES,
    PLAIN,
    TOLERANCE,
    Layout,
    Packing,
    layout,
    multiply,
    operation,
    quantise_groups,
    quantise_rows,
)

BF16 = torch.bfloat16


def weights(rows: int = 64, columns: int = 256) -> "torch.Tensor":
    made = torch.randn(rows, columns, generator=torch.Generator().manual_seed(1))
    # Rows of very different size, as trained networks have them.
    return made * torch.logspace(-4, 1, rows)[:, None]


@pytest.mark.parametrize("dtype", [BF16, torch.float32])
def test_eight_bits_are_off_by_half_a_scale_at_most(dtype: "torch.dtype") -> None:
    weight = weights()
    whole, scales = quantise_rows(weight, dtype)
    assert (whole.dtype, scales.dtype, int(whole.abs().max())) == (torch.int8, dtype, 127)
    error = (whole * scales.float()[:, None] - weight).abs() / scales.float()[:, None]
    assert 0.45 < float(error.max()) <= 0.5001


@pytest.mark.parametrize("dtype", [BF16, torch.float32])
@pytest.mark.parametrize("group_size", GROUP_SIZES)
def test_four_bits_are_off_by_half_a_scale_and_the_rounding_of_the_offset(
    dtype: "torch.dtype", group_size: int
) -> None:
    weight = weights()
    whole, both = quantise_groups(weight, group_size, dtype)
    assert (whole.min(), whole.max(), both.shape) == (0, 15, (256 // group_size, 64, 2))
    scale, offset = both.float().repeat_interleave(group_size, 0).unbind(2)
    error = ((whole.float() - 8) * scale.T + offset.T - weight).abs() / scale.T
    rounding = 2**-9 if dtype is BF16 else 2**-24
    # At the ends of a group, what the rounding of scale and offset moved adds to half a step.
    allowed = 0.5 + 15 * rounding + rounding * (offset.abs() / scale).T
    assert bool((error <= allowed + 1e-4).all())
    assert float(error.max()) > 0.45


def test_a_row_of_zeros_and_a_row_of_one_value_stay_what_they_are() -> None:
    weight = torch.zeros(16, 64)
    weight[1] = 0.375
    whole, scales = quantise_rows(weight, torch.float32)
    torch.testing.assert_close(whole * scales[:, None], weight, rtol=1e-6, atol=0)
    whole, both = quantise_groups(weight, 32, torch.float32)
    scale, offset = both.repeat_interleave(32, 0).unbind(2)
    assert torch.equal((whole.float() - 8) * scale.T + offset.T, weight)


@pytest.mark.parametrize("rows", [16, 32, 48, 64, 80, 128, 240])
@pytest.mark.parametrize("made", [layout(), PLAIN], ids=["of torch", "plain"])
def test_a_layout_gives_back_what_it_was_given(made: Layout, rows: int) -> None:
    whole = torch.randint(0, 16, (rows, 96), dtype=torch.uint8, generator=torch.Generator().manual_seed(rows))
    packed = made.pack(whole)
    assert packed.shape == (rows, 48)
    back = [
        made.unpack(packed[first : first + count * size], count, size).transpose(1, 2).flatten(0, 1)
        for first, count, size in made.blocks(rows)
    ]
    assert torch.equal(torch.cat(back), whole)


@pytest.mark.parametrize("rows", [16, 48, 64, 112, 320])
def test_the_layout_that_was_learnt_is_that_of_torch(rows: int) -> None:
    whole = torch.randint(0, 16, (rows, 128), generator=torch.Generator().manual_seed(rows))
    theirs = torch._convert_weight_to_int4pack_for_cpu(whole.to(torch.int32), 1)
    assert torch.equal(layout().pack(whole.to(torch.uint8)), theirs)


@pytest.mark.parametrize("dtype", [BF16, torch.float32])
@pytest.mark.parametrize("num_rows", [1, 3, 4, 9])
def test_the_operations_are_within_their_tolerance_of_plain_arithmetic(dtype: "torch.dtype", num_rows: int) -> None:
    weight, rows = weights(96, 512), torch.randn(num_rows, 512).to(dtype)
    whole, scales = quantise_rows(weight, dtype)
    wanted = rows.double() @ (whole.double() * scales.double()[:, None]).T
    found = multiply("int8", rows, whole, scales)
    assert found.dtype == dtype
    assert float((found.double() - wanted).abs().max() / wanted.abs().max()) < TOLERANCE[dtype]
    for group_size in GROUP_SIZES:
        whole, both = quantise_groups(weight, group_size, dtype)
        scale, offset = both.double().repeat_interleave(group_size, 0).unbind(2)
        wanted = rows.double() @ ((whole.double() - 8) * scale.T + offset.T).T
        found = multiply("int4", rows, layout().pack(whole), both)
        assert float((found.double() - wanted).abs().max() / wanted.abs().max()) < TOLERANCE[dtype]


def test_an_operation_that_torch_does_not_have_for_a_type_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    operation.cache_clear()
    with caplog.at_level(logging.WARNING, "vortex.runtime"):
        found = [operation("int8", torch.float64) for _ in range(3)]
    assert found[0].max_rows == 0 and "float tensor" in found[0].problem
    assert len(caplog.records) == 1
    assert "int8 weights are unpacked for every product in float64, slowly: torch's operation" in caplog.text


def test_what_works_is_used_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    operation.cache_clear()
    assert operation("int8", BF16).problem == operation("int4", BF16).problem == ""
    assert operation("int8", BF16).max_rows > 1 and operation("int8", torch.float32).max_rows == 0
    assert not caplog.records


def test_rows_that_begin_at_an_odd_address_do_not_crash() -> None:
    """In a process of its own: the bare operation ends it with a segmentation fault."""
    code = (
        "import torch; from vortex.runtime.packed_weights import multiply, quantise_rows\n"
        "whole, scales = quantise_rows(torch.randn(64, 64), torch.bfloat16)\n"
        "rows = torch.randn(1 + 3 * 64).bfloat16()[1:].view(3, 64)\n"
        "print(torch.equal(multiply('int8', rows, whole, scales), multiply('int8', rows.clone(), whole, scales)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_rows_that_lie_across_memory_are_multiplied_as_they_are_meant() -> None:
    whole, scales = quantise_rows(torch.randn(32, 64), BF16)
    rows = torch.randn(64, 5).bfloat16().T
    assert torch.equal(multiply("int8", rows, whole, scales), multiply("int8", rows.contiguous(), whole, scales))


@pytest.mark.parametrize(
    ("packing", "shape", "said"),
    [
        (Packing(), (64, 100), "its 100 inputs are no multiple of 16"),
        (Packing("int4"), (64, 96), "its 96 inputs are no multiple of 64"),
        (Packing("int4", 32), (40, 96), "its 40 outputs are no multiple of 16"),
        (Packing(), (262_144, 8192), "its 2147483648 weights are more than the operation can count"),
        (Packing(), (64, 0), "its 0 inputs are no multiple of 16"),
        (Packing(), (5, 48), ""),
        (Packing("int4", 32), (48, 96), ""),
    ],
)
def test_a_shape_that_the_kernels_would_read_beyond_is_no_fit(
    packing: Packing, shape: tuple[int, int], said: str
) -> None:
    assert packing.misfit(*shape) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("int5",), "no precision 'int5'; there are: int8, int4"),
        (("int4", 48), "groups of 48 columns cannot be multiplied"),
        (("int8", 64, "float16"), "cannot compute in 'float16'; there are: bfloat16"),
    ],
)
def test_a_packing_that_is_not_there_is_named(values: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Packing(*values)  # type: ignore[arg-type]
