"""What the commands about films say: plans, films and verdicts as text for people and as values for machines."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vortex.cli.output import table
from vortex.core.units import counted, format_bytes, format_duration, format_moment

_FIRST_WORDS = 9

if TYPE_CHECKING:
    from vortex.production.editor import Edited
    from vortex.production.film import FinishedFilm, Plan
    from vortex.production.prune import Pruned
    from vortex.review.verdict import Verdict


def plan_data(planned: "Plan", out: Path) -> dict[str, Any]:
    """Return a plan as values."""
    return {
        "folder": out,
        "title": planned.told.script.title,
        "seconds": float(planned.timeline.duration.seconds),
        "sentences": len(planned.lines),
        "shots": [{"id": s.id, "kind": s.kind, "reason": s.reason} for s in planned.board.shots],
        "frames_to_make": planned.frames_to_make,
        "forecast": planned.forecast,
    }


def plan_text(planned: "Plan", out: Path) -> str:
    """Return a plan as a person reads it: every shot with its reason, and what is left to do."""
    seconds = float(planned.timeline.duration.seconds)
    rows: list[tuple[Any, ...]] = [
        (shot.id, shot.kind, f"{timed.timing.num_frames / planned.timeline.fps:.1f} s", shot.reason)
        for shot, timed in zip(planned.board.shots, planned.timeline.shots, strict=True)
    ]
    forecast = planned.forecast
    cost = f"{format_duration(forecast.seconds)} of work, {format_bytes(forecast.disk_bytes)} of disk"
    head = f"{planned.told.script.title}: {format_duration(seconds)}, {len(planned.lines)} sentences"
    shots = table(rows, ("shot", "kind", "length", "why"))
    return f"{head}\n\n{shots}\n\nstill to do: {cost}\nedit {out / 'script.json'}, then run: vortex render {out}"


def edited_data(edited: "Edited") -> dict[str, Any]:
    """Return the shots of a film, and what an edit did to them, as values."""
    shots = [
        {
            "id": shot.id,
            "start_s": round(shot.start_s, 3),
            "length_s": round(shot.length_s, 3),
            "kind": shot.kind,
            "sentences": [{"id": name, "text": text} for name, text in shot.sentences],
            "reason": shot.reason,
            "pinned": shot.pinned,
            "take": shot.take,
        }
        for shot in edited.shots
    ]
    return {"edit": edited.what, "to_make": edited.to_make, "forecast": edited.forecast, "shots": shots}


def shots_text(edited: "Edited") -> str:
    """Return the shots of a film as a table."""
    rows: list[tuple[Any, ...]] = [
        (
            shot.id,
            format_moment(int(shot.start_s)),
            f"{shot.length_s:.1f} s",
            shot.kind,
            "pinned" if shot.pinned else "",
            " ".join(name for name, _ in shot.sentences),
            _first_words(" ".join(text for _, text in shot.sentences)),
            shot.take.parent.name[:8] if shot.take else "to make",
            shot.reason,
        )
        for shot in edited.shots
    ]
    return table(rows, ("shot", "start", "length", "kind", "", "sentences", "first words", "take", "why"))


def edited_text(edited: "Edited", film: Path) -> str:
    """Return what an edit did and how the film is made again."""
    left = edited.to_make
    if left:
        what = f"{len(left)} of {len(edited.shots)} shots to make: {', '.join(left)}"
        cost = f"about {format_duration(edited.forecast.seconds)} of work"
        return f"{edited.what}\n{what}\n{cost}; run: vortex render {film}"
    return f"{edited.what}\nno shot to make; to join the film again, run: vortex render {film}"


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:_FIRST_WORDS]) + (" …" if len(words) > _FIRST_WORDS else "")


def film_data(film: "FinishedFilm") -> dict[str, Any]:
    """Return a finished film as values."""
    return {
        "film": film.mp4,
        "report": film.report,
        "title": film.script.title,
        "seconds": film.duration_s,
        "shots": film.shots,
        "shots_made": film.shots_made,
        "claims": len(film.claims),
        "passed": film.verdict.passed,
        "summary": film.verdict.summary(),
        "stages": film.stage_s,
    }


def film_text(film: "FinishedFilm") -> str:
    """Return a finished film as a person reads it."""
    took = format_duration(sum(film.stage_s.values()))
    made = f"{counted(film.shots, 'shot')}, {film.shots_made} drawn now, in {took}"
    head = f"{film.script.title}: {format_duration(film.duration_s)}, {made}"
    return f"{film.mp4}\n{head}\n{film.verdict.summary()}\nreport: {film.report}"


def pruned_text(pruned: "Pruned", *, dry_run: bool) -> str:
    """Return what was forgotten, or would be, by stage."""
    stages = [name.partition("/")[0] for name in pruned.results]
    counts = [f"{stages.count(stage)} of {stage}" for stage in dict.fromkeys(stages)]
    counts += [f"{len(pruned.pictures)} other files"] if pruned.pictures else []
    would = "would be " if dry_run else ""
    return (
        f"{', '.join(counts) or 'nothing'} {would}forgotten: {format_bytes(pruned.freed_bytes)} {would}freed, "
        f"{format_bytes(pruned.kept_bytes)} kept"
    )


def verdict_data(verdict: "Verdict") -> dict[str, Any]:
    """Return a verdict as values."""
    return {
        "passed": verdict.passed,
        "summary": verdict.summary(),
        "findings": list(verdict.findings),
        "skipped": list(verdict.skipped),
    }


def verdict_text(verdict: "Verdict") -> str:
    """Return a verdict as a person reads it: a row a check, then where something was found."""
    rows: list[tuple[Any, ...]] = [
        ("ok" if each.passed else "FAILED" if each.gating else "note", each.check, each.value, each.bar, each.detail)
        for each in verdict.findings
    ]
    rows += [("skipped", skip.check, "", "", skip.reason) for skip in verdict.skipped]
    shown = table(rows, ("", "check", "seen", "bar", "detail"))
    places = [f"{each.check}: {place}" for each in verdict.findings if not each.passed for place in each.where]
    return "\n".join([shown, *(["", *places] if places else [])])
