"""A film in another language stands beside the first, says what the first says, and changes nothing of it."""

import json
from pathlib import Path

import pytest

from vortex.core.claim import Check, Claim
from vortex.core.errors import ConfigError, EngineError, GateFailed
from vortex.core.text import digits
from vortex.engines.llm.scripted import ScriptedLLM
from vortex.review.checks import translation as reviewed
from vortex.review.film import Original
from vortex.story.script import Scene, Script, Sentence
from vortex.story.storyboard import Storyboard
from vortex.story.translation import (
    blank,
    completed,
    filled,
    ledger,
    matching,
    moved,
    translated_board,
    translated_script,
)
from vortex.story.writers.translator import translate
from vortex.studio import Studio
from vortex.visuals.shot import Cue, Shot

SAMPLES = Path(__file__).parent / "samples"
SETTINGS = {"render.height": 240, "render.preset": "ultrafast", "search.embedder": "none"}
GERMAN = {
    "Lighthouses": "Leuchttürme",
    "A lighthouse is a tower that shows sailors where the coast is.": "Ein Leuchtturm ist ein Turm, der den Seeleuten "
    "zeigt, wo die Küste liegt.",
    "The first famous one stood in Alexandria and was about 100 metres high.": "Der erste berühmte stand in Alexandria "
    "und war etwa 100 Meter hoch.",
    "It burned a fire by night and sent up smoke by day.": "Nachts brannte ein Feuer, und am Tag stieg Rauch auf.",
    "That was lighthouses.": "Das waren die Leuchttürme.",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a short English film."""
    folder = tmp_path_factory.mktemp("translated") / "film"
    source = folder.parent / "lighthouses.md"
    text = (SAMPLES / "en.md").read_text(encoding="utf8")
    source.write_text(text[: text.index("## The lens")], encoding="utf8")
    Studio(SETTINGS).make(source, out=folder, seconds=22)
    return folder


def fill(file: Path) -> None:
    """Write the German of every text that is known; the question is put together."""
    data = json.loads(file.read_text(encoding="utf8"))
    for piece in pieces(data):
        piece["text"] = piece["text"] or GERMAN.get(piece["original"], "")
        if piece.get("role") == "hook":
            piece["text"] = "Was muss man über Leuchttürme wissen?"
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf8")


def pieces(data: object) -> list[dict[str, str]]:
    if isinstance(data, dict):
        own = [data] if "original" in data else []
        return own + [each for value in data.values() for each in pieces(value)]
    return [each for value in data for each in pieces(value)] if isinstance(data, list) else []


def test_a_translated_film_stands_beside_the_first(made: Path) -> None:
    before = {file.name: file.read_bytes() for file in (made / "out").glob("*") if file.is_file()}
    left = Studio().translate(made, "de")
    assert left.missing and left.file == made / "script.de.json"
    with pytest.raises(ConfigError, match='write each "text" beside its "original"'):
        Studio().make(out=made, translation="de")
    fill(left.file)
    assert not Studio().translate(made, "de").missing, "what was filled in is kept"
    film = Studio().make(out=made, translation="de")
    assert (film.mp4.name, film.verdict.passed, film.script.language) == ("film.de.mp4", True, "de")
    assert {name: (made / "out" / name).read_bytes() for name in before} == before
    assert "100 Meter" in (made / "out" / "film.de.srt").read_text(encoding="utf8")
    again = Studio().make(out=made)
    assert (again.shots_made, again.mp4.read_bytes()) == (0, before["film.mp4"])


def test_a_translation_with_another_number_is_refused(made: Path) -> None:
    file = Studio().translate(made, "de").file
    fill(file)
    whole = file.read_text(encoding="utf8")
    file.write_text(whole.replace("etwa 100 Meter", "etwa 120 Meter"), encoding="utf8")
    with pytest.raises(GateFailed, match="left out: 100; not in the original: 120"):
        Studio().make(out=made, translation="de")


def test_pruning_keeps_a_translation_and_says_where_one_no_longer_fits(made: Path) -> None:
    (made / "script.de.json").unlink(missing_ok=True)
    file = Studio().translate(made, "de").file
    fill(file)
    Studio().make(out=made, translation="de")
    with Studio().editing(made) as editor:
        editor.prune()
    assert Studio().make(out=made, translation="de").shots_made == 0
    file.write_text(file.read_text(encoding="utf8").replace("etwa 100 Meter", "etwa 120 Meter"), encoding="utf8")
    heard: list[str] = []
    with Studio(listen=lambda event: heard.append(event.message)).editing(made) as editor:
        editor.prune(dry_run=True)
    assert any("what the film in 'de' needs is not kept" in message for message in heard)


def test_only_another_language_that_is_spoken_will_do(made: Path) -> None:
    with pytest.raises(ConfigError, match="the film is in 'en'"):
        Studio().translate(made, "en")
    with pytest.raises(ConfigError, match="there is no translation into 'fr'; run first: vortex translate"):
        Studio().make(out=made, translation="fr")


def test_a_file_of_another_film_is_refused(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    data = json.loads(Studio().translate(made, "es").file.read_text(encoding="utf8"))
    data["scenes"][0]["sentences"][0]["original"] = "Something else?"
    other.write_text(json.dumps(data), encoding="utf8")
    with pytest.raises(ConfigError, match="1 sentences of the film are others now"):
        Studio().translate(made, "es", filled=other)


def film(*texts: str) -> tuple[Script, Storyboard]:
    sentences = tuple(Sentence(f"s{number}", text) for number, text in enumerate(texts))
    shot = Shot(id="shot001", kind="quote", params={"text": " ".join(texts)}, sentences=[each.id for each in sentences])
    return Script("Towers", "en", (Scene("c", "Towers", sentences),), "w", "embedded"), Storyboard((shot,))


def test_a_model_fills_in_what_is_empty_and_signs_for_it() -> None:
    script, board = film("A tower stands.", "It has 3 rooms.")
    empty = blank(script, board, "de")
    answer = {"texts": ["Türme", "Ein Turm steht.", "Er hat 3 Räume.", "Ein Turm steht. Er hat 3 Räume."]}
    model = ScriptedLLM(["no JSON", json.dumps({"texts": ["too few"]}), json.dumps(answer)])
    done = translate(empty, model, max_retries=2)
    assert (done.missing(), done.untold(), done.translator, done.rung) == ([], 0, "scripted", "local model")
    assert "held 1 texts, not 4" in model.asked[2][-1].content
    with pytest.raises(EngineError, match="gave no translation in 2 tries"):
        translate(empty, ScriptedLLM(["no", "no"]), max_retries=1)


def test_a_picture_that_writes_out_what_is_said_takes_its_words() -> None:
    script, board = film("A tower stands.", "It has 3 rooms.")
    known = {"Towers": "Türme", "A tower stands.": "Ein Turm steht.", "It has 3 rooms.": "Er hat 3 Räume."}
    done = completed(filled(blank(script, board, "de"), known), board)
    assert done.shots[0].texts[0].text == "Ein Turm steht. Er hat 3 Räume."
    told = translated_script(script, done, ())
    shown = translated_board(board, script, told, done).shots[0]
    assert (told.title, shown.params) == ("Türme", {"text": "Ein Turm steht. Er hat 3 Räume."})


def test_a_cue_goes_to_the_word_that_says_the_same_or_as_far_into_the_sentence() -> None:
    old = ["In", "1822", "Fresnel", "built", "a", "lens", "of", "rings"]
    new = ["Fresnel", "baute", "im", "Jahr", "1822", "eine", "Linse"]
    assert new[matching(1, old, new)] == "1822"
    assert new[matching(2, old, new)] == "Fresnel"
    assert matching(7, old, new) == 6 and matching(0, old, new) == 0
    cues = [Cue(sentence="s", word=word, target=f"item:{word}") for word in (1, 2, 7)]
    assert [cue.word for cue in moved(cues, {"s": old}, {"s": new})] == [4, 4, 6]


def test_numbers_agree_in_both_notations() -> None:
    assert digits("1.234,5 km und 300 000", "de") == {"1234.5", "300000"} == digits("1,234.5 and 300,000", "en")
    original = Original("en", (("s1", "About 1,234.5 of three towers."), ("s2", "In 1822 it was built of glass.")))
    said = {"s1": "Etwa 1.234,5 von 3 Türmen.", "s2": "Es wurde 1822 aus Glas gebaut."}
    assert reviewed.same_numbers(said, original, "de").passed
    assert not reviewed.same_numbers(said | {"s2": "Es wurde 1823 gebaut."}, original, "de").passed
    assert not reviewed.same_numbers(said | {"s2": "Es wurde aus Glas gebaut."}, original, "de").passed
    byte = Original("en", (("s1", "It takes 1 byte."),))
    assert reviewed.same_numbers({"s1": "Il faut un octet."}, byte, "fr").passed
    assert not reviewed.same_numbers({"s1": "Il faut deux octets."}, byte, "fr").passed
    assert reviewed.complete(said, original).passed
    assert not reviewed.complete({"s1": said["s1"]}, original).passed
    assert not reviewed.complete(said | {"s2": original.sentences[1][1]}, original).passed


def test_the_ledger_of_a_translation_keeps_quote_and_page_and_says_what_is_not_applied() -> None:
    text = "The tower is not 100 metres high."
    claim = Claim("s1", text, "statement", "doc", "a.pdf", "doc:0", 3, "iv", (), text, (Check("quote", True),))
    before = Script("T", "en", (Scene("c", "T", (Sentence("s1", text, quote=text),)),), "w", "embedded")

    def told(german: str) -> Claim:
        script = Script("T", "de", (Scene("c", "T", (Sentence("s1", german),)),), "w", "embedded")
        (row,) = ledger([claim], before, script)
        return row

    good = told("Der Turm ist nicht 100 Meter hoch.")
    assert good.supported and (good.quote, good.label, good.page) == (text, "iv", 3)
    assert {check.name for check in good.checks if not check.applied} == {"overlap", "names"}
    assert not told("Der Turm ist 100 Meter hoch.").supported
    assert told("Der Turm ist nicht hundert Meter hoch.").supported
    assert not told("Der Turm ist nicht zweihundert Meter hoch.").supported
    assert not told("Der Turm ist nicht hoch.").supported
    assert not told(text).supported
