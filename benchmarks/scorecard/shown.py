"""What a finished film says and shows, read from its folder: words by shot, claims, and what its own gate measured."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vortex.visuals.record import read_record

_WORD = re.compile(r"[^\W_]+(?:['’.\[\]*+()%<-]+[^\W_]+)*", re.UNICODE)


@dataclass(eq=False)
class Shown:
    """The folder of a finished film."""

    folder: Path

    @cached_property
    def report(self) -> dict[str, Any]:
        """What the gate wrote."""
        return self._json("out/report.json")

    @cached_property
    def claims(self) -> list[dict[str, Any]]:
        """The ledger, a row a sentence."""
        found: list[dict[str, Any]] = self._json("claims.json")["claims"]
        return found

    @cached_property
    def shots(self) -> list[dict[str, Any]]:
        """The storyboard."""
        found: list[dict[str, Any]] = self._json("storyboard.json")["shots"]
        return found

    @cached_property
    def mp4(self) -> Path:
        """The film, passed or not."""
        return next(
            path for name in ("film.mp4", "film.rejected.mp4") if (path := self.folder / "out" / name).is_file()
        )

    @cached_property
    def cues(self) -> list[tuple[float, float, str]]:
        """Captions of ``film.vtt`` as (start, end, text), in seconds."""
        blocks = (self.folder / "out" / "film.vtt").read_text(encoding="utf8").split("\n\n")
        found = []
        for block in blocks:
            head, _, text = block.strip().partition("\n")
            if " --> " in head:
                start, end = (_seconds(moment) for moment in head.split(" --> "))
                found.append((start, end, " ".join(text.split())))
        return found

    @cached_property
    def units(self) -> tuple[str, ...]:
        """All words of each shot, spoken in it or written in it; pictures of pages and figures say nothing here."""
        takes = sorted((self.folder / "build" / "takes").glob("*/layout.json"))
        records = [read_record(layout) for layout in takes]
        written = [" ".join(dict.fromkeys(e.text for e in record.elements if e.text)) for record in records]
        spoken = {claim["sentence"]: claim["text"] for claim in self.claims}
        told = [" ".join(spoken.get(sentence, "") for sentence in shot["sentences"]) for shot in self.shots]
        return tuple(text for text in (*told, *written) if text.strip())

    def measure(self, check: str) -> float | None:
        """Return what the gate measured in ``check``, or ``None`` where it did not run or has no number."""
        found = self.finding(check)
        return None if found is None else found["measure"]

    def finding(self, check: str) -> dict[str, Any] | None:
        """Return the finding of a check of the gate."""
        return next((each for each in self.report["findings"] if each["check"] == check), None)

    def passed(self, *checks: str) -> bool:
        """Return whether all these checks of the gate ran and passed."""
        return all((found := self.finding(check)) is not None and found["passed"] for check in checks)

    def _json(self, name: str) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf8"))
        return data


def words(text: str) -> list[str]:
    """Return the words of a text in small letters; names such as ``read.table`` and ``2*k`` are one."""
    return [word.lower() for word in _WORD.findall(text)]


def _seconds(moment: str) -> float:
    hours, minutes, seconds = moment.strip().split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
