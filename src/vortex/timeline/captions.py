"""Captions: two short rows at most, broken where the sense breaks, slow enough to read, never across sentences.

Every way to cut a sentence is weighed by dynamic programming: breaks at punctuation are cheap, breaks after a small
word dear, and text that would have to be read at more than 20 characters a second dearer than any ugly break.

Source: the usual broadcast rules (42 characters, two rows, two frames between captions) and the weighing of breaks by
Knuth and Plass, "Breaking paragraphs into lines", 1981.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from vortex.core.stopwords import STOPWORDS
from vortex.visuals.timing import CaptionLine, ShotTiming, TimedSentence, TimedWord, is_wide, row_text

MAX_COLUMNS = 42
MAX_WIDE_COLUMNS = 26
"""Of a row in Chinese or Japanese: 13 characters."""
MAX_COLUMNS_A_SECOND = 20
MIN_GAP = 2
"""Frames between two captions."""
_MIN_S = 1.0
_LINGER_S = 0.5
_CAPTION_COST = 3.0
_ORPHAN_COST = 4.0
_ORPHAN_COLUMNS = 14
_NEVER = 1000.0
_UNIT_LETTERS = 5
_OPENING = frozenset("«([{“„¿¡")

Row = tuple[TimedWord, ...]


def caption_lines(timing: ShotTiming, language: str = "en") -> tuple[CaptionLine, ...]:
    """Return the captions of a shot.

    Each begins with its first word and stays until half a second after its last, longer where reading needs it, and
    ends at least two frames before the next one begins. Rows hold at most 42 columns (wide characters count two); a
    longer word is cut.
    """
    captions: list[CaptionLine] = []
    for index, sentence in enumerate(timing.sentences):
        last = index + 1 == len(timing.sentences)
        until = timing.num_frames if last else timing.sentences[index + 1].start - MIN_GAP
        captions += _sentence_captions(sentence, until, timing.fps, language)
    return tuple(captions)


def columns(text: str) -> int:
    """Return how wide a text is: wide characters count two, combining marks none."""
    return sum(0 if unicodedata.combining(char) else 1 + is_wide(char) for char in text)


def _sentence_captions(sentence: TimedSentence, until: int, fps: int, language: str) -> list[CaptionLine]:
    words = [piece for word in sentence.words for piece in _pieces(word, _widest(word.text))]
    if not words:
        return []
    cut = _Cut(words, until, fps, STOPWORDS.get(language, frozenset()))
    ends = cut.best()
    starts = [0, *ends[:-1]]
    return [cut.caption(start, end) for start, end in zip(starts, ends, strict=True)]


def _widest(text: str) -> int:
    """Return how many columns a row of ``text`` may have."""
    return MAX_WIDE_COLUMNS if sum(map(is_wide, text)) > len(text) / 2 else MAX_COLUMNS


def _pieces(word: TimedWord, most: int) -> list[TimedWord]:
    """Cut a word that is wider than a row of ``most`` columns in even parts; its time is shared by length.

    No part begins with a mark that closes, as Chinese and Japanese demand.
    """
    wide = columns(word.text)
    if wide <= most:
        return [word]
    even = wide / -(-wide // most)
    parts = [""]
    for char in word.text:
        closes = unicodedata.category(char) in ("Po", "Pe", "Pf")
        if columns(parts[-1]) >= even - 0.5 and not closes:
            parts.append("")
        parts[-1] += char
    edges = [0]
    for part in parts:
        edges.append(edges[-1] + len(part))
    at = [word.start + (word.end - word.start) * edge // edges[-1] for edge in edges]
    return [TimedWord(part, at[i], at[i + 1]) for i, part in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class _Cut:
    """The ways to cut one sentence."""

    words: list[TimedWord]
    until: int
    fps: int
    small: frozenset[str]

    def best(self) -> list[int]:
        """Return the index after the last word of each caption, for the cheapest cut."""
        cost = [0.0] + [float("inf")] * len(self.words)
        came_from = [0] * len(cost)
        for end in range(1, len(cost)):
            for start in range(end - 1, -1, -1):
                rows = self.rows(start, end)
                if rows is None:
                    break
                total = cost[start] + rows[0] + self.cost(start, end)
                if total < cost[end]:
                    cost[end], came_from[end] = total, start
        ends = [len(self.words)]
        while came_from[ends[0]]:
            ends.insert(0, came_from[ends[0]])
        return ends

    def rows(self, start: int, end: int) -> tuple[float, tuple[Row, ...]] | None:
        """Return the cheapest one or two rows and their cost, or None where the words do not fit."""
        words = tuple(self.words[start:end])
        most = _widest(row_text(words))
        if columns(row_text(words)) <= most:
            return 0.0, (words,)
        options = []
        for middle in range(1, len(words)):
            upper, lower = columns(row_text(words[:middle])), columns(row_text(words[middle:]))
            if max(upper, lower) <= most:
                # A longer lower row hides less of the picture and is read with a shorter jump of the eye.
                uneven = (upper - lower if upper > lower else (lower - upper) / 2) / 10
                options.append((self.break_cost(start + middle) + uneven, middle))
        if not options:
            return None
        best, middle = min(options)
        return best, (words[:middle], words[middle:])

    def cost(self, start: int, end: int) -> float:
        """Return what a caption of these words costs, apart from its rows."""
        text = row_text(self.words[start:end])
        seconds = max(1, self._limit(end) - self.words[start].start) / self.fps
        too_fast = max(0.0, columns(text) / seconds - MAX_COLUMNS_A_SECOND)
        too_short = max(0.0, _MIN_S - seconds)
        alone = _ORPHAN_COST * (columns(text) < _ORPHAN_COLUMNS and end - start < len(self.words))
        at_end = 2 * self.break_cost(end) if end < len(self.words) else 0.0
        return _CAPTION_COST + at_end + alone + 20 * too_fast + 20 * too_short

    def break_cost(self, index: int) -> float:
        """Return how much a break before word ``index`` hurts."""
        before, after = self.words[index - 1].text, self.words[index].text
        if not any(map(str.isalnum, after)) or before in _OPENING:
            return _NEVER  # French sets a blank before "?" and after "«"; the sign stays with its word all the same
        mark = before.rstrip("\"')]»”’")[-1:]
        if mark in tuple(".!?…:;。！？"):
            return 0.0
        if mark in tuple(",—–、，") or after[:1] in tuple("(—–"):
            return 0.5
        if _bare(before) in self.small:
            return 4.0
        if before.isdigit() and after[:3].isdigit():
            return _NEVER  # 300 000 is one number
        if before[-1:].isdigit() and len(_bare(after)) <= _UNIT_LETTERS:
            return 4.0
        return 1.5 if _bare(after) in self.small else 2.5

    def caption(self, start: int, end: int) -> CaptionLine:
        """Return the caption of these words."""
        rows = self.rows(start, end)
        assert rows, "only cuts that fit are chosen"
        begin = self.words[start].start
        text = row_text(self.words[start:end])
        needed_s = max(_MIN_S, columns(text) / MAX_COLUMNS_A_SECOND)
        wanted = max(self.words[end - 1].end + round(_LINGER_S * self.fps), begin - int(-needed_s * self.fps // 1))
        return CaptionLine(begin, max(begin + 1, min(wanted, self._limit(end))), rows[1])

    def _limit(self, end: int) -> int:
        """Return the frame by which a caption that ends before word ``end`` must be gone."""
        return self.until if end == len(self.words) else self.words[end].start - MIN_GAP


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return text.strip(".,;:!?\"'()[]«»“”‘’").lower()
