"""The person's page: small functions from values to HTML, filled into one template.

Every text goes through ``escape``.
"""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from string import Template
from urllib.parse import quote

from vortex.core.units import format_timestamp
from vortex.review.film import Exhibits, FilmUnderReview, Origin, Part, SpokenSentence
from vortex.review.ground import claim_cards, page_styles
from vortex.review.markup import badge, embedded, sentence_case, table
from vortex.review.verdict import Finding, Outcome, Skip, Verdict


def render(verdict: Verdict, film: FilmUnderReview, exhibits: Exhibits, address: str) -> str:
    """Return the whole page; ``address`` is the film's path as seen from the page."""
    sections = [
        ("warnings", "Warnings", _notes(exhibits.warnings, "warn")),
        ("claims", "What is said, and on what ground", claim_cards(film, exhibits)),
        ("pictures", "All shots at a glance", _contact_sheet(exhibits.contact_sheet)),
        ("made", "How it was made", _parts(exhibits.parts) + _sources(film)),
        ("origins", "Licences and origin", _origins(exhibits.origins)),
        ("notes", "Notes", _notes(exhibits.notes)),
        ("checks", "Every check", _checks(verdict)),
    ]
    shown = [(name, title, content) for name, title, content in sections if content]
    template = Template(files("vortex.review").joinpath("templates/report.html").read_text(encoding="utf8"))
    return template.substitute(
        language=escape(film.language or "en"),
        title=escape(film.title),
        badge=badge("Passed" if verdict.passed else "Refused", "good" if verdict.passed else "bad"),
        lead=_lead(verdict, film),
        nav="".join(f'<a href="#{name}">{escape(title)}</a>' for name, title, _ in shown),
        page_styles=page_styles(exhibits.pages),
        refusal=_refusal(verdict),
        tiles=_tiles(verdict),
        stage=_stage(film, exhibits, address),
        body="".join(
            f'<section id="{name}"><h2>{escape(title)}</h2>{content}</section>' for name, title, content in shown
        ),
        footer="Made and checked on one machine. This page asks the network for nothing.",
    )


def _lead(verdict: Verdict, film: FilmUnderReview) -> str:
    checks = sum(finding.gating for finding in verdict.findings)
    supported = sum(claim.supported and claim.kind != "frame" for claim in film.claims)
    stated = sum(claim.kind != "frame" for claim in film.claims)
    parts = [f"<b>{checks - len(verdict.failures)} of {checks}</b> checks passed"]
    parts += [f"<b>{len(verdict.unseen)}</b> could not be made"] if verdict.unseen else []
    parts += [f"<b>{supported} of {stated}</b> statements supported by a quote"] if stated else ["no source"]
    return ", ".join(parts) + "."


def _stage(film: FilmUnderReview, exhibits: Exhibits, address: str) -> str:
    poster = f' poster="{embedded(exhibits.poster)}"' if exhibits.poster else ""
    captions = "data:text/vtt;base64," + base64.b64encode(_vtt(film.sentences).encode()).decode()
    track = f'<track kind="captions" srclang="{escape(film.language or "en")}" label="Captions" src="{captions}">'
    tall = " tall" if film.expected.height > film.expected.width else ""
    video = (
        f'<video controls preload="metadata"{poster} src="{escape(quote(address))}" aria-label="{escape(film.title)}">'
        f"{track if film.sentences else ''}</video>"
    )
    asked = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(film, exhibits))
    return f'<div class="stage{tall}">{video}<dl>{asked}</dl></div>'


def _facts(film: FilmUnderReview, exhibits: Exhibits) -> list[tuple[str, str]]:
    facts = list(exhibits.brief)
    if film.shots:
        facts.append(("Shots", str(len(film.shots))))
    return facts


def _vtt(sentences: Iterable[SpokenSentence]) -> str:
    cues = (
        f"{format_timestamp(s.start_s)} --> {format_timestamp(s.end_s)}\n{escape(' '.join(s.text.split()))}\n"
        for s in sentences
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def _refusal(verdict: Verdict) -> str:
    rows = [
        f"<li><b>{escape(sentence_case(f.check))}</b>: {escape(f.value)}"
        + (f", must be {escape(f.bar)}" if f.bar else "")
        + "".join(f"<p class=more>{escape(line)}</p>" for line in (f.detail, *f.where[:3]) if line)
        + "</li>"
        for f in verdict.failures
    ]
    rows += [
        f"<li><b>{escape(sentence_case(skip.check))}</b> could not be checked: {escape(skip.reason)}</li>"
        for skip in verdict.unseen
    ]
    return f'<ul class="notes card bad" aria-label="Why it was refused">{"".join(rows)}</ul>' if rows else ""


def _tiles(verdict: Verdict) -> str:
    """Return one tile for each subject, with how many of its checks passed."""
    tiles = []
    outcomes: list[Outcome] = [*verdict.findings, *verdict.skipped]
    for subject in dict.fromkeys(outcome.subject for outcome in outcomes):
        judged = [f for f in verdict.findings if f.subject == subject and f.gating]
        passed = sum(finding.passed for finding in judged)
        unseen = sum(skip.subject == subject for skip in verdict.unseen)
        kind = "bad" if passed < len(judged) or unseen else "good" if judged else "plain"
        count = f"{passed} of {len(judged) + unseen}" if judged or unseen else "for information"
        tiles.append(
            f'<a class="tile {kind}" href="#about-{escape(subject)}"><b>{escape(sentence_case(subject))}</b>'
            f"<span>{count}</span></a>"
        )
    return "".join(tiles)


def _checks(verdict: Verdict) -> str:
    judged = sorted(verdict.findings, key=lambda finding: _order(verdict, finding.subject))
    groups = "".join(
        f'<tbody id="about-{escape(subject)}"><tr><th scope="rowgroup" colspan="4">{escape(subject)}</th></tr>'
        + "".join(_finding_row(finding) for finding in found)
        + "</tbody>"
        for subject, found in groupby(judged, key=lambda finding: finding.subject)
    )
    return (
        table(("Check", "Seen", "Must be", "Result"), groups)
        + _skips("Not checked, and should have been", verdict.unseen, True)
        + _skips("Nothing to check", tuple(skip for skip in verdict.skipped if skip.excused), False)
    )


def _order(verdict: Verdict, subject: str) -> int:
    return [finding.subject for finding in verdict.findings].index(subject)


def _finding_row(finding: Finding) -> str:
    failed = finding.gating and not finding.passed
    state = ("Passed", "good") if finding.passed else ("Failed", "bad")
    result = badge(*state, small=True) if finding.gating else badge("For information", "plain", small=True)
    more = f'<p class="more">{escape(finding.detail)}</p>' if finding.detail else ""
    where = "".join(f"<li>{escape(place)}</li>" for place in finding.where)
    return (
        f'<tr{" class=failed" if failed else ""}><th scope="row">{escape(sentence_case(finding.check))}</th>'
        f"<td><span>{escape(finding.value)}</span>{more}{f'<ul>{where}</ul>' if where else ''}</td>"
        f'<td class="bar">{escape(finding.bar)}</td><td class="state">{result}</td></tr>'
    )


def _skips(title: str, skips: Sequence[Skip], opened: bool) -> str:
    if not skips:
        return ""
    rows = "".join(f"<li><b>{escape(sentence_case(skip.check))}</b>: {escape(skip.reason)}.</li>" for skip in skips)
    kind = " warn" if opened else ""
    return (
        f"<details{' open' if opened else ''}><summary>{escape(title)} ({len(skips)})</summary>"
        f'<ul class="notes card{kind}">{rows}</ul></details>'
    )


def _parts(parts: Sequence[Part]) -> str:
    if not parts:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(sentence_case(part.name))}</th><td>{escape(part.engine)}</td>'
        f'<td class="state">{badge(part.rung, "plain", small=True)}</td></tr>'
        for part in parts
    )
    return table(("Part", "Made by", "Rung"), f"<tbody>{rows}</tbody>")


def _origins(origins: Sequence[Origin]) -> str:
    if not origins:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(sentence_case(each.kind))}</th>'
        f"<td>{escape(f'{each.name} {each.version}'.strip())}<p class=more>{escape(each.told)}</p></td>"
        f"<td>{escape(each.licence)}</td><td><code>{escape(each.sha256[:16])}</code></td></tr>"
        for each in origins
    )
    return table(("What", "Which", "Licence", "SHA-256, its beginning"), f"<tbody>{rows}</tbody>")


def _sources(film: FilmUnderReview) -> str:
    rows = "".join(
        f"<li>{escape(source.title or source.path.name)} <span class=lead>— {escape(source.path.name)}, "
        f"SHA-256 {escape(source.id)}…</span></li>"
        for source in film.sources
    )
    return f'<h3>Sources</h3><ul class="notes card">{rows}</ul>' if rows else ""


def _notes(notes: Sequence[str], kind: str = "") -> str:
    rows = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="notes card {kind}">{rows}</ul>' if rows else ""


def _contact_sheet(image: Path | None) -> str:
    if image is None:
        return ""
    return f'<figure class="sheet"><img src="{embedded(image)}" alt="One picture of every shot, in order"></figure>'
