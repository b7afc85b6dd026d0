"""What a sentence is: a definition, a quantity, a sequence, dates, a comparison, a list.

Each function looks at one to four consecutive lines and returns how they could be shown, or ``None``. They look at
the form of the words only, and what they put on the screen is cut from the sentence.
"""

import re
from collections.abc import Sequence

from vortex.story.languages.table import LANGUAGES, labels
from vortex.story.planner.line import Line, Option, cue
from vortex.story.planner.phrase import shorten, subject, word_of
from vortex.story.polish import without_joint
from vortex.story.words import bare, is_verb, word_set

Lines = Sequence[Line]

MEANING_WORDS = 20
"""A longer meaning is read along, as a quote, rather than shown at once."""
CAUSE_WORDS = 20
"""Most words of a cause, and of its effect."""

_COPULA = re.compile(
    r"\s(?:is|are|means|refers to|denotes)\s(?=(?:simply |just )?(?:an?|the|one|another|any|defined)\b"
    r"|(?:\S+\s){1,3}(?:that|which|whose|for which|in which|where)\s)"
)
_UNIT = (
    r"percent|per cent|%|years?|months?|days?|hours?|minutes?|seconds?|ms|bytes?|[kKMGT]B|bits?|rows?|times|million|"
    r"billion|thousand|hundred|degrees?|metres?|meters?|km|kg|elements?|pages?|points?|people|dollars|euros|inches|items?"
)
_QUANTITY = re.compile(
    rf"(?<![\w.])(?P<value>[$€£]?\d[\d,.]*\d|[$€£]?\d)(?:[ -](?P<scale>million|billion|thousand|trillion))?"
    rf"\s?(?P<unit>{_UNIT})?(?![\w])"
)
_QUANTITY_ABROAD = re.compile(
    rf"(?<![\w.])(?P<value>[$€£]?(?:\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?:,\d+)?|\d+(?:,\d+)?))(?P<scale>(?!))?"
    rf"\s?(?P<unit>{_UNIT})?(?![\w])"
)
_SPELLED = re.compile(
    r"\b(?P<value>(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"hundred|thousand)(?:[ -](?:thirds?|fourths?|fifths?|five|one|thousand|million|hundred|eight))?)"
    rf"\s+(?P<unit>{_UNIT}|members?|senators?|terms?|witnesses|houses|miles|persons|weeks?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s\d{1,2})?,?\s)?(?P<year>1[0-9]{3}|20\d\d)\b"
)
_SEQUENCE = re.compile(
    r"^(?:first|second|third|next|finally|afterwards|subsequently),\s|\b(?:then|after that|starts by|begins by)\b"
    r"|^(?:thus, |so, )?the (?:first|second|third|fourth|fifth|next|last|final) (?:step|pass|stage|phase|task)\b"
    r"|^having \w+",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"(?P<first>(?:If|When|Once|Whenever|Unless|To|In order to|As soon as|Because|Since)\s[^,]+),\s+(?:then\s+)?"
    r"(?P<second>[^;]+)$"
)
_BEHIND = re.compile(
    r"(?P<effect>[^,;]+?),?\s+(?P<reason>(?:because|if|whenever|as soon as|(?<!only )when)\s[^,;]+)$", re.IGNORECASE
)
_CONTRAST = re.compile(r",?\s+(?:whereas|while|as opposed to|in contrast to|unlike)\s+|[,;]\s+but\s+", re.IGNORECASE)
_CONTRAST_START = re.compile(r"^(?:however|in contrast|by contrast|on the other hand|conversely|but|whereas)\b", re.I)
_ENUMERATION = re.compile(
    r"^(?P<lead>.*?(?::|\b(?:are|include|includes|including|such as|namely|either|consists? of|called)))\s+"
    r"(?P<items>(?:[^,;:]+,\s+){2,5}(?:and|or)\s+[^,;:]+)[.]$"
)
_YEARS_ONLY = word_set("in since by until around from")


def defined(line: Line) -> tuple[str, str] | None:
    """Return the term that a line defines and its meaning, as they stand on the screen; ``None`` if it defines none."""
    if line.sentence.role != "definition":
        return None
    text = without_joint(line.text, line.language).rstrip(".")
    known = LANGUAGES.get(line.language)
    abroad = known.definition.match(text) if known and known.definition else None
    seam = abroad or re.search(r"(?<=[\w)]): ", text) or _COPULA.search(text)
    if seam is None:
        return None
    term, meaning = abroad["term"] if abroad else text[: seam.start()], text[seam.end() :]
    if not 1 <= len(term.split()) <= 6 or not 4 <= len(meaning.split()) <= MEANING_WORDS:
        return None
    name = _without_article(term, known.articles if abroad and known else frozenset())
    head = name if name.endswith("()") else name[0].upper() + name[1:]
    return head, meaning[0].upper() + meaning[1:]


def _without_article(term: str, articles: frozenset[str]) -> str:
    """Return a term without its article: that of another language, or else that of English."""
    first, _, rest = term.partition(" ")
    if articles:
        return rest if rest and first.lower() in articles else re.sub(r"^(?:l|un)['’]", "", term, flags=re.IGNORECASE)
    return re.sub(r"^(?:an?|the)\s+", "", term, flags=re.IGNORECASE)


def definition(lines: Lines) -> Option | None:
    """Show "X is a …" as a term and its meaning; a further sentence may go on about it."""
    first = lines[0]
    found = defined(first) if len(lines) <= 2 else None
    if found is None or (len(lines) == 2 and not _goes_on(lines)):
        return None
    term, meaning = found
    start = len(first.text.split()) - len(meaning.split())
    cues = (
        cue(first, word_of(first.text, term), "term"),
        cue(first, start, "text"),
        *(cue(line, word_of(line.text, term), "term", "light") for line in lines[1:]),
    )
    shown = {"term": term, "text": meaning, "kicker": labels(first.language).definition}
    return Option("definition", dict(shown), f"The sentence defines “{term}”.", cues, 0.88)


def number(lines: Lines) -> Option | None:
    """Show one salient quantity large; it stays while the next sentence goes on about it."""
    line = lines[0]
    if len(lines) > 2 or (len(lines) == 2 and not _goes_on(lines)):
        return None
    quantity = _QUANTITY if line.language == "en" else _QUANTITY_ABROAD
    found = [match for match in quantity.finditer(line.text) if _salient(line, match)]
    found = found or list(_SPELLED.finditer(line.text))
    if len(found) != 1:
        return None
    match = found[0]
    label = _label(line, match)
    if not label:
        return None
    scale = match.groupdict().get("scale")
    value = f"{match['value']} {scale}" if scale else match["value"]
    word = len(line.text[: match.start()].split())
    unit = match["unit"] or ""
    again = tuple(cue(each, 0, "value", "light") for each in lines[1:])
    cues = (cue(line, word, "value"), cue(line, word, "label"), *again)
    return Option(
        "number",
        {"value": value[0].upper() + value[1:], "unit": unit, "label": label},
        f"The sentence turns on one quantity, “{match.group().strip()}”.",
        cues,
        0.9,
    )


def _salient(line: Line, match: re.Match[str]) -> bool:
    """Tell whether a number in digits is a quantity worth showing: it has a unit, or is large and no year or label."""
    if match["unit"] or match["scale"]:
        return True
    plain = match["value"].strip("$€£").rstrip(".")
    if line.language == "en":
        plain = plain.replace(",", "")
    else:
        plain = re.sub(r"[. \u00a0\u202f](?=\d{3})", "", plain).replace(",", ".")
    before = line.text[: match.start()].split()[-1:]
    is_year = bool(_YEAR.fullmatch(match["value"]))
    labels = is_year or not before or before[0].lower() in _YEARS_ONLY or before[0][:1].isupper()
    return not labels and plain.replace(".", "", 1).isdigit() and float(plain) >= 100


def _label(line: Line, match: re.Match[str]) -> str:
    """Return the clause around the quantity, short enough to stand under it; "" if there is none."""
    text, language = line.text, line.language
    start, end = text.rfind(", ", 0, match.start()), text.find(", ", match.end())
    clause = text[start + 2 if start >= 0 else 0 : end if end >= 0 else len(text)].strip(" .,")
    whole = clause if len(clause.split()) <= 12 else ""
    for candidate in (shorten(text, 12, language), whole, shorten(clause, 12, language)):
        least = 3 if language == "en" or candidate != whole else 6
        if candidate and match.group().strip() in candidate and len(candidate.split()) >= least:
            return candidate[0].upper() + candidate[1:]
    return ""


def flow(lines: Lines) -> Option | None:
    """Show steps that follow each other."""
    if len(lines) < 2:
        return None
    marks = sum(bool(_SEQUENCE.search(line.text)) for line in lines)
    listed = all(line.sentence.role == "step" for line in lines)
    told = listed and (lines[0].language != "en" or all(map(_commands, lines)))
    if not (marks >= 2 or (marks >= 1 and len(lines) == 2) or told):
        return None
    if not listed and len({line.block for line in lines}) > 1:
        return None
    labels = [shorten(re.sub(_SEQUENCE, "", line.text, count=1).strip(" ,"), 9, line.language) for line in lines]
    if not all(labels):
        return None
    cues = tuple(
        cue(line, word_of(line.text, label), f"node:{n}")
        for n, (line, label) in enumerate(zip(lines, labels, strict=True))
    )
    nodes = [{"label": label[0].upper() + label[1:]} for label in labels]
    marks_said = [found.group().strip(" ,") for line in lines if (found := _SEQUENCE.search(line.text))]
    why = (
        f"“{marks_said[0]}” marks them as steps" if marks_said else f"They are steps of one list, from “{labels[0]}” on"
    )
    return Option("flow", {"nodes": nodes}, f"{why}, {len(lines)} in all.", cues, 0.95)


def _commands(line: Line) -> bool:
    first = bare(line.text.split()[0])
    return not first.endswith("s") and first not in word_set("the a an it this that if when each all any some no")


def cause(lines: Lines) -> Option | None:
    """Show a condition and what follows from it, a means and its end, a reason and its effect."""
    if len(lines) != 1:
        return None
    line = lines[0]
    text = without_joint(line.text).rstrip(".")
    ahead, behind = _AHEAD.match(text), _BEHIND.match(text)
    if ahead:
        sides = [ahead["first"], ahead["second"]]
    elif behind:
        sides = [behind["reason"], behind["effect"]]
    else:
        return None
    labels = [_side(side) for side in sides]
    if not all(labels):
        return None
    cues = tuple(cue(line, word_of(line.text, label), f"node:{n}") for n, label in enumerate(labels))
    nodes = [{"label": label} for label in labels]
    word = text.split()[0] if ahead else behind["reason"].split()[0] if behind else ""
    reason = f"“{word}” makes one thing follow from the other: {labels[1]}."
    return Option("flow", {"nodes": nodes}, reason, cues, 0.8)


def _side(text: str) -> str:
    """Return one side of a cause as a label: itself where it is short, its short form otherwise."""
    words = text.strip(" ,").split()
    short = " ".join(words) if len(words) <= CAUSE_WORDS else shorten(text, CAUSE_WORDS)
    return short[:1].upper() + short[1:] if len(short.split()) >= 2 else ""


def timeline(lines: Lines) -> Option | None:
    """Show two or more dated events."""
    dated = [(line, match) for line in lines for match in list(_YEAR.finditer(line.text))[:1]]
    if len(dated) < 2 or len(dated) != len(lines):
        return None
    events, cues = [], []
    for place, (line, match) in enumerate(dated):
        undated = line.text.replace(match.group(), "").replace(" in,", ",") if line.language == "en" else ""
        text = (undated and shorten(undated, 12)) or shorten(line.text, 12, line.language)
        if not text:
            return None
        events.append({"date": match.group(), "text": text})
        cues.append(cue(line, len(line.text[: match.start()].split()), f"event:{place}"))
    if [event["date"][-4:] for event in events] != sorted(event["date"][-4:] for event in events):
        return None
    dates = f"{events[0]['date']} to {events[-1]['date']}"
    return Option("timeline", {"events": events}, f"The sentences tell what happened when, {dates}.", tuple(cues), 0.95)


def compare(lines: Lines) -> Option | None:
    """Show two things that the words set against each other."""
    sides = _sides(lines)
    if sides is None:
        return None
    columns, cues = [], []
    for place, (line, text) in enumerate(sides):
        title = subject(text)
        item = shorten(text, 12)
        if not title or not item:
            return None
        rest = _predicate(item)
        columns.append({"title": title, "items": [rest]})
        cues += [
            cue(line, word_of(line.text, title), f"column:{place}"),
            cue(line, word_of(line.text, rest), f"item:{place},0"),
        ]
    if bare(str(columns[0]["title"])) == bare(str(columns[1]["title"])):
        return None
    reason = f"The words set “{columns[0]['title']}” against “{columns[1]['title']}”."
    return Option("compare", {"columns": columns}, reason, tuple(cues), 0.95)


def _sides(lines: Lines) -> list[tuple[Line, str]] | None:
    if len(lines) == 1:
        text = lines[0].text.rstrip(".")
        if text.lower().startswith(("while ", "whereas ")) and ", " in text:
            left, right = text.split(None, 1)[1].split(", ", 1)
            return [(lines[0], left), (lines[0], right)]
        parts = _CONTRAST.split(text)
        return [(lines[0], part) for part in parts] if len(parts) == 2 else None
    if len(lines) == 2 and _CONTRAST_START.match(lines[1].text) and lines[0].block == lines[1].block:
        return [(lines[0], lines[0].text), (lines[1], lines[1].text)]
    return None


def _predicate(item: str) -> str:
    words = item.split()
    verb = next((place for place, word in enumerate(words) if is_verb(word)), 0)
    rest = " ".join(words[verb:])
    return rest[0].upper() + rest[1:] if verb and len(words) - verb >= 2 else item


def enumeration(lines: Lines) -> Option | None:
    """Show the list that stands inside a sentence, item by item."""
    if len(lines) != 1:
        return None
    line = lines[0]
    match = _ENUMERATION.match(line.text)
    if match is None:
        return None
    items = [re.sub(r"^(?:and|or)\s+", "", part.strip()) for part in match["items"].split(", ")]
    if not 3 <= len(items) <= 5 or any(len(item.split()) > 6 for item in items):
        return None
    lead = re.sub(r"\b(?:are|either|by|of|for|with|to|such as)$", "", match["lead"]).rstrip(" :,")
    start = len(match["lead"].split())
    cues, spoken = [], line.text.split()
    for place, item in enumerate(items):
        first = item.split()[0]
        start = next((n for n in range(start, len(spoken)) if bare(spoken[n]) == bare(first)), start)
        cues.append(cue(line, start, f"item:{place}"))
    heading = lead if len(lead.split()) <= 12 else shorten(lead, 12)
    if not heading:
        return None
    shown = [item[0].upper() + item[1:] for item in items]
    return Option(
        "points",
        {"heading": heading, "items": shown},
        f"The sentence lists {len(items)} things, from “{items[0]}” to “{items[-1]}”.",
        tuple(cues),
        0.8,
    )


def points(lines: Lines) -> Option | None:
    """Show each sentence in a few words."""
    items = [shorten(line.text, language=line.language) for line in lines]
    if len(lines) < 2 or not all(items):
        return None
    cues = tuple(
        cue(line, word_of(line.text, item), f"item:{n}")
        for n, (line, item) in enumerate(zip(lines, items, strict=True))
    )
    reason = f"{len(lines)} sentences each say one thing, from “{items[0]}” on."
    return Option("points", {"items": items}, reason, cues, 0.55)


def plain(lines: Lines) -> Option | None:
    """Show one sentence as it is; the last resort."""
    if len(lines) != 1:
        return None
    line = lines[0]
    text = line.text.rstrip(".")
    reason = f"“{_head(text)} …” is no definition, number, step, cause, list or contrast: it is shown as it is."
    return Option("points", {"items": [text]}, reason, (cue(line, 0, "item:0"),), -0.5)


def _head(text: str) -> str:
    return " ".join(text.split()[:5]).rstrip(",;:")


def _goes_on(lines: Lines) -> bool:
    return lines[0].block == lines[1].block
