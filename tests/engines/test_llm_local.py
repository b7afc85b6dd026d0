"""A language model in this process: it answers in the form that is asked for, within the memory that is declared."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vortex.core.errors import EngineError, MemoryPressureError, ModelError
from vortex.core.settings import LLMSettings, RuntimeSettings
from vortex.engines.llm.base import Message
from vortex.runtime.room import EngineRoom

models = pytest.importorskip("llm_server.models", reason="torch or transformers is not installed")
pytest.importorskip("llguidance")
local = pytest.importorskip("vortex.engines.llm.local")

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string", "maxLength": 30}, "scenes": {"type": "integer"}},
    "required": ["title", "scenes"],
    "additionalProperties": False,
}
ASKED = (Message("system", "You plan films."), Message("user", "Plan one about heaps."))
TEXTS = ["You plan films.", "Plan one about heaps.", '{"title":"Heaps","scenes":3}', "A heap keeps its smallest item."]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-llama"
    tokenizer = models.make_tokenizer(TEXTS, folder, 400)
    lesson = ([{"role": each.role, "content": each.content} for each in ASKED], '{"title":"Heaps","scenes":3}')
    model = models.make_model(tokenizer)
    threads = models.torch.get_num_threads()
    models.torch.set_num_threads(1)
    assert models.train(model, tokenizer, [lesson], most_steps=60)[-1] < 0.02
    models.torch.set_num_threads(threads)
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def room() -> Iterator[EngineRoom]:
    with EngineRoom(RuntimeSettings("cpu", 0.5, 1.0), lambda name: Path(name)) as room:
        yield room


def engine(folder: Path, room: EngineRoom, **settings: Any) -> Any:
    return local.LocalLLM.from_room(LLMSettings("local", model=str(folder), **settings), room)


def test_it_says_what_it_learnt(folder: Path, room: EngineRoom) -> None:
    said = engine(folder, room).complete(ASKED)
    assert (said.text, said.is_whole, said.model) == ('{"title":"Heaps","scenes":3}', True, "tiny-llama")
    assert said.prompt_tokens > 5 and said.completion_tokens > 3
    assert said == engine(folder, room).complete(ASKED)


def test_any_question_is_answered_in_the_schema(folder: Path, room: EngineRoom) -> None:
    model = engine(folder, room)
    for question in ("zzz", "Plan nothing.", "A heap?"):
        said = model.complete((Message("user", question),), schema=SCHEMA)
        answer = json.loads(said.text)
        assert set(answer) == {"title", "scenes"} and isinstance(answer["scenes"], int)
        assert said.is_whole


def test_an_answer_that_is_cut_off_says_so(folder: Path, room: EngineRoom) -> None:
    said = engine(folder, room).complete(ASKED, max_tokens=3)
    assert (said.is_whole, said.completion_tokens) == (False, 3)


def test_a_question_that_leaves_no_room_is_refused(folder: Path, room: EngineRoom) -> None:
    with pytest.raises(EngineError, match=r"has \d{4,} tokens, and the model holds 2048"):
        engine(folder, room, context_tokens=2048).complete((Message("user", "Plan one. " * 2000),))


def test_the_model_is_leased_and_its_cache_is_counted(folder: Path, room: EngineRoom) -> None:
    engine(folder, room).complete(ASKED, max_tokens=2)
    (name,) = room.residency
    (placement,) = room.residency.placements()
    assert placement.footprint is not None
    # 3 layers of 4 heads of 40 numbers, keys and values, 4096 places, 4 bytes.
    assert placement.footprint.activation_bytes == 2 * 3 * 4 * 40 * 4096 * 4
    assert placement.leases == 0 and str(folder) in name


def test_a_budget_that_is_too_small_is_refused(folder: Path) -> None:
    with EngineRoom(RuntimeSettings("cpu", 0.001, 0.002), lambda name: Path(name)) as room:
        with pytest.raises(MemoryPressureError, match="tiny-llama"):
            engine(folder, room).complete(ASKED)
        assert room.residency.held() == {}


def test_a_folder_without_a_tokenizer_or_a_model_is_refused(folder: Path, tmp_path: Path, room: EngineRoom) -> None:
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    with pytest.raises(ModelError, match="no vocabulary"):
        engine(tmp_path, room).complete(ASKED)
    with pytest.raises(ModelError, match="no model is named"):
        local.LocalLLM.from_room(LLMSettings("local"), room)


def test_a_model_without_a_chat_template_is_asked_in_plain_lines(
    folder: Path, tmp_path: Path, room: EngineRoom
) -> None:
    for file in folder.iterdir():
        if "template" not in file.name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    told = json.loads((tmp_path / "tokenizer_config.json").read_text())
    told.pop("chat_template", None)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(told))
    said = engine(tmp_path, room).complete(ASKED, max_tokens=5)
    assert said.notes == (f"{tmp_path.name} has no chat template: the conversation was written as plain lines.",)
