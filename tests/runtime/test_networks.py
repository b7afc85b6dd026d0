"""Which networks are streamed and which are left to their library."""

from pathlib import Path

import pytest
from factories import networks

from vortex.runtime.loader import OmniModelLoader

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def t5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return networks.save_network("t5", tmp_path_factory.mktemp("models") / "t5")


def test_bfloat16_is_streamed_where_only_float16_would_lose_layers(t5: Path) -> None:
    loaded = OmniModelLoader(t5).load(dtype="bfloat16")
    theirs = transformers.T5ForConditionalGeneration.from_pretrained(t5, dtype=torch.bfloat16)
    assert loaded.how == "streamed"
    ours = loaded.model.state_dict()
    for name, tensor in theirs.state_dict().items():
        assert ours[name].dtype == tensor.dtype == torch.bfloat16
        assert torch.equal(ours[name], tensor)
    assert torch.equal(networks.try_network(loaded.model), networks.try_network(theirs.eval()))


def test_float16_is_left_to_the_library_which_keeps_some_layers_exact(t5: Path) -> None:
    loaded = OmniModelLoader(t5).load(dtype="float16")
    assert "single precision" in loaded.how
    kinds = {each.dtype for name, each in loaded.model.named_parameters() if name.endswith("wo.weight")}
    assert kinds == {torch.float32}
