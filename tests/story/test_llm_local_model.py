"""The writer with real models behind a real server: one that talks nonsense, and one that learnt to copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from llm_server.teacher import CopyingTeacher

from vortex.core.errors import EngineError
from vortex.core.settings import LLMSettings, RuntimeSettings
from vortex.engines.llm.base import Message
from vortex.engines.llm.remote import RemoteLLM
from vortex.runtime.room import EngineRoom
from vortex.story.brief import Brief
from vortex.story.budget import WordBudget
from vortex.story.claims import check_script
from vortex.story.material import Material
from vortex.story.writers.llm import LLMWriter

_MISSING = "torch, transformers or llguidance is not installed; the extra dev-models brings them"
models = pytest.importorskip("llm_server.models", reason=_MISSING)
serving = pytest.importorskip("llm_server.serving", reason=_MISSING)

BRIEF, BUDGET = Brief(seconds=40), WordBudget(40)
MODEL_FILES = {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}


@pytest.fixture(scope="module")
def lessons(film_article: Material) -> Iterator[list[tuple[list[dict[str, str]], str]]]:
    """Give the conversations of a film that a program wrote by copying; one thread is enough for tiny models."""
    threads = models.torch.get_num_threads()
    models.torch.set_num_threads(1)
    teacher = CopyingTeacher()
    LLMWriter(teacher).write(BRIEF, film_article, BUDGET)
    yield teacher.lessons
    models.torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def random_model(lessons: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(lessons, tmp_path_factory.mktemp("random", numbered=False), num_steps=0)


@pytest.fixture(scope="module")
def trained_model(lessons: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(lessons, tmp_path_factory.mktemp("trained", numbered=False), num_steps=150)


def saved(lessons: Any, folder: Path, num_steps: int) -> Path:
    texts = [text for messages, answer in lessons for text in (answer, *(each["content"] for each in messages))]
    tokenizer = models.make_tokenizer(texts, folder)
    model = models.make_model(tokenizer)
    if num_steps:
        rounds = models.train(model, tokenizer, lessons, most_steps=num_steps)
        assert rounds[-1] < 0.02 < rounds[0]
    model.save_pretrained(folder)
    assert {file.name for file in folder.iterdir()} >= MODEL_FILES
    return folder


@contextmanager
def asking(folder: Path, **options: Any) -> Iterator[tuple[Any, RemoteLLM]]:
    with serving.serving(folder, **options) as server:
        engine = RemoteLLM(LLMSettings(base_url=server.base_url, model=folder.name, max_retries=1))
        try:
            yield server, engine
        finally:
            engine.close()


def test_nonsense_in_the_right_form_is_cut_to_the_last_sentence(film_article: Material, random_model: Path) -> None:
    with asking(random_model) as (server, engine):
        cut = r"none of [1-9]\d* sentences of random stands its checks: A sentence was cut \(quote: not in passage"
        with pytest.raises(EngineError, match=cut):
            LLMWriter(engine, max_retries=1, context_tokens=2048).write(BRIEF, film_article, BUDGET)
    forms = [list(asked["response_format"]["json_schema"]["schema"]["properties"]) for asked in server.asked]
    assert forms[0] == ["scenes"] and forms[1:] and all(form == ["sentences"] for form in forms[1:])


def test_a_small_model_writes_a_film_whose_every_sentence_is_supported(
    film_article: Material, trained_model: Path
) -> None:
    with asking(trained_model) as (server, engine):
        script = LLMWriter(engine, max_retries=1).write(BRIEF, film_article, BUDGET)
    claims = check_script(script, film_article)
    statements = [claim for claim in claims if claim.kind == "statement"]
    assert len(statements) >= 4 and all(claim.supported for claim in claims)
    assert script.rung == "local model"
    assert abs(BUDGET.forecast(script) / BUDGET.seconds - 1) < 0.15
    assert all("response_format" in asked for asked in server.asked)


def test_a_model_in_this_process_writes_the_film_that_it_writes_behind_a_server(
    film_article: Material, trained_model: Path
) -> None:
    from vortex.engines.llm.local import LocalLLM

    with asking(trained_model) as (_, engine):
        theirs = LLMWriter(engine, max_retries=1).write(BRIEF, film_article, BUDGET)
    with EngineRoom(RuntimeSettings("cpu", 0.5, 1.0), Path) as room:
        ours = LLMWriter(LocalLLM(LLMSettings("local", model=str(trained_model)), room)).write(
            BRIEF, film_article, BUDGET
        )
    assert [scene.sentences for scene in ours.scenes] == [scene.sentences for scene in theirs.scenes]


def test_a_server_that_refuses_schemas_is_asked_in_words_and_the_script_says_so(
    film_article: Material, trained_model: Path
) -> None:
    with asking(trained_model, takes_schema=False) as (server, engine):
        asked = (Message("user", "Plan 1 scene"),)
        answer = engine.complete(asked, schema={"type": "object"}, max_tokens=8)
    assert ["response_format" in each for each in server.asked] == [True, False]
    assert "refuses response_format (status 400)" in answer.notes[0]
