"""Sentences, words, stems and numbers of a text.

Reading, telling, searching and checking must all agree on what a word and a sentence is: a claim is checked word by
word against the passage that it came from. So there is one splitter, on the lowest floor, without a model and without
a dependency.
"""

import re
import unicodedata

from vortex.core.stopwords import STOPWORDS

_ABBREVIATIONS = frozenset(
    re.split(
        r"\s+",
        """adj approx assoc ave bd bzw ca cf dept dr ed eds eg e.g ex fr gen gov hon ibid ie i.e lt mme mr mrs ms mt nat
        prof ref refs resp rev rs sen st str univ vgl viz v vs z.b d.h u.a p.ej ej sra им см т.е
        ecc sig dott pag cfr dra págs aprox uds ee uu env apr др тыс млн млрд проф ул напр ок руб""",
    )
)
# These are words or end a sentence unless a number follows.
_BEFORE_NUMBERS = frozenset(
    re.split(
        r"\s+",
        """art ch chap chr col eq eqn eqs fig figs ff max min no nos nr p pag par pl pp sec sect secs tab vol vols
        рис стр табл гл""",
    )
)
_ARTICLES = frozenset(
    re.split(r"\s+", "the a an der die das ein eine le la les l' un une des el los las il lo gli i o os as um uma")
)
_NUMBERED = re.compile(r"(?:^|\s)(?:section|sect?|article|art|chapter|part|step|§)\s+[\dIVXLC]+$", re.IGNORECASE)
_INITIALS = re.compile(r"(?!I$)[^\W\d_a-z](?:\.[^\W\d_])*")
_BEFORE_ORDINALS = frozenset(re.split(r"\s+", "am der dem den des im vom zum beim das die ab seit"))
_AFTER_ORDINALS = frozenset(
    re.split(
        r"\s+",
        """januar februar märz april mai juni juli august september oktober november dezember jahrhundert jahrhunderts
        jahrhunderte weltkrieg weltkriegs kapitel auflage""",
    )
)
_ONLY_NUMBER = re.compile(r"\d+(?:\.\d+)*|[IVXLC]+")
_STOP = re.compile(
    r"""(?P<mark>[.!?…؟۔।]+)(?P<close>["'”’»)\]]*)(?P<space>\s+)(?=["'“‘«¿¡(\[]*[\w$€£`<>~+\-–—•])"""
    r"""|(?P<cjk>[。！？]+[」』”’）]*)""",
    re.VERBOSE,
)
_BLANK_LINE = re.compile(r"\n\s*\n")
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    rf"[{_CJK}]|\d+(?:[.,]\d+)*(?:[^\W\d_{_CJK}]+)?|[^\W\d_{_CJK}]+(?:['’\-_.][^\W_{_CJK}]+|\d+)*", re.UNICODE
)
_DECIMAL_COMMA = frozenset(re.split(r"\s+", "bg cs da de es fi fr hr hu id it nb nl no pl pt ro ru sk sl sv tr uk vi"))
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[. \u202f\u00a0]\d{3})+(?!\d)")
_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:[,\u202f\u00a0]\d{3})+|\d+)(?:\.\d+)*(?!\d)")


def sentences(text: str) -> list[str]:
    """Split ``text`` into sentences, in order, each with its white space collapsed.

    A blank line always ends a sentence. A full stop does not when it belongs to an abbreviation, an initial, a number
    ("3.14", "Section 2.", "am 14. Juli"), a name with dots ("data.frame"), or when a lower-case word follows.
    """
    found: list[str] = []
    for paragraph in _BLANK_LINE.split(text):
        start = 0
        for match in _STOP.finditer(paragraph):
            if match["cjk"] or _ends_sentence(paragraph[start : match.start()], match, paragraph[match.end() :]):
                found.append(paragraph[start : match.end()])
                start = match.end()
        found.append(paragraph[start:])
    return [clean for part in found if (clean := " ".join(part.split()))]


def _ends_sentence(before: str, match: re.Match[str], after: str) -> bool:
    opening = after.lstrip("\"'“‘«¿¡([")[:1]
    if match["mark"] != ".":
        return not opening.islower()
    last = before.split()[-1].lstrip("\"'“‘«([") if before.split() else ""
    if opening.islower() or not last:
        return False
    if last.lower() in _ABBREVIATIONS or (last.lower() in _BEFORE_NUMBERS and opening.isdigit()):
        return False
    following = after.split(None, 1)[0].lower()
    if _INITIALS.fullmatch(last):
        return ("." in last or last.islower()) and following in (STOPWORDS["en"] | STOPWORDS["ru"])
    if _is_ordinal(before.split(), last, following):
        return False
    return not (_ONLY_NUMBER.fullmatch(before.strip()) or _NUMBERED.search(before))


def _is_ordinal(before: list[str], last: str, following: str) -> bool:
    """Tell whether a number with a full stop counts the noun that follows, as in German "am 14. Juli"."""
    if not (last.isdigit() and len(last) <= 2) or any(following in small for small in STOPWORDS.values()):
        return False
    return following.strip(",.;:") in _AFTER_ORDINALS or (len(before) > 1 and before[-2].lower() in _BEFORE_ORDINALS)


def words(text: str) -> list[str]:
    """Return the words and numbers of ``text`` as written, in order; a Chinese or Japanese character is one word."""
    return _WORD.findall(text)


CHARACTERS_A_WORD = 1.7
"""Chinese or Japanese characters that say what a word says, in a word's time."""


def count_words(text: str) -> int:
    """Return how many words ``text`` has: what is between white space, and every Chinese or Japanese character."""
    return sum(max(1, count_characters(part)) for part in text.split())


def count_characters(text: str) -> int:
    """Return how many Chinese or Japanese characters ``text`` has."""
    return len(re.findall(f"[{_CJK}]", text))


def content_words(text: str, language: str = "en") -> list[str]:
    """Return the stems of the words that carry meaning, in order, small words left out.

    Args:
        text: any text.
        language: ISO 639-1 code; an unknown one leaves nothing out.
    """
    small = STOPWORDS.get(language, frozenset())
    lowered = (word.lower().replace("’", "'") for word in words(text))
    return [stem(word, language) for word in lowered if word not in small and (len(word) > 1 or not word.isascii())]


def stem(word: str, language: str = "en") -> str:
    """Return a common root of the forms of ``word``, good enough to match them, not to be read.

    English loses plural, past, progressive and adverb endings; other languages lose a short ending; words of up to
    three letters stay as they are.
    """
    word = word.lower()
    if len(word) <= 3 or not word.isalpha():
        return word.removesuffix("'s")
    if language != "en":
        return _fold(word)[: max(4, len(word) - 2)] if language in STOPWORDS else word
    return _stem_english(word)


def _stem_english(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "i"
    if word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "edly", "ed", "ly"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 2 and re.search("[aeiouy]", root):
            word = root[:-1] if root[-1] == root[-2] and root[-1] not in "lsz" else root
            break
    if len(word) == 2:
        return word + "e"
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _fold(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def initial(title: str) -> str:
    """Return the letter or digit that stands for a title: the first that is not of an article, as a capital."""
    plain = [re.sub(r"^(?:l|un)['’](?=\w)", "", word, flags=re.IGNORECASE) for word in title.split()]
    letters = [next(filter(str.isalnum, word), "") for word in plain if word.lower() not in _ARTICLES]
    return next(filter(None, [*letters, *filter(str.isalnum, title)]), "").upper()


def numbers(text: str) -> list[str]:
    """Return the numbers that are written in digits, in order, in one form: "1,151" → "1151", "2.50" → "2.5"."""
    return [_plain_number(found) for found in _NUMBER.findall(text)]


def digits(text: str, language: str) -> set[str]:
    """Return the numbers that ``text`` writes in digits, in one form for the notations of all languages.

    "1.234,5" and "1 234,5" of a language with a decimal comma and "1,234.5" of English are all "1234.5".

    Args:
        text: any text.
        language: ISO 639-1 code; an unknown one is read as English.
    """
    if language in _DECIMAL_COMMA:
        text = _GROUPED.sub(lambda found: re.sub(r"\D", "", found.group()), text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return set(numbers(text))


def _plain_number(written: str) -> str:
    plain = re.sub("[,\u202f\u00a0]", "", written).replace("−", "-")
    return plain.rstrip("0").rstrip(".") if plain.count(".") == 1 else plain
