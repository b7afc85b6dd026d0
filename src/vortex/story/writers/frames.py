"""The sentences that frame a film: the question at the start, the joints, the farewell.

They assert nothing. They are put together from the titles of the source, the topic and a handful of small words, so
the ledger can tell that no claim hides in them. A language without templates gets its titles alone.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple

from vortex.core.document import Document
from vortex.core.stopwords import STOPWORDS
from vortex.story.languages.base import Phrases
from vortex.story.languages.table import LANGUAGES
from vortex.story.words import AUXILIARIES, bare, word_set

_NUMBERING = re.compile(r"^\s*(?:\d+(?:\.\d+)*\.?|[A-Z](?:\.\d+)+\.?|[A-Z]\.|[ivxlc]+\.)\s+(?=\S)")
_LABEL_ONLY = re.compile(r"^(?:section|article|chapter|part|amendment|§|appendix)?\s*[\dIVXLC.]+$", re.IGNORECASE)
_INTRODUCTION = re.compile(r"^(?:an?\s+)?(?:short |brief |gentle )?(?:introduction|guide|primer) to\s+", re.IGNORECASE)
_STATUTE = re.compile(r"\b(?:constitution|charter|act|treaty|declaration|law|agreement|convention)\b", re.IGNORECASE)
_QUESTION = re.compile(r"^(?:how|what|why|when|where|who|which|is|are|can|does|do)\b", re.IGNORECASE)
_NO_VERBS = word_set("do was will")
"""Auxiliaries that are other words in Portuguese and German: "A viagem do café", "Was ein Kessel leistet"."""
_AROUND = ",.;:!?()[]\"'“”‘’"
_NUMBERED = word_set("Article Section Chapter Amendment Part Appendix Title")
_GENERIC = word_set("overview introduction basics background summary conclusion theory preamble preface")
_OPENERS = word_set("from in on at by with for to how what why when where which who as using and")


def frame_vocabulary(language: str) -> frozenset[str]:
    """Return the words, in lower case, that frames of a language may use besides titles."""
    phrases = _phrases(language)
    texts = [] if phrases is None else [text for text in astuple(phrases) if isinstance(text, str)]
    joints = " ".join(phrases.links) if phrases else ""
    own = {bare(word) for word in " ".join([*texts, joints]).split() if "{" not in word}
    return frozenset(own) | (LANGUAGES[language].frame_words if language in LANGUAGES else frozenset())


def _phrases(language: str) -> Phrases | None:
    return LANGUAGES[language].phrases if language in LANGUAGES else None


def plain_title(title: str) -> str:
    """Return a heading without its number, its permalink sign and its double spaces."""
    text = " ".join(title.replace("¶", " ").replace("_", " ").split())
    return (_NUMBERING.sub("", text) or text).rstrip(".:")


def is_label(title: str) -> bool:
    """Tell whether a heading is a number only, such as "Article I" or "Section 2"."""
    return bool(_LABEL_ONLY.match(plain_title(title)))


def is_title(name: str) -> bool:
    """Tell whether a heading can be a title: it is no sentence, and not endless."""
    plain = plain_title(name)
    words = plain.split()
    small = set(map(str.lower, words)) - _NO_VERBS
    is_clause = len(words) >= 4 and not _QUESTION.match(plain) and bool(AUXILIARIES & small)
    return bool(plain) and ". " not in plain and len(words) <= 12 and not is_clause


def is_part(name: str) -> bool:
    """Tell whether a section's name is only the number that a text without headings was given."""
    return name.endswith(".") and name[:-1].isdigit()


def section_title(section: Sequence[str], fallback: str) -> str:
    """Return the title of a section path: the innermost name that says something, numbers with their parents."""
    names = [plain_title(name) for name in section if is_title(name)]
    if not names:
        return fallback
    if is_label(names[-1]) and len(names) > 1:
        return f"{names[-2]}, {names[-1]}"
    return names[-1]


def unlettered(section: Sequence[str], document: Document) -> tuple[str, ...]:
    """Return a section path without the letters that number appendices, as "B Tables" between "A …" and "C …"."""
    return tuple(_without_letter(name, document) for name in section)


def _without_letter(name: str, document: Document) -> str:
    letter, _, rest = name.partition(" ")
    if len(letter) != 1 or not letter.isupper() or not rest:
        return name
    firsts = {each[:1] for block in document.blocks for each in block.section if each[1:2] == " "}
    return rest if {"A", "B", letter} <= firsts and chr(ord(letter) - 1) in firsts | {"@"} else name


def subject_of(document: Document) -> str:
    """Return what a document is about, from its title: "heapq" for "heapq — Heap queue algorithm"."""
    title = plain_title(document.title or document.path.rpartition("/")[2])
    left = re.split(r"\s+[—–|:]\s+|:\s+", title, maxsplit=1)[0]
    return _INTRODUCTION.sub("", left) or title


def proper_names(texts: Iterable[str]) -> frozenset[str]:
    """Return words that stand with a capital in the middle of sentences and hardly ever without: names."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        before = "."
        for word in text.split():
            plain = word.strip(_AROUND)
            if plain.islower():
                small[plain] += 1
            elif plain[:1].isupper() and before[-1] not in ".!?:”\"'" and before.islower():
                capital[plain] += 1
            before = word
    return frozenset(word for word, count in capital.items() if count > 2 * small[word.lower()])


def lowered(title: str, names: frozenset[str], language: str = "en") -> str:
    """Return a heading as it stands inside a sentence: in English, in small letters but for names and acronyms.

    Other languages write headings as sentences, so that only the first word loses its capital; in German, which writes
    all nouns with one, only an article or another small word does.
    """
    if language not in LANGUAGES:
        return title
    if language != "en":
        return _begun_small(title, names, language)
    small = " ".join(_small(word, names) for word in title.split())
    return f"the {small}" if small in _GENERIC else small


def _begun_small(text: str, names: frozenset[str], language: str) -> str:
    """Return ``text`` without the capital that only its first place gives it."""
    first, space, rest = text.partition(" ")
    if language == "en":
        return _small(first, names) + space + rest
    is_small = first.lower() in STOPWORDS[language] or (language != "de" and first[1:].islower())
    return (first.lower() if is_small and first not in names else first) + space + rest


def _small(word: str, names: frozenset[str]) -> str:
    plain = word.strip(_AROUND)
    is_name = plain in names or plain in _NUMBERED or not (plain[1:].islower() or plain == "A")
    hyphened = all(part and (part[1:].islower() or not part[1:]) for part in plain.split("-")) and "-" in plain
    return word.lower() if hyphened or not is_name else word


def hook(subject: str, language: str, is_term: bool = True) -> str:
    """Return an honest question about ``subject``; the subject alone in a language without templates.

    ``is_term`` tells whether a subject of one word is something that the source speaks of, and no mere file name.
    """
    phrases = _phrases(language)
    if phrases is None or subject.endswith("?"):
        return subject if subject.endswith("?") else _stopped(subject)
    if language == "en" and _QUESTION.match(subject):
        return _question(subject)
    words = subject.split()
    template = phrases.question
    if _STATUTE.search(subject):
        template = phrases.statute or template
    elif len(words) == 1 and is_term:
        template = phrases.single or template
    elif words[-1].lower().endswith("ing") or (words[0].lower().endswith("ing") and not _is_plural(words[-1])):
        template = phrases.gerund or template
    asked = template.format(t=subject)
    return asked if language == "en" else asked[:1].upper() + asked[1:]


def _stopped(title: str) -> str:
    """Return a title as a sentence, with the full stop of its script."""
    script = unicodedata.name(title[-1:] or " ", "").split()[0]
    return title + {"CJK": "。", "HIRAGANA": "。", "KATAKANA": "。", "DEVANAGARI": "।"}.get(script, ".")


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _question(subject: str) -> str:
    """Return an English title that begins as a question as one: "How a film is made" → "How is a film made?"."""
    first, rest = subject.rstrip("?.").split(None, 1) if " " in subject else (subject.rstrip("?."), "")
    asker = first[:1].upper() + first[1:]
    if rest.startswith("to "):
        return f"{asker} do you {rest[3:]}?"
    turned = re.match(r"(?P<who>.+?) (?P<verb>is|are|was|were|can|could|will|should|must) (?P<what>.+)", rest)
    if turned and asker not in ("Is", "Are", "Can", "Does", "Do", "Who", "Which"):
        return f"{asker} {turned['verb']} {turned['who']} {turned['what']}?"
    works = re.match(r"(?P<who>.+?) (?P<verb>works|matters|happens|helps)$", rest)
    if works:
        return f"{asker} does {works['who']} {works['verb'][:-1]}?"
    return f"{asker} {rest}".rstrip() + "?"


def promise(titles: Sequence[str], language: str) -> str:
    """Return what the film will go through; "" where there is nothing to list."""
    phrases = _phrases(language)
    if phrases is None or len(titles) < 2:
        return ""
    listable = all("," not in title and f" {phrases.conjunction} " not in title for title in titles)
    if len(titles) > 4 or sum(len(title.split()) for title in titles) > 16 or not listable:
        nouns = [title for title in titles if title.split()[0].lower() not in _OPENERS]
        return phrases.span.format(t=nouns[0], s=nouns[-1]) if len(nouns) > 1 else ""
    return phrases.promise.format(t=enumerated(titles, phrases))


def enumerated(parts: Sequence[str], phrases: Phrases) -> str:
    """Return parts as a list in a sentence: "a", "a and b", "a, b, and c"."""
    head, last = ", ".join(parts[:-1]), parts[-1]
    if not head:
        return last
    comma = "," if phrases.serial_comma and len(parts) > 2 else ""
    return f"{head}{comma} {phrases.conjunction} {last}"


def link(title: str, place: int, count: int, language: str) -> str:
    """Return the joint that opens scene ``place`` of ``count``."""
    phrases = _phrases(language)
    if phrases is None:
        return _stopped(title)
    first, *middle, last = phrases.links
    if language == "en" and title.split()[0].lower() in _OPENERS:
        return (phrases.first_part if place == 0 else phrases.next_part).format(t=title)
    template = first if place == 0 else last if place == count - 1 else middle[(place - 1) % len(middle)]
    return template.format(t=title)


def recap(text: str, names: frozenset[str], language: str) -> str:
    """Return a sentence opened as the first of a recap."""
    phrases = _phrases(language)
    if phrases is None:
        return text
    return phrases.recap.format(t=_begun_small(text, names, language) if language == "en" else text)


def ordered(text: str, place: int, count: int, names: frozenset[str], language: str) -> str:
    """Return step ``place`` of ``count`` with the word that says where it stands, in a language that has templates."""
    phrases = _phrases(language)
    if phrases is None or count < 2:
        return text
    first, between, last = phrases.steps
    template = first if place == 0 else last if place == count - 1 else between
    after_colon = ": {" in template
    return template.format(t=text if after_colon else _begun_small(text, names, language))


def closing(subject: str, source: str, language: str) -> str:
    """Return the farewell, which names what it was about and where it came from."""
    phrases = _phrases(language)
    if phrases is None:
        return _stopped(source)
    template = phrases.closing_whole if subject.lower() in source.lower() else phrases.closing
    return template.format(t=subject, s=source)


def recap_title(language: str) -> str:
    """Return the title of the closing scene."""
    phrases = _phrases(language)
    return phrases.recap_title if phrases else "✓"
