"""The claim ledger: what each sentence asserts, on what ground, and whether the ground holds.

The checks know nothing of how a sentence was written; a sentence of a model, of the embedded writer and of a person
who edited the script are judged alike. What fails is said once more in the source's own words, and cut if even these
do not pass.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from vortex.core.claim import Check, Claim
from vortex.core.document import Passage
from vortex.core.spelled import spelled_numbers
from vortex.core.text import content_words, digits, numbers, sentences
from vortex.story.crossing import across
from vortex.story.denials import denying_words
from vortex.story.languages.table import LANGUAGES
from vortex.story.material import Material
from vortex.story.polish import fault, polish, without_joint
from vortex.story.quotes import find_quote, locate
from vortex.story.script import Scene, Script, Sentence
from vortex.story.words import bare
from vortex.story.writers.frames import frame_vocabulary

ENOUGH_OVERLAP = 0.6
"""Share of a sentence's content words that its quote must hold."""
FRAMES = ("hook", "promise", "link")


def check_script(script: Script, material: Material) -> tuple[Claim, ...]:
    """Return one claim for each sentence of the script, in order, with the checks it was put to."""
    told = [sentence for scene in script.scenes for sentence in scene.sentences]
    if material.traces:
        return tuple(_derived(sentence, material, script.language) for sentence in told)
    allowed = _frame_vocabulary(script, material)
    return tuple(
        _frame(sentence, allowed, script.language) if is_frame(sentence) else _statement(sentence, script, material)
        for sentence in told
    )


def is_frame(sentence: Sentence) -> bool:
    """Tell whether a sentence only frames: a hook, promise or link, or a recap that quotes nothing."""
    return sentence.role in FRAMES or (sentence.role == "recap" and not sentence.quote)


def _frame_vocabulary(script: Script, material: Material) -> frozenset[str]:
    titles = [script.title, material.topic, *(scene.title for scene in script.scenes)]
    for document in material.documents:
        titles += [document.title, document.path.rpartition("/")[2]]
    titles += [name for passage in material.passages for name in passage.section]
    return frozenset(stem for title in titles for stem in content_words(title, script.language)) | frozenset(
        stem for title in titles for stem in numbers(title)
    )


def _frame(sentence: Sentence, allowed: frozenset[str], language: str) -> Claim:
    own = frame_vocabulary(language)
    strange = [
        word
        for word in sentence.text.split()
        if bare(word) not in own and any(stem not in allowed for stem in content_words(word, language))
    ]
    figures = [number for number in numbers(sentence.text) if number not in allowed]
    checks = (
        Check("frame words", not strange, f"words outside titles and topic: {', '.join(strange) or 'none'}"),
        Check("frame numbers", not figures, f"numbers outside titles: {', '.join(figures) or 'none'}"),
    )
    return Claim(sentence.id, sentence.text, "frame", checks=checks)


def _statement(sentence: Sentence, script: Script, material: Material) -> Claim:
    passage = material.by_id.get(sentence.passage)
    if passage is None:
        detail = f"passage {sentence.passage!r} is not among the {len(material.passages)} that were found"
        return Claim(sentence.id, sentence.text, "statement", checks=(Check("passage", False, detail),))
    place = locate(material, passage, sentence.quote) if sentence.quote else None
    return Claim(
        sentence=sentence.id,
        text=sentence.text,
        kind="statement",
        document=material.document_of(passage).id,
        source=passage.source,
        passage=passage.id,
        page=place.page if place else -1,
        label=place.label if place else "",
        boxes=place.boxes if place else (),
        quote=sentence.quote,
        checks=(
            Check("page", place is not None, "found" if place else "the quote stands in no block of the passage"),
            *support(sentence.text, sentence.quote, passage, script.language, material.document_of(passage).language),
        ),
    )


def _derived(sentence: Sentence, material: Material, language: str) -> Claim:
    """Check a sentence about a computation: its rows stand in the trace, and all its numbers and names in its rows.

    Words are the lesson's own, so they are not compared.
    """
    rows = [part for part in sentence.quote.split("\n\n") if part.strip()]
    recorded = {passage.text for passage in material.passages}
    strange = [row for row in rows if row not in recorded]
    passage = material.by_id.get(sentence.passage) or material.passages[0]
    detail = f"not in the trace: {strange[0][:80]!r}" if strange else "word for word"
    checks = (
        Check("quote", bool(rows) and not strange, detail if rows else "no row of the trace is named"),
        _check_numbers(sentence.text, sentence.quote, language),
        _check_labels(sentence.text, sentence.quote),
    )
    return Claim(
        sentence=sentence.id,
        text=sentence.text,
        kind="derived",
        document=material.document_of(passage).id,
        source=passage.source,
        passage=passage.id,
        page=0,
        quote=sentence.quote,
        checks=checks,
    )


def _check_labels(text: str, quote: str) -> Check:
    """Check names that hold a digit, such as ``D4``; whole numbers are looked at elsewhere."""
    held = {_name(word) for word in re.split(r"[\s,=:]+", quote)}
    strange = [word for word in text.split() if re.search(r"[A-Za-z]\d|\d[A-Za-z]", word) and _name(word) not in held]
    return Check("names", not strange, f"not in the quote: {', '.join(strange) or 'none'}")


def support(text: str, quote: str, passage: Passage, language: str, source_language: str = "") -> tuple[Check, ...]:
    """Return the checks that ``quote`` supports ``text`` and stands in ``passage``.

    Args:
        text: what is spoken, in ``language``.
        quote: the source's words.
        passage: where they stand.
        language: ISO 639-1 code.
        source_language: that of the passage; where it is another one, only what survives a translation is compared.
    """
    if source_language and source_language != language:
        return (_check_quote(quote, passage), *across(text, quote, language, source_language))
    return (
        _check_quote(quote, passage),
        _check_numbers(text, quote, language),
        _check_names(text, quote),
        _check_overlap(text, quote, language),
        _check_polarity(text, quote, language),
    )


def _check_quote(quote: str, passage: Passage) -> Check:
    stands = bool(quote.strip()) and bool(find_quote(passage.text, quote))
    return Check("quote", stands, "word for word" if stands else f"not in passage {passage.id}: {quote[:80]!r}")


def _check_numbers(text: str, quote: str, language: str) -> Check:
    """Compare the numbers of both, in digits or in words."""
    held = set(numbers(quote)) | digits(quote, language) | spelled_numbers(quote, language)
    strange = sorted({*numbers(text), *spelled_numbers(text, language)} - held)
    return Check("numbers", not strange, f"not in the quote: {', '.join(strange) or 'none'}")


def _check_names(text: str, quote: str) -> Check:
    held = {_name(part) for word in quote.split() for part in (word, *re.split(r"[-/]", word))}
    strange = [name for name in proper_names(text) if _name(name) not in held]
    return Check("names", not strange, f"not in the quote: {', '.join(strange) or 'none'}")


def _name(word: str) -> str:
    return re.sub(r"['’]s$", "", bare(word))


def proper_names(text: str) -> list[str]:
    """Return words with a capital that does not come from the start of a sentence or of a clause after a colon."""
    words = text.split()
    return [
        word
        for place, word in enumerate(words)
        if any(map(str.isupper, word))
        and (_has_inner_capital(word) or (place > 0 and not words[place - 1].endswith((".", "!", "?", ":"))))
    ]


def _has_inner_capital(word: str) -> bool:
    """Tell whether a capital or a figure follows a capital, as in "SQLite", "NASA" and "D4"."""
    first = next((place for place, letter in enumerate(word) if letter.isupper()), len(word))
    return any(letter.isupper() or letter.isdigit() for letter in word[first + 1 :])


def _check_overlap(text: str, quote: str, language: str) -> Check:
    said, held = content_words(text, language), set(content_words(quote, language))
    share = sum(stem in held for stem in said) / len(said) if said else 0.0
    return Check("overlap", share >= ENOUGH_OVERLAP, f"{share:.0%} of {len(said)} content words stand in the quote")


def _check_polarity(text: str, quote: str, language: str) -> Check:
    """Compare denials: what the text says must be denied as often as in the part of the quote that it restates."""
    if language not in LANGUAGES:
        return Check("polarity", True, f"the denials of {language!r} are not known", applied=False)
    said, held = len(denying_words(text, language)), len(denying_words(quote, language))
    agrees = said == held or (said == 0 and _only_cut(text, quote, language)) or (0 < said < held)
    return Check("polarity", agrees, f"{said} denials in the sentence, {held} in the quote")


def _only_cut(text: str, quote: str, language: str) -> bool:
    """Tell whether ``text`` is the quote with whole clauses left out, the denial in one of those.

    Of a quote of one clause nothing can be left out but the denial itself.
    """
    clauses = re.split(r"(?<=[,;:.])\s+|\s+(?=\()|(?<=\))\s+", quote)
    kept = set(content_words(text, language))
    denied = [content_words(clause, language) for clause in clauses if denying_words(clause, language)]
    few_kept = all(sum(stem in kept for stem in clause) <= len(clause) / 2 for clause in denied)
    return bool(denied) and len(clauses) > 1 and few_kept


def revise(script: Script, claims: Sequence[Claim], material: Material) -> Script:
    """Return the script with unsupported sentences said in their quotes' own words, or cut, and a note of each.

    Args:
        script: what was checked.
        claims: one for each sentence, from ``check_script``.
        material: what was checked against.
    """
    failed = {claim.sentence: claim for claim in claims if not claim.supported}
    if not failed:
        return script
    notes: list[str] = []
    scenes = []
    for scene in script.scenes:
        kept = [_mended(each, failed.get(each.id), script, material, notes) for each in scene.sentences]
        told = tuple(each for each in kept if each is not None)
        if any(not is_frame(each) for each in told) or (told and not any(not is_frame(s) for s in scene.sentences)):
            scenes.append(Scene(scene.id, scene.title, told))
    return replace(script, scenes=tuple(scenes), notes=(*script.notes, *notes))


def _mended(
    sentence: Sentence, claim: Claim | None, script: Script, material: Material, notes: list[str]
) -> Sentence | None:
    if claim is None:
        return sentence
    reason = "; ".join(f"{check.name}: {check.detail}" for check in claim.checks if not check.passed)
    for text in _own_words(sentence, script, material):
        again = replace(sentence, text=text)
        if not is_frame(again) and _statement(again, script, material).supported:
            notes.append(f"Sentence {sentence.id} was said again in the source's words ({reason}).")
            return again
    notes.append(f"Sentence {sentence.id} was cut ({reason}): {sentence.text}")
    return None


def _own_words(sentence: Sentence, script: Script, material: Material) -> list[str]:
    """Return the quote's first sentence that can be spoken; none where it would be in another language."""
    passage = material.by_id.get(sentence.passage)
    if passage and material.document_of(passage).language not in ("", script.language):
        return []
    spoken = [without_joint(polish(part), script.language) for part in sentences(sentence.quote)]
    return [text for text in spoken if not fault(text, language=script.language)][:1]
