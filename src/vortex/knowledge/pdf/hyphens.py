"""Whether a word that was broken at the end of a line had a hyphen of its own.

"pack-ages" must become "packages", but "well-tuned" must stay. The rest of the document knows: the form that occurs
elsewhere, whole in one line, is the right one.
"""

import re
from collections import Counter
from collections.abc import Iterable

_BROKEN = re.compile(r"(\w[\w'’\-]*)\u00ad(\w+)")
_WORD = re.compile(r"\w[\w'’]*(?:-\w+)*")


class Vocabulary:
    """The words of a document, for mending those that were broken."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._seen: Counter[str] = Counter()
        self._tails: Counter[str] = Counter()
        for text in texts:
            if "\u00ad" not in text:
                self._seen.update(_WORD.findall(text.lower()))
            else:
                self._seen.update(_WORD.findall(text.lower().rsplit(None, 1)[0]))

        for word, count in self._seen.items():
            if "-" in word:
                self._tails[word.rsplit("-", 1)[1]] += count

    def mend(self, text: str) -> str:
        """Return ``text`` with every soft hyphen resolved: removed, or made a real hyphen."""
        if "\u00ad" not in text:
            return text
        return _BROKEN.sub(self._resolve, text).replace("\u00ad", "-")

    def _resolve(self, match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        whole, hyphened = f"{first}{second}", f"{first}-{second}"
        if self._seen[whole.lower()]:
            return whole
        if self._seen[hyphened.lower()] or "-" in first or first.isdigit():
            return hyphened
        if self._seen[first.lower()] and self._tails[second.lower()]:
            return hyphened
        compound = (
            len(first) > 3 and len(second) > 3 and self._seen[first.lower()] > 1 and self._seen[second.lower()] > 1
        )
        return hyphened if compound else whole
