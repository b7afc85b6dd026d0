"""From a sentence for the eye to a sentence for the ear.

A written sentence carries things that nobody says: citations, asides in brackets, "see Figure 3". They are cut, and
nothing is added, so that what is left still says what the source says. What cannot be spoken well is not mended but
named as a fault, and the writer takes another sentence.
"""

import re
import unicodedata

from vortex.core.cohesion import JOINTS_ABROAD, elsewhere, pointer
from vortex.core.stopwords import STOPWORDS
from vortex.core.text import CHARACTERS_A_WORD, count_characters
from vortex.story.words import AUXILIARIES, DISCOURSE_STARTS, bare, has_verb, is_verb

MAX_WORDS = 28
"""Longest sentence that is easily followed by ear."""
MIN_WORDS = 5

_EXHIBIT = (
    r"(?:figures?|figs?\.|tables?|sections?|sect?\.|chapters?|appendix|appendices|pages?|listings?|equations?|eqs?\.)"
)
_WHERE = rf"(?:the\s+)?{_EXHIBIT}\s+[\dA-Z][\w.]*(?:\s+(?:below|above))?(?:,?\s+(?:on\s+)?page\s+\d+)?"
_TOLD = r"(?:shown|described|illustrated|discussed|seen|explained|given|depicted|mentioned|noted|defined)"
_CUTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\s+\[\d+(?:\s*[,–-]\s*\d+)*\]",
        r"\s*[:;]-?\)",
        r"\s*¶",
        rf",?\s*\b(?:see|cf\.?)\s+(?:also\s+)?{_WHERE}",
        rf",?\s*\bas\s+{_TOLD}\s+(?:in|by|on)\s+{_WHERE}",
        rf",?\s*\bas\s+{_TOLD}\s+(?:above|below|earlier|before|later)",
        r"^As\s+(?:we|you)\s+(?:can\s+)?(?:see|saw|know),?\s+",
        r"[:;,]\s*see\s+[^.:;]+(?=\.$)",
        r",\s*as\s+(?:we|you)\s+(?:have seen|saw|shall see|will see|know)(?=[,.])",
        r"\s*\b(?:in this (?:chapter|section|manual|document|article)),?(?=\s)",
    )
)
_ASIDE = re.compile(
    r"(?<!\sfor)(?<!\sof)(?<!\sthe)(?<!\sby)(?<!\sas)(?<!\sto)(?<!\sin)\s+\((?=[^()]*[A-Za-z]{2})[^()]*\)(?=[\s,.;:!?]|$)"
)
_LETTERED = re.compile(r"\s+\([a-z\d]\)(?=\s)")
_UNSPEAKABLE = re.compile(
    r"<-|->|[=<>{}\\|$@#*^_~]{2}|[={}\\|$@*^~]|>>|://|www\.|\.\.\.|…|;\s*$|(?<!\w)\[\d|^\W*$|[<>]|\w/\w+/"
    r"|,\s*[,;]|^[A-Z][A-Z .]+:|\w- |(?<!e\.g)(?<!i\.e)(?<!etc)(?<!vs)\.\s+[a-z]"
)
_POINTING = re.compile(
    rf"\b(?:above|below|following|aforementioned|as follows|so forth|so on|overleaf|hereafter|"
    rf"{_EXHIBIT}\s+(?:\d+|[A-Z]\b)|"
    r"(?:previous|preceding|next|last|present|this|these) (?:sub)?(?:section|chapter|example|page|manual|document|"
    r"article|figure|appendix|table|paragraph|list|code|diagram|introduction|guide|tutorial|book|text)s?)\b",
    re.IGNORECASE,
)
_META = re.compile(
    r"\b(?:already (?:seen|mentioned|noted|described|met)|as we (?:saw|have seen)|"
    r"we (?:will|shall) (?:see|discuss|return)|"
    r"(?:additional|further|more) (?:information|details|discussion)|(?:described|discussed|explained|covered|given) "
    r"(?:later|elsewhere|in detail|separately|in (?:the )?(?:section|chapter|manual|appendix|document)s?)|"
    r"(?:here,? )?we (?:will|shall) (?:now )?(?:describe|explain|discuss|look|cover|present|introduce|review|show)|"
    r"(?:previous|preceding|earlier|following) discussion|separate discussion|so far,? we|later,? we|"
    r"we have (?:so far|now|just|already)|we (?:thank|acknowledge|are grateful)|"
    r"you (?:most )?probably|(?:many|special) thanks|thanks (?:to|are due)|"
    r"for (?:details|reference)|beyond the scope|the reader|"
    r"this is (?:an|the) example|on-line help|online help|help page|(?:is|are|be) as follows|try (?:it|this))\b"
    r"|^(?:changed|added|new|deprecated|removed) in (?:version|release)\b"
    r"|^(?:note|recall|see|consider|suppose|let|imagine|try|compare|assume)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|me|my)\b(?!\.)")
_POINTING_ABROAD = re.compile(
    r"\b(?:siehe|vgl\.|wie folgt|ci-dessus|ci-dessous|comme suit|voir (?:la |le )?(?:figure|tableau|section|page)|"
    r"véase|como sigue|vedi|come segue|veja|ver (?:a )?(?:figura|tabela|página|tabla)|см\.|как показано|"
    r"(?:Abbildung|Abb\.|Tabelle|Kapitel|Abschnitt|tableau|chapitre|figura|tabla|capítulo|tabella|capitolo|tabela|"
    r"рисунок|рис\.|таблица|табл\.|главе) \d)",
    re.IGNORECASE,
)
_ENDS = (".", "!", '."', ".”", ".'", ".“", ".»", "。", "！", "。」", "؟", "۔", "।")
_CODE_TOKEN = re.compile(r"\w[._\[\](]+\w|\w\(\)|\w\[|_")
_SUBJECT = r"(?:it|they|he|she|we|you|the|a|an|this|that|these|those|there|each|every|no|all|its|their|one|some|many)"
_SEAM = re.compile(rf";\s+|,\s+(?P<joint>and|but|so|yet)\s+(?={_SUBJECT}\b)", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r"(?:and|but|so|yet|or|which|who|where|that|if|when|as|because|since|although|while|to|in)\s", re.IGNORECASE
)
_TAIL = re.compile(r",\s+(?:which|including|such as|namely|especially|particularly|i\.e\.|e\.g\.|where)\s+[^,]+(?=\.$)")


def polish(sentence: str) -> str:
    """Return ``sentence`` without citations, asides and pointers to other places, its opening joint kept."""
    text = sentence
    while (shorter := _ASIDE.sub("", text)) != text:
        text = shorter
    for pattern in _CUTS:
        text = pattern.sub("", text)
    text = _LETTERED.sub("", text)
    text = re.sub(r" (?=['’]s\b)", "", text)
    text = re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", " ".join(text.split()))
    text = re.sub(r",\s*([.;:])", r"\1", text).lstrip(",;: ")
    return capital(text) if sentence[:1] != text[:1] else text


def without_joint(text: str, language: str = "en") -> str:
    """Return ``text`` without an opening such as "However," that leans on the sentence before it."""
    joint = (DISCOURSE_STARTS if language == "en" else JOINTS_ABROAD).match(text)
    return capital(text[joint.end() :]) if joint else text


def leans_back(text: str, language: str = "en") -> bool:
    """Tell whether ``text`` points at something that an earlier sentence named."""
    return bool(pointer(text, language))


def fault(text: str, terse: bool = False, language: str = "en") -> str:
    """Return why ``text`` cannot be spoken to a listener, in a few words; "" if it can.

    A ``terse`` text, such as an item of a list, may be a short command. Verbs and persons are looked for in English
    only.
    """
    length, words = _length(text), text.split()
    checks = (
        (length < (3 if terse else MIN_WORDS), "too short"),
        (length > MAX_WORDS, "too long"),
        (not text.endswith(_ENDS), "no full stop"),
        (not _starts(words), "starts in the middle"),
        (bool(_UNSPEAKABLE.search(text)), "code or an address"),
        (len(_CODE_TOKEN.findall(text)) > 2, "too much code"),
        (bool(_POINTING_ABROAD.search(text)), "points at another place"),
        (not balanced(text), "an open bracket or quotation mark"),
        (_letters(text) < 0.72, "too few letters"),
    )
    reason = next((reason for failed, reason in checks if failed), "")
    return reason or (_english_fault(text, words, terse) if language == "en" else "")


def _english_fault(text: str, words: list[str], terse: bool) -> str:
    checks = (
        (bool(_POINTING.search(text) or elsewhere(text)), "points at another place"),
        (bool(_META.search(text)), "speaks about the text, not about its matter"),
        (bool(_FIRST_PERSON.search(text)), "the author speaks of himself"),
        (not terse and not _clause(words, text), "no verb"),
        (bool(words) and _third_person(words[0]), "no subject"),
    )
    return next((reason for failed, reason in checks if failed), "")


def _length(text: str) -> float:
    """Return how many words ``text`` takes to say; Chinese and Japanese put 1.7 characters into a word."""
    written = [word for word in text.split() if not count_characters(word)]
    return len(written) + count_characters(text) / CHARACTERS_A_WORD


def _third_person(word: str) -> bool:
    """Tell whether a sentence begins with a verb that lacks its subject, such as "Returns"."""
    return bare(word) in ("has", "is", "was", "does") or (
        bare(word) not in AUXILIARIES and bare(word).endswith("s") and is_verb(word)
    )


def _starts(words: list[str]) -> bool:
    """Tell whether a sentence begins as one: with a capital, a digit, a quotation mark, or a name written small."""
    first = words[0][:1] if words else ""
    if first.isdigit() or first in "\"“„‘'«¿¡「『" or (first.isalpha() and not first.islower()):
        return True
    if re.match(r"[\w.]+(?:\(\))?:$", words[0] if words else ""):
        return True
    small = words[0].lower() in STOPWORDS["en"] or is_verb(words[0])
    return not small and len(words) > 1 and is_verb(words[1])


def balanced(text: str) -> bool:
    """Tell whether brackets and double quotation marks come in pairs."""
    quotation = ("„", "“") if "„" in text else ("“", "”")
    pairs = (("(", ")"), ("[", "]"), ("{", "}"), quotation, ("«", "»"), ("（", "）"), ("「", "」"))
    return all(text.count(left) == text.count(right) for left, right in pairs) and text.count('"') % 2 == 0


def split_long(text: str) -> tuple[str, ...]:
    """Return ``text`` in one or two parts of at most ``MAX_WORDS`` words that stand alone.

    A part needs a verb of its own. Where no seam gives two such parts, a trailing aside is cut; a text that stays too
    long comes back whole, for the caller to reject.
    """
    if len(text.split()) <= MAX_WORDS:
        return (text,)
    middle = len(text) / 2
    for seam in sorted(_SEAM.finditer(text), key=lambda found: abs(found.start() - middle)):
        if _ends_list(text[: seam.start()], seam):
            continue
        parts = _parts(text, seam)
        if all(MIN_WORDS <= len(part.split()) <= MAX_WORDS and _is_clause(part) for part in parts):
            return parts
    shorter = _TAIL.sub("", text)
    return (shorter,)


def _ends_list(before: str, seam: re.Match[str]) -> bool:
    """Tell whether the seam stands before the last of several clauses in a row, which lack it if they are cut there."""
    clauses = before.split(", ")
    if len(clauses) < 2 or seam.groupdict().get("joint") is None:
        return False
    *_, before_last, last = clauses
    in_row = not _SUBORDINATE.match(before_last) or len(clauses) > 2
    return in_row and _is_clause(last) and not _SUBORDINATE.match(last) and _has_main(before_last)


def _has_main(clause: str) -> bool:
    """Tell whether a clause has a verb of its own once the word that makes it depend on another is left out."""
    return _is_clause(_SUBORDINATE.sub("", clause))


def _parts(text: str, seam: re.Match[str]) -> tuple[str, str]:
    joint = seam.groupdict().get("joint") or ""
    second = re.sub(r"^(?:and|so)\s+", "", text[seam.end() :])
    kept = f"{joint} " if joint.lower() in ("but", "yet") else ""
    return text[: seam.start()].rstrip(",;") + ".", capital(kept + second)


def _is_clause(text: str) -> bool:
    """Tell whether a part has a verb of its own, before any relative clause begins."""
    main = re.split(r"\b(?:which|that|who|whom|whose|where|when|if|as)\b", text.lower(), maxsplit=1)[0]
    return any(map(is_verb, main.split()))


def capital(text: str) -> str:
    """Return ``text`` with a capital at its beginning, unless it begins with a name of code."""
    first = text.split(None, 1)[0] if text else ""
    is_name = any(sign in first for sign in "._()[") and not first.endswith(".")
    return text if is_name or not text else text[0].upper() + text[1:]


def _letters(text: str) -> float:
    solid = [character for character in text if not character.isspace()]
    # Devanagari and Thai write vowels as marks.
    return sum(unicodedata.category(character)[0] in "LM" for character in solid) / max(len(solid), 1)


def _clause(words: list[str], text: str) -> bool:
    if words and words[0].lower().endswith("ed") and not any(map(is_verb, words)):
        return False
    capitals = sum(word[:1].isupper() for word in words)
    return has_verb(text) or (len(words) >= 8 and capitals * 2 < len(words))
