"""From a sentence to a few words for the screen, without changing what it says.

A phrase is made by leaving out whole clauses and closing prepositional phrases, never by breaking off in the middle.
Conditions stay, and denials in what is kept, because without them the rest would say something else. Where no honest
phrase is short enough there is none, and the planner shows the sentence in another way.
"""

import re
from collections.abc import Iterator

from vortex.core.text import stem
from vortex.story.polish import balanced, capital, without_joint
from vortex.story.words import AUXILIARIES, bare, is_verb, word_set

POINT_WORDS = 11
"""Most words of a point on the screen."""

WHOLE_MORE = 3
"""Further words that a sentence may have that is shown whole."""

_PURPOSE = re.compile(
    r"^(?:since|because|as|although|though|while|to|in order to|for the sake of)\s[^,]+,\s+", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"(?:;|\s[–—-]|,?\s+(?:because|so that|whereas|although|though)"
    r"|,\s+(?:which|who|where|so|since|as|using|also known as|in addition to|such as|including|for example"
    r"|for instance|namely|(?:but|yet)(?= (?:it|they|we|you|the|an?|this)\b)"
    r"|and (?=\w+ (?:is|are|can|will|has|have|was)\b)))\s+",
    re.IGNORECASE,
)
_PREPOSITIONS = word_set(
    "in on at by with from using during through across over under within as via per rather when before"
)
_KEEPS = re.compile(r"\b(?:if|unless|except|until|only|not|never|no|without|cannot|than)\b", re.IGNORECASE)
_CONDITIONS = re.compile(r"\b(?:if|unless|except|until|only|provided)\b", re.IGNORECASE)
_PAIRED = re.compile(r"\b(?:both|either|neither|between)\b", re.IGNORECASE)
"""Words that promise two things, of which a cut might take one."""
_SUBORDINATE = re.compile(r"(?:if|when|whenever|once|because|since|although|while|unless|as)\s", re.IGNORECASE)
"""Openings of a clause that says nothing without the one after it."""
_FILLERS = re.compile(
    r"\b(?:also|in fact|of course|very|itself|herein|hereby|simply|really|actually)\s+", re.IGNORECASE
)
_HOLDS = word_set(
    """only just mainly mostly even not been it’s it's smallest largest most least best worst same more less given made
    done shown known held kept found built put set laid taken written seen chosen sent brought drawn sold told thought
    left meant"""
)
"""Words whose meaning hangs on what follows them."""
_BAD_END = AUXILIARIES | word_set(
    "a an the of to in on at by with from for and or but nor as than that which who into its their this these such"
)


def shorten(text: str, most: int = POINT_WORDS, language: str = "en") -> str:
    """Return a phrase of at most ``most`` words that says what ``text`` says in short; "" if there is none.

    A sentence of another language than English is taken whole or not at all: what may be left out of it is not known.
    """
    base = without_joint(text.strip(), language).rstrip(".!;:")
    if language != "en":
        return base if len(base.split()) <= most + WHOLE_MORE else ""
    options = [option for option in _options(base) if len(option.split()) <= most]
    whole = [option for option in options if _is_whole(option, base)]
    return max(whole, key=lambda option: (len(option.split()), len(option)), default="")


def _options(base: str) -> Iterator[str]:
    seen = dict.fromkeys((base, _PURPOSE.sub("", base)))
    for option in list(seen):
        seen.setdefault(_FILLERS.sub("", option))
    for option in list(seen):
        for seam in _CLAUSE.finditer(option):
            seen.setdefault(option[: seam.start()])
    for option in list(seen):
        seen.update(dict.fromkeys(_without_tail(option)))
    yield from (capital(option.rstrip(" ,")) for option in seen if option)


def _without_tail(text: str) -> Iterator[str]:
    """Yield ``text`` with its closing prepositional phrases left out, one after another."""
    words = text.split()
    for place in range(len(words) - 1, 2, -1):
        if words[place] not in _PREPOSITIONS:
            continue
        head, tail = words[:place], " ".join(words[place:])
        if _KEEPS.search(tail) or _PAIRED.search(" ".join(head)) or any(sign.isdigit() for sign in tail):
            return
        last = bare(head[-1])
        if _dangles(head):
            continue
        verbs = [spot for spot, word in enumerate(head) if is_verb(word)]
        fixed = last.endswith(("ed", "ly")) or is_verb(last) or is_verb(last + "s") or last in _HOLDS
        if verbs and verbs[-1] < place - 1 and not fixed:
            yield " ".join(head)


def _dangles(head: list[str]) -> bool:
    """Tell whether ``head`` ends in the first words of a clause, such as "…, which hangs"."""
    return any(word.endswith(",") or bare(word) in ("which", "that", "who", "whose") for word in head[-3:-1])


def _is_whole(option: str, base: str) -> bool:
    words = option.split()
    if len(words) < 2 or bare(words[-1]) in _BAD_END or not balanced(option) or option.endswith((",", ":")):
        return False
    if _SUBORDINATE.match(option) and "," in base and "," not in option and _SUBORDINATE.match(base):
        return False
    kept = len(_CONDITIONS.findall(option)) == len(_CONDITIONS.findall(base))
    verb = any(is_verb(word) for word in words) or not any(is_verb(word) for word in base.split())
    return kept and verb


def subject(text: str, most: int = 5) -> str:
    """Return the words before the first verb, if they are few enough to be a heading; "" otherwise."""
    words = without_joint(text).split()
    place = next((spot for spot, word in enumerate(words) if is_verb(word)), 0)
    named = " ".join(words[:place]).strip(",")
    usable = 0 < place <= most and "," not in named and bare(words[0]) not in _POINTERS
    return capital(re.sub(r"^(?:the|an?)\s+", "", named, flags=re.IGNORECASE)) if usable and named else ""


_POINTERS = word_set("it they this that these those he she we you there if when in for to as since while because one")


def word_of(text: str, phrase: str) -> int:
    """Return the index of the word of ``text``, split at white space, on which ``phrase`` begins; 0 if it is absent."""
    spoken = [stem(bare(word)) for word in text.split()]
    wanted = [stem(bare(word)) for word in phrase.split() if bare(word)]
    for length in (3, 2, 1):
        for start in range(max(len(wanted) - length + 1, 0)):
            piece = wanted[start : start + length]
            if length == 1 and (len(piece[0]) < 4 or bare(piece[0]) in _BAD_END):
                continue
            for place in range(len(spoken) - length + 1):
                if spoken[place : place + length] == piece:
                    return max(place - start, 0)
    return 0
