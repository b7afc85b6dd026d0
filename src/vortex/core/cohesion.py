"""Whether sentences hold together for somebody who only hears them: what points back, and what is said again.

A listener cannot look up what "this" was, nor skip what was said before. The writer asks before it takes a sentence,
and the review asks again of the finished film, so both need one idea of a pointer; it lives on the lowest floor.
The lists are English, with the openings that point back in a few other languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vortex.core.stopwords import STOPWORDS
from vortex.core.text import content_words, stem, words

SAID_AGAIN = 0.75
"""Two neighbours of which one holds so much of the other's content say the same."""
FEWEST_STEMS = 4
"""Shorter sentences share their words by accident."""
RUN = 4
"""Content words in a row that make a phrase when they come again."""

_SELF = re.compile(
    r"\bthis (?=(?:module|library|package|program|tool|constitution|product|project|software|document|film)\b)", re.I
)
_JOINT = re.compile(
    r"(?:(?:however|moreover|furthermore|in addition|additionally|also|therefore|thus|hence|consequently|accordingly|"
    r"as a result|nevertheless|nonetheless|still|similarly|likewise|on the other hand|in contrast|by contrast|"
    r"conversely|even so|instead|alternatively|otherwise|besides|meanwhile|so|then),"
    r"|so (?=(?:the|an?|it|they|we|you|this|these|each|every|no)\b)|(?:and|but|or|nor|yet)\b(?! for))",
    re.IGNORECASE,
)
JOINTS_ABROAD = re.compile(
    "(?:sin embargo|no obstante|además|asimismo|por otra parte|por lo tanto|en consecuencia|por último|de hecho|"
    "en efecto|cependant|toutefois|néanmoins|en outre|de plus|par ailleurs|enfin|ensuite|en effet|par conséquent|"
    "d'abord|tuttavia|inoltre|infatti|infine|pertanto|innanzitutto|no entanto|porém|contudo|todavia|além disso|"
    "por outro lado|por fim|de fato|однако|кроме того|более того|наконец|во-первых|во-вторых|в-третьих|"
    r"следовательно|таким образом|впрочем|к тому же|при этом|итак|primero|después|luego|per prima cosa|poi|primeiro|"
    r"depois|em seguida),\s+|(?:zuerst|dann|zuletzt):\s+",
    re.IGNORECASE,
)
"""Openings that join a sentence to the one before where a comma or a colon sets them apart; few do in German."""
_EXPLETIVE = re.compile(
    r"it\s+(?:is|was|may be|can be)\s+(?:\w+\s+){0,3}(?:to|that|not|possible|useful|important|common|easy|hard)\b"
    r"|it\s+(?:takes|follows|turns out|seems|makes sense)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:that|both|either|neither|another|former|latter|ones?|otherwise|here|thereupon|therein|thereafter|afterwards|then|"
    r"meanwhile|alternatively)\b(?!-)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:its?|they|their|theirs|them|he|she|his|her)\b", re.IGNORECASE)
_DEMONSTRATIVE = re.compile(
    r"(?:\S+\s+){0,6}?"
    r"(?P<found>this|these|those(?! (?:who|whose|which|that|of|in)\b)|such an?|such(?! as\b))(?=[\s,.;:])",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\bthe (?:former|latter)\b"
    r"|\bthe (?:other|remaining)\b(?! (?:hand|end|side))"
    r"|^the (?:first|second|third|last) (?=(?:\w+s|is|was|has|can|may|must|will)\b(?! (?:is|are|was|were|has|have)\b))"
    r"|^the (?:value returned|returned value|return value|default(?: value)?|result(?:ing \w+)?|combined \w+)"
    r" (?:is|are|was|may|can|will|must|runs|has)\b"
    r"|^the (?:\w{3,}est|best|worst|same) (?:is|are|was|were)\b|^the same (?:holds|applies|goes|happens)\b"
    r"|^(?:\S+ ){0,5}the (?:first|last|other|next) (?:two|three|four|few)\b"
    r"|\b(?:for|in|at|by|to|from|because of) that (?:reason|case|way|point|time|purpose|end|respect|sense)\b"
    r"|^(?:if|when|since|because|as|while|although) (?:that|this|these|those)\b"
    r"|^(?!if|when|once|whenever)(?:\S+ ){1,7}then\b(?<!and then)"
    r"|\b(?:that|it|them|so)[.]$",
    re.IGNORECASE,
)
_SUCH = re.compile(
    r"\b(?:such|these|those|(?:at|in|on|by|to|from|with|for|of) that)"
    r" (?!as\b|who\b|which\b|that\b|of\b|in\b|an?\b|the\b|is\b|are\b|it\b|you\b|we\b|they\b)(?P<noun>\w+)(?!.* as\b)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:like|as) (?:this|these|so|follows)[.:]?$"
    r"|\b(?:shown|described|listed|given|seen|mentioned|discussed|noted|defined|see|as) (?:above|below|earlier|later)\b"
    r"|\bthe (?:following|above|below)\b|\bas follows\b|\boverleaf\b"
    r"|\bsee (?:also )?(?:the )?(?:figure|fig\.|table|section|chapter|page|appendix|listing)\b"
    r"|\b(?:previous|preceding|next) (?:section|chapter|example|page|paragraph|discussion|figure|table)\b"
    r"|\b(?:of|in) the form[.]$|,\s(?:\w+ )?(?:use|type|call|say|write|enter)[.]$"
    r"|\b(?:use|type|issue|enter|give) the (?:command|call|expression|statement|syntax)[.]$",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:these|those|they|their|theirs|them)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:and|or|two|three|four|five|many|several|some|all|both|people|each|every)\b", re.IGNORECASE)
_DETERMINERS = frozenset(["the", "a", "an", "its", "their", "his", "her", "this", "that", "each", "every", "no"])
_PLURALS = frozenset(["children", "men", "women", "feet", "teeth", "mice", "data", "media", "criteria", "phenomena"])
_NO_PLURALS = frozenset(
    ["always", "perhaps", "sometimes", "towards", "besides", "unless", "lens", "whereas", "afterwards"]
)
_ABROAD = {
    "de": re.compile(
        r"(?:diese[rsmn]?|solche[rsmn]?|letztere[rsn]?|deshalb|deswegen|dadurch|damit|hierbei|er|sie|dort|dabei|dazu|dafür|"
        r"davon|danach|dann|daher|darum|daraus|darin|darauf|darüber|ihr(?:e[rnms]?)?|sein(?:e[rnms]?)?|beides?|"
        r"das (?:ist|war|bedeutet|heißt|macht|führt|liegt|geschieht|gilt|nennt))\b",
        re.I,
    ),
    "fr": re.compile(
        r"(?:cela|ceci|celui-ci|celle-ci|ceux-ci|celles-ci|ces derniers|ce dernier|cette dernière|"
        r"il(?! y a\b| faut\b| existe\b| s.agit\b| est (?:possible|important|utile)\b)|elles?|ils|ce(?:t|tte|s)?|"
        r"c.(?:est|était)|celles?|ceux|leurs?|son|sa|ses|ainsi|alors)\b",
        re.I,
    ),
    "es": re.compile(
        r"(?:esto|eso|ello|aquello|éste|ésta|éstos|éstas|él|ellas?|ellos|est[ea]|est[oa]s|es[ea]|es[oa]s|aquel(?:la|los|las)?|"
        r"sus?|así|entonces|allí|ambos|ambas|dich[oa]s?|tal|tales)\b",
        re.I,
    ),
    "it": re.compile(
        r"(?:ciò|quest'ultim[oa]|quest[oaei]|costui|costoro|egli|ella|ess[oaei]|quell[oaei]|suo|sua|suoi|sue|loro|così|"
        r"entramb[ie]|tali?)\b",
        re.I,
    ),
    "pt": re.compile(
        r"(?:isso|isto|aquilo|eles?|elas?|estes?|estas?|esses?|essas?|aquel[ea]s?|seus?|suas?|assim|ambos|ambas|nesses?|"
        r"nessas?|nestes?|nestas?|tal|tais)\b",
        re.I,
    ),
    "ru": re.compile(
        r"(?:он|она|оно|они|это|этот|эта|эти|этого|этой|этом|этим|этих|эту|его|её|ее|их|такой|такая|такое|такие|там|туда|"
        r"тогда|оба|обе|поэтому|затем|(?:при|в|на|из|для|с) эт(?:ом|ого|их|ими?|ой))\b",
        re.I,
    ),
    "nl": re.compile(r"(?:dit|dat|deze|zulke|laatstgenoemde|hierdoor|daardoor)\b", re.I),
}


def pointer(text: str, language: str = "en") -> str:
    """Return the word or words of ``text`` that point at what an earlier sentence named; "" if it stands alone.

    A joint such as "However," is none: whoever takes the sentence alone leaves it out.
    """
    if language != "en":
        found = _ABROAD[language].match(text) if language in _ABROAD else None
        return found.group() if found else ""
    plain = _SELF.sub("the ", text)
    if _EXPLETIVE.match(plain):
        return _named_before(plain)
    for found in (_opening(plain), _DEMONSTRATIVE.match(plain), _PHRASE.search(plain)):
        if found:
            return found.groupdict().get("found") or found.group().strip()
    return _pronoun(plain) or _named_before(plain)


def _named_before(text: str) -> str:
    """Return "such rows" and the like where the sentence itself has not named rows before; "" for none."""
    for found in _SUCH.finditer(text):
        if stem(found["noun"]) not in {stem(word) for word in words(text[: found.start()])}:
            return found.group()
    return ""


def _opening(text: str) -> re.Match[str] | None:
    found = _OPENS.match(text)
    paired = (
        found is not None
        and found.group().lower() in ("both", "either", "neither")
        and re.search(r"\b(?:and|n?or)\b", text)
    )
    numbered = (
        found is not None
        and found.group().lower() in ("one", "another")
        and re.match(r"one (?:of|can|must|normally|usually)\b", text, re.I)
    )
    return None if paired or numbered else found


def _pronoun(text: str) -> str:
    """Return a pronoun among the first words that no noun of the sentence itself stands before; "" for none."""
    head = " ".join(text.split()[:5])
    found = _PRONOUN.search(head)
    return found.group() if found and not content_words(head[: found.start()]) else ""


def joint(text: str, language: str = "en") -> str:
    """Return the opening that joins ``text`` to the sentence before, such as "However,"; "" for none."""
    found = (_JOINT if language == "en" else JOINTS_ABROAD).match(text)
    return found.group() if found else ""


def elsewhere(text: str, language: str = "en") -> str:
    """Return the words that point out of what can be heard, such as "see Figure" or "as shown below"; "" for none."""
    found = _ELSEWHERE.search(text) if language == "en" else None
    return found.group() if found else ""


def dangling(text: str, before: str, language: str = "en") -> str:
    """Return the words of ``text`` whose meaning the sentence before does not give; "" if there are none.

    Args:
        text: a spoken sentence.
        before: the asserting sentence right before it; "" at the start of a scene and after a question or a link.
        language: ISO 639-1.
    """
    away = elsewhere(text, language)
    leaning = joint(text, language)
    back = pointer(text[len(leaning) :].lstrip() if leaning else text, language)
    if away or not (leaning or back):
        return away
    if not before.strip():
        return back or leaning
    needs_several = language == "en" and bool(_PLURAL.fullmatch(back))
    return back if needs_several and not _names_several(before) else ""


def _names_several(text: str) -> bool:
    """Tell whether an English sentence names more than one thing, as far as its endings and small words show."""
    spoken = [word.lower() for word in words(text)]
    return bool(_SEVERAL.search(text)) or any(map(_is_plural, ["", *spoken], spoken, [*spoken[1:], ""]))


def _is_plural(before: str, word: str, after: str) -> bool:
    """Tell a plural from a verb in -s, such as "keeps", which has an article or the like right after it."""
    ends = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    is_verb = after in _DETERMINERS and before not in _DETERMINERS
    return word in _PLURALS or (ends and not is_verb and word not in STOPWORDS["en"] and word not in _NO_PLURALS)


@dataclass(frozen=True, slots=True)
class Echo:
    """Something that is said again."""

    first: int
    """Number of the sentence that said it."""
    again: int
    """Number of the sentence that says it once more."""
    what: str


def said_again(texts: Sequence[str], language: str = "en") -> list[Echo]:
    """Return neighbours of which the second says what the first has just said."""
    stems = [frozenset(content_words(text, language)) for text in texts]
    found = []
    for place, (left, right) in enumerate(pairwise(stems)):
        least = min(len(left), len(right))
        if least >= FEWEST_STEMS and len(left & right) >= SAID_AGAIN * least:
            found.append(Echo(place, place + 1, " ".join(sorted(left & right))))
    return found


def same_openings(texts: Sequence[str]) -> list[Echo]:
    """Return each third sentence in a row that begins with the same two words as the two before it."""
    heads = [" ".join(words(text.lower())[:2]) for text in texts]
    return [
        Echo(place - 2, place, heads[place])
        for place in range(2, len(heads))
        if heads[place] and heads[place] == heads[place - 1] == heads[place - 2]
    ]


def repeated_runs(texts: Sequence[str], language: str = "en") -> tuple[float, tuple[str, ...]]:
    """Return the share of runs of content words that come in more than one sentence, 0 to 1, and those runs."""
    seen: dict[tuple[str, ...], int] = {}
    for text in texts:
        stems = content_words(text, language)
        for run in {tuple(stems[place : place + RUN]) for place in range(len(stems) - RUN + 1)}:
            seen[run] = seen.get(run, 0) + 1
    again = tuple(" ".join(run) for run, times in sorted(seen.items(), key=lambda item: -item[1]) if times > 1)
    return len(again) / max(1, len(seen)), again
