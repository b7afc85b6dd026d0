"""Scripts from recipes, from the table and from a language model."""

import json
from typing import Any

import pytest

from vortex.core.errors import EngineError
from vortex.core.text import count_words
from vortex.engines.llm.scripted import ScriptedLLM
from vortex.production.slots.recipe import SlotOrder, Tone
from vortex.production.slots.showrunner import Script, request, words_for, write_script
from vortex.production.slots.templates import TEMPLATES
from vortex.production.slots.validation import read_order

WRITTEN = {"setup": "A lamp has quit.", "punchline": "It was seen leaving.", "visual_prompt": "a lamp at a bus stop"}


def order(script: dict[str, str] | None = None, tone: Tone = "deadpan", **narrative: Any) -> SlotOrder:
    return read_order({"narrative": {"theme": "a lamp", "tone": tone, "script": script or {}, **narrative}})


def write(*answers: Any, given: dict[str, str] | None = None, retries: int = 2) -> tuple[Script, ScriptedLLM]:
    model = ScriptedLLM([each if isinstance(each, str) else json.dumps(each) for each in answers])
    return write_script(order(given), 1, model, retries), model


def test_a_given_script_is_spoken_as_it_is() -> None:
    plain = read_order({"audio_track": {"script": " One. Two. "}, "visual_track": {"prompt": "x"}})
    assert write_script(plain, 1, None) == Script(("One. Two.",), 0.0, "x", "recipe")
    whole = write_script(order(WRITTEN), 1, ScriptedLLM([]))
    assert (whole.lines, whole.origin) == (("A lamp has quit.", "It was seen leaving."), "recipe")


@pytest.mark.parametrize("tone", TEMPLATES)
def test_the_table_is_labelled_seeded_and_about_the_theme(tone: Tone) -> None:
    made = [write_script(order(tone=tone), seed, None) for seed in range(40)]
    assert made == [write_script(order(tone=tone), seed, None) for seed in range(40)]
    assert len({script.lines for script in made}) == len(TEMPLATES[tone])
    for script in made:
        assert script.origin == "table"
        assert "no model wrote it" in script.notes[0]
        assert "a lamp" in " ".join(script.lines).lower()
        assert "a lamp" in script.visual_prompt.lower()
        assert all(line[0].isupper() for line in script.lines)


def test_tones_differ_in_their_pause() -> None:
    pauses = [write_script(order(tone=tone), 1, None).pause_s for tone in ("manic", "absurd", "deadpan")]
    assert pauses == sorted(set(pauses))


def test_braces_in_a_theme_are_words() -> None:
    odd = read_order({"narrative": {"theme": "{setup} {0} %s"}})
    assert "{setup} {0} %s" in " ".join(write_script(odd, 1, None).lines)


def test_a_model_writes_and_signs() -> None:
    script, model = write(WRITTEN)
    assert script.lines == (WRITTEN["setup"], WRITTEN["punchline"])
    assert script.origin == "language model scripted"
    assert "a lamp" in model.asked[0][-1].content
    assert "deadpan" in model.asked[0][-1].content


def test_what_is_given_is_kept_and_said_to_the_model() -> None:
    script, model = write(WRITTEN, given={"punchline": "Nobody noticed.", "setup": "", "visual_prompt": ""})
    assert script.lines == (WRITTEN["setup"], "Nobody noticed.")
    assert script.origin == "recipe and language model scripted"
    assert "Nobody noticed." in model.asked[0][-1].content


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("I cannot do that.", "JSON"),
        ({**WRITTEN, "setup": ""}, "setup"),
        ({**WRITTEN, "mood": "x"}, "mood"),
        ({**WRITTEN, "setup": "word " * 115}, "a slot holds 111"),
    ],
)
def test_an_answer_that_is_no_script_is_asked_for_again_with_what_was_wrong(bad: Any, said: str) -> None:
    script, model = write(bad, f"```json\n{json.dumps(WRITTEN)}\n```")
    assert script.lines[0] == WRITTEN["setup"]
    assert said in model.asked[1][-1].content
    with pytest.raises(EngineError, match="no script in 2 tries"):
        write(bad, bad, retries=1)


def test_the_length_asked_for_follows_the_recipe() -> None:
    def wanted(**params: Any) -> int:
        return words_for(read_order({"narrative": {"theme": "x"}, **params}))

    assert wanted(slot_params={"target_duration": 30}) == pytest.approx(80, abs=1)
    assert wanted(slot_params={"target_duration": 30}, audio={"speed": 1.2}) == pytest.approx(96, abs=1)
    assert wanted(slot_params={"target_duration": 1}) == 12
    assert "about 80 words" in request(
        read_order({"narrative": {"theme": "x"}, "slot_params": {"target_duration": 30}})
    )


def test_every_template_fits_a_slot_of_its_usual_length() -> None:
    for rows in TEMPLATES.values():
        for row in rows:
            assert 10 <= count_words(f"{row.setup} {row.punchline}") <= 40
            assert "{theme}" in row.setup
            assert "{theme}" in row.visual_prompt
