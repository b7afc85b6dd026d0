"""Write what the gate saw: ``report.html`` for a person and ``report.json`` for a machine.

The page stands alone: pictures and captions are inside it, and only the film lies beside it. It never asks the network
for anything, and equal verdicts give equal bytes.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vortex.core.claim import Claim
from vortex.review.film import Exhibits, FilmUnderReview
from vortex.review.page import render
from vortex.review.verdict import Verdict

SCHEMA = "vortex.report"
SCHEMA_VERSION = 1


def write_report(
    verdict: Verdict, film: FilmUnderReview, folder: Path, exhibits: Exhibits | None = None, name: str = "report"
) -> Path:
    """Write ``report.html`` and ``report.json`` into ``folder`` and return the path of the page.

    Args:
        verdict: what the gate said.
        film: what it was said about; ``film.mp4`` is where the film lies now, and the page links to it from ``folder``.
        folder: an existing folder, usually the one that holds the film.
        exhibits: what is shown beside the verdict.
        name: of both files, without their endings.
    """
    shown = exhibits or Exhibits()
    address = Path(os.path.relpath(film.mp4, folder)).as_posix()
    content = as_data(verdict, film, shown, address)
    (folder / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    page = folder / f"{name}.html"
    page.write_text(render(verdict, film, shown, address), encoding="utf8")
    return page


def as_data(verdict: Verdict, film: FilmUnderReview, exhibits: Exhibits, address: str) -> dict[str, Any]:
    """Return the report as plain JSON values; fields may be added within a schema version, never changed or dropped."""
    times = {sentence.id: sentence for sentence in film.sentences}
    return {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "title": film.title,
        "language": film.language,
        "film": address,
        "passed": verdict.passed,
        "summary": verdict.summary(),
        "findings": [asdict(finding) for finding in verdict.findings],
        "skipped": [asdict(skip) for skip in verdict.skipped],
        "claims": [_claim(claim, times[claim.sentence].start_s) for claim in film.claims if claim.sentence in times],
        "sources": [{"id": source.id, "file": source.path.name, "title": source.title} for source in film.sources],
        "made_of": [asdict(origin) for origin in exhibits.origins],
        "parts": [asdict(part) for part in exhibits.parts],
        "shots": [{"id": s.shot.id, "kind": s.shot.kind, "start": s.start, "rung": s.rung} for s in film.shots],
        "brief": dict(exhibits.brief),
        "warnings": list(exhibits.warnings),
        "notes": list(exhibits.notes),
    }


def _claim(claim: Claim, start_s: float) -> dict[str, Any]:
    return {**asdict(claim), "start_s": round(start_s, 3), "supported": claim.supported}
