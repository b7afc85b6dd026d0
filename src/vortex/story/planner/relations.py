"""How the things in a sentence stand to each other.

A rule and its exception, one thing and what it consists of, two things of which the same is told, terms that are
defined one after the other, somebody and what he is bound to do.
Like ``shapes``, these look at the form of words only, and put on the screen what the sentence says; all but the terms
know English words only.
"""

import re
from collections.abc import Sequence

from vortex.story.planner.line import Line, Option, cue
from vortex.story.planner.phrase import shorten, subject, word_of
from vortex.story.planner.shapes import defined
from vortex.story.polish import balanced, without_joint
from vortex.story.words import bare, is_verb, word_set

Lines = Sequence[Line]

SIDE_WORDS = 18
"""Most words of one side of a comparison."""
NODE_WORDS = 12
_EXCEPTION = re.compile(
    r"(?P<rule>.+?),?\s+(?P<mark>unless|except(?: that| as to| in| for| during| when| where)?|provided that)\s+"
    r"(?P<but>.+)$",
    re.IGNORECASE,
)
_LINK = re.compile(
    r",?\s(?P<verb>(?:shall|can|may|must|will|should)?\s?(?:be|is|are)\s"
    r"(?:vested in|composed of|delegated to|stored in|based on|divided into|made of|"
    r"derived from|controlled by|governed by|presented to|originate in|converted to|"
    r"converted into|connected to|attached to|assigned to|recognized as|regarded as|represented by|replaced by|"
    r"specified by|determined by|formed by|produced by|defined by|implemented by|implemented as)"
    r"|(?:shall |can |may |must |will )?(?:consists? of|depends? on|leads? to|results? in|originates? in|belongs? to|"
    r"extends? to|includes?|requires?|contains?|produces?|returns?|implies|provides?))\s",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"(?P<who>(?:\S+\s){0,7}?\S+)\s(?P<what>(?P<modal>shall|must|may|can|cannot|should|will|need not)\s.+)$"
)
_POINTING = word_set("it they this that these those there if when which he she you we")
_FORBIDS = re.compile(r"\b(?:no|not|never|nor|neither|cannot)\b", re.IGNORECASE)


def exception(lines: Lines) -> Option | None:
    """Show what holds, and beside it where it does not."""
    if len(lines) != 1 or lines[0].language != "en":
        return None
    line = lines[0]
    text = without_joint(line.text).rstrip(".")
    found = _EXCEPTION.match(text)
    title = subject(found["rule"], 7) if found else ""
    if not found or not title:
        return None
    rule = _after(found["rule"], title)
    but = found["but"]
    if not all(2 <= len(part.split()) <= SIDE_WORDS and balanced(part) for part in (rule, but)):
        return None
    mark = found["mark"].split()[0]
    rest = found["mark"].removeprefix(mark).strip()
    columns = [
        {"title": title, "items": [_capital(rule)]},
        {"title": _capital(mark), "items": [_capital(f"{rest} {but}".strip())]},
    ]
    at = word_of(line.text, found.group()[found.start("mark") :])
    cues = (
        cue(line, word_of(line.text, title), "column:0"),
        cue(line, word_of(line.text, rule), "item:0,0"),
        cue(line, at, "column:1"),
        cue(line, at + 1, "item:1,0"),
    )
    return Option(
        "compare", {"columns": columns}, f"“{mark}” sets an exception beside the rule for {title}.", cues, 0.9
    )


def _after(rule: str, title: str) -> str:
    """Return what the rule says of its subject."""
    at = rule.lower().find(title.lower())
    return rule[at + len(title) :].strip(" ,")


def relation(lines: Lines) -> Option | None:
    """Show one thing and what it consists of, leads to or is given to, with the verb on the arrow."""
    if len(lines) != 1 or lines[0].language != "en":
        return None
    line = lines[0]
    text = without_joint(line.text).rstrip(".")
    found = _LINK.search(text)
    if not found or len(_LINK.findall(text)) > 1 or "," in text[: found.start()]:
        return None
    left, right = text[: found.start()].strip(" ,"), text[found.end() :]
    right = (
        right if len(right.split()) <= NODE_WORDS else shorten(f"{left} {found['verb']} {right}", 40) and _cut(right)
    )
    verb = " ".join(found["verb"].split())
    least = 1 if text.endswith(right) else 3
    if not (1 <= len(left.split()) <= 8 and least <= len(right.split()) <= NODE_WORDS and _is_thing(left)):
        return None
    second = len(line.text.split()) - len(text[found.end() :].split())
    nodes = [{"label": _capital(left)}, {"label": _capital(right)}]
    shown: dict[str, object] = {"nodes": nodes, "edges": [{"tail": 0, "head": 1, "label": verb}]}
    cues = (
        cue(line, word_of(line.text, left), "node:0"),
        cue(line, second - len(verb.split()), "edge:0"),
        cue(line, second, "node:1"),
    )
    return Option("flow", shown, f"“{verb}” joins “{left}” to what follows it.", cues, 0.84)


def _cut(text: str) -> str:
    """Return the first clause of ``text`` where it is a whole one that leaves no condition out; "" otherwise."""
    head = re.split(r",\s+|;\s+|\s+(?=which\b|who\b|when\b)", text, maxsplit=1)[0]
    rest = text[len(head) :]
    return "" if _FORBIDS.search(rest) or re.search(r"\b(?:if|unless|except|only)\b", rest) else head


def _is_thing(text: str) -> bool:
    """Tell whether ``text`` names something: it holds no verb and is no pronoun or opening of a clause."""
    words = text.split()
    first = bare(words[0])
    return first not in _POINTING and not any(is_verb(word) for word in words[1:]) and balanced(text)


def duty(lines: Lines) -> Option | None:
    """Show who or what, large, and below what it shall, must or may do."""
    if len(lines) != 1 or lines[0].language != "en":
        return None
    line = lines[0]
    text = without_joint(line.text).rstrip(".")
    found = _DUTY.match(text)
    if not found or "," in found["who"] or not _is_thing(found["who"]):
        return None
    what = found["what"]
    if not 5 <= len(what.split()) <= 22 or re.match(r"(?:no|nor|neither)\b", found["who"], re.IGNORECASE):
        return None
    at = len(line.text.split()) - len(what.split())
    who = re.sub(r"^(?:the|an?)\s+", "", found["who"], flags=re.IGNORECASE)
    cues = (cue(line, word_of(line.text, who), "term"), cue(line, at, "text"))
    shown: dict[str, object] = {"term": _capital(who), "text": what, "kicker": ""}
    modal = found["modal"]
    return Option("definition", shown, f"“{modal}” tells what is asked of or open to “{found['who']}”.", cues, 0.62)


def glossary(lines: Lines) -> Option | None:
    """Show two or three terms beside each other that are defined one after the other."""
    if not 2 <= len(lines) <= 3:
        return None
    pairs = [defined(line) for line in lines]
    found = [pair for pair in pairs if pair is not None and len(pair[1].split()) <= SIDE_WORDS]
    if len(found) != len(lines) or len({bare(term) for term, _ in found}) < len(found):
        return None
    columns = [{"title": term, "items": [meaning]} for term, meaning in found]
    cues = tuple(
        each
        for place, (line, (term, meaning)) in enumerate(zip(lines, found, strict=True))
        for each in (
            cue(line, word_of(line.text, term), f"column:{place}"),
            cue(line, len(line.text.split()) - len(meaning.split()), f"item:{place},0"),
        )
    )
    terms = [f"“{term}”" for term, _ in found]
    reason = f"{', '.join(terms[:-1])} and {terms[-1]} are defined one after the other."
    return Option("compare", {"columns": columns}, reason, cues, 0.93)


def parallel(lines: Lines) -> Option | None:
    """Show two things of which the same is told, such as two attributes and what each sets."""
    if len(lines) != 2 or lines[0].block != lines[1].block or lines[0].language != "en":
        return None
    sides = [_side(line) for line in lines]
    if None in sides:
        return None
    (left, does), (right, too) = [side for side in sides if side is not None]
    kin = set(map(bare, left.split())) & set(map(bare, right.split())) - {"the", "a", "an", "of", "each", "every"}
    same = bare(does.split()[0]) == bare(too.split()[0])
    if bare(left) == bare(right) or not (kin or same) or (same and not kin and bare(does.split()[0]) in ("is", "are")):
        return None
    columns = [
        {"title": title, "items": [_capital(_without_copula(said))]} for title, said in ((left, does), (right, too))
    ]
    cues = tuple(
        each
        for place, (line, (title, said)) in enumerate(zip(lines, ((left, does), (right, too)), strict=True))
        for each in (
            cue(line, word_of(line.text, title), f"column:{place}"),
            cue(line, len(line.text.split()) - len(said.split()), f"item:{place},0"),
        )
    )
    shared = ", ".join(sorted(kin)) or bare(does.split()[0])
    reason = f"“{left}” and “{right}” are told alike ({shared}), so they stand side by side."
    return Option("compare", {"columns": columns}, reason, cues, 0.86)


def _without_copula(said: str) -> str:
    """Return what is said of a thing without "is", which the place under its title says already."""
    return re.sub(r"^(?:is|are)\s+", "", said)


def _side(line: Line) -> tuple[str, str] | None:
    text = without_joint(line.text).rstrip(".")
    title = subject(text, 6)
    said = _after(text, title) if title else ""
    return (title, said) if said and 3 <= len(said.split()) <= 14 and balanced(said) else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
