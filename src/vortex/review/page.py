"""The person's page: small functions from values to HTML, filled into one template.

Every text goes through ``escape``. A page of a source is embedded once, as the background of a style class, however
many claims rest on it; each claim shows the strip of it that holds the quote.
"""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from string import Template

from vortex.core.claim import Claim
from vortex.core.document import Box
from vortex.review.film import Exhibits, FilmUnderReview, PagePicture, Part, SpokenSentence
from vortex.review.verdict import Finding, Outcome, Skip, Verdict, clock

_MIMES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_CONTEXT = 0.03
_LEAST_HEIGHT = 0.12
_SIDE = 0.09
"""Shares of the page: what is shown around a quote, the least height shown, and the margin that may be left out."""


def render(verdict: Verdict, film: FilmUnderReview, exhibits: Exhibits, address: str) -> str:
    """Return the whole page; ``address`` is the film's path as seen from the page."""
    sections = [
        ("warnings", "Warnings", _notes(exhibits.warnings, "warn")),
        ("claims", "What is said, and on what ground", _claims(film, exhibits)),
        ("pictures", "All shots at a glance", _contact_sheet(exhibits.contact_sheet)),
        ("made", "How it was made", _parts(exhibits.parts) + _sources(film)),
        ("notes", "Notes", _notes(exhibits.notes)),
        ("checks", "Every check", _checks(verdict)),
    ]
    shown = [(name, title, content) for name, title, content in sections if content]
    template = Template(files("vortex.review").joinpath("templates/report.html").read_text(encoding="utf8"))
    return template.substitute(
        language=escape(film.language or "en"),
        title=escape(film.title),
        badge=_badge("Passed" if verdict.passed else "Refused", "good" if verdict.passed else "bad"),
        lead=_lead(verdict, film),
        nav="".join(f'<a href="#{name}">{escape(title)}</a>' for name, title, _ in shown),
        page_styles=_page_styles(exhibits.pages),
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
    poster = f' poster="{_embedded(exhibits.poster)}"' if exhibits.poster else ""
    captions = "data:text/vtt;base64," + base64.b64encode(_vtt(film.sentences).encode()).decode()
    track = f'<track kind="captions" srclang="{escape(film.language or "en")}" label="Captions" src="{captions}">'
    tall = " tall" if film.expected.height > film.expected.width else ""
    video = (
        f'<video controls preload="metadata"{poster} src="{escape(address)}" aria-label="{escape(film.title)}">'
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
    cues = (f"{_moment(s.start_s)} --> {_moment(s.end_s)}\n{' '.join(s.text.split())}\n" for s in sentences)
    return "WEBVTT\n\n" + "\n".join(cues)


def _moment(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{ms:03d}"


def _refusal(verdict: Verdict) -> str:
    rows = [
        f"<li><b>{escape(_sentence_case(f.check))}</b>: {escape(f.value)}"
        + (f", must be {escape(f.bar)}" if f.bar else "")
        + "".join(f"<p class=more>{escape(line)}</p>" for line in (f.detail, *f.where[:3]) if line)
        + "</li>"
        for f in verdict.failures
    ]
    rows += [
        f"<li><b>{escape(_sentence_case(skip.check))}</b> could not be checked: {escape(skip.reason)}</li>"
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
            f'<a class="tile {kind}" href="#about-{escape(subject)}"><b>{escape(_sentence_case(subject))}</b>'
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
        _table(("Check", "Seen", "Must be", "Result"), groups)
        + _skips("Not checked, and should have been", verdict.unseen, True)
        + _skips("Nothing to check", tuple(skip for skip in verdict.skipped if skip.excused), False)
    )


def _order(verdict: Verdict, subject: str) -> int:
    return [finding.subject for finding in verdict.findings].index(subject)


def _finding_row(finding: Finding) -> str:
    failed = finding.gating and not finding.passed
    state = ("Passed", "good") if finding.passed else ("Failed", "bad")
    badge = _badge(*state, small=True) if finding.gating else _badge("For information", "plain", small=True)
    more = f'<p class="more">{escape(finding.detail)}</p>' if finding.detail else ""
    where = "".join(f"<li>{escape(place)}</li>" for place in finding.where)
    return (
        f'<tr{" class=failed" if failed else ""}><th scope="row">{escape(_sentence_case(finding.check))}</th>'
        f"<td><span>{escape(finding.value)}</span>{more}{f'<ul>{where}</ul>' if where else ''}</td>"
        f'<td class="bar">{escape(finding.bar)}</td><td class="state">{badge}</td></tr>'
    )


def _skips(title: str, skips: Sequence[Skip], opened: bool) -> str:
    if not skips:
        return ""
    rows = "".join(f"<li><b>{escape(_sentence_case(skip.check))}</b>: {escape(skip.reason)}.</li>" for skip in skips)
    kind = " warn" if opened else ""
    return (
        f"<details{' open' if opened else ''}><summary>{escape(title)} ({len(skips)})</summary>"
        f'<ul class="notes card{kind}">{rows}</ul></details>'
    )


def _claims(film: FilmUnderReview, exhibits: Exhibits) -> str:
    times = {sentence.id: sentence.start_s for sentence in film.sentences}
    pictures = {(page.document, page.page): number for number, page in enumerate(exhibits.pages)}
    return "".join(_claim(claim, times.get(claim.sentence), pictures) for claim in film.claims)


def _claim(claim: Claim, start_s: float | None, pictures: dict[tuple[str, int], int]) -> str:
    number = pictures.get((claim.document, claim.page))
    time = f'<button class="time" data-at="{start_s:.2f}">{clock(start_s)}</button>' if start_s is not None else ""
    kinds = {"statement": ("Supported", "good"), "frame": ("Asserts nothing", "plain"), "derived": ("Derived", "good")}
    badge = _badge(*(kinds[claim.kind] if claim.supported else ("Not supported", "bad")), small=True)
    cite = f"<span>{escape(_place(claim))}</span>" if claim.source else ""
    failed = "".join(f"<li>{escape(c.name)}: {escape(c.detail)}</li>" for c in claim.checks if not c.passed)
    literal = claim.quote.split() == claim.text.split()
    quote = f"<blockquote>{escape(claim.quote)}</blockquote>" if claim.quote and not literal else ""
    cite += "<span>in its own words</span>" if literal else ""
    text = (
        f'<div><div class="line">{time}{badge}{cite}</div><p class="said">{escape(claim.text)}</p>'
        f"{quote}{f'<ul>{failed}</ul>' if failed else ''}</div>"
    )
    if number is None:
        return f'<article class="claim {"frame" if claim.kind == "frame" else "card"} alone">{text}</article>'
    return f'<article class="claim card">{text}{_strip(claim, number)}</article>'


def _place(claim: Claim) -> str:
    return f"{claim.source}, p. {claim.label}" if claim.label else claim.source


def _strip(claim: Claim, number: int) -> str:
    """Return the part of a page that holds the quote, with the quote marked."""
    seen = _visible(claim.boxes)
    across, down = seen.right - seen.left, seen.bottom - seen.top
    marks = "".join(
        f'<i style="left:{(box.left - seen.left) / across:.2%};width:{(box.right - box.left) / across:.2%};'
        f'top:{(box.top - seen.top) / down:.2%};height:{(box.bottom - box.top) / down:.2%}"></i>'
        for box in claim.boxes
    )
    # CSS counts a position in shares of what does not fit.
    shift = [0.0 if share >= 1 else at / (1 - share) for at, share in ((seen.left, across), (seen.top, down))]
    label = escape(f"Page {claim.label or claim.page + 1} of {claim.source} with the quote marked")
    return (
        f'<figure><div class="leaf page-{number}" role="img" aria-label="{label}" style="--across:{across:.4f};'
        f'--down:{down:.4f};background-position:{shift[0]:.2%} {shift[1]:.2%}">{marks}</div></figure>'
    )


def _visible(boxes: Sequence[Box]) -> Box:
    """Return what is shown of a page: the quote, whole lines of an ordinary page, and a little above and below."""
    if not boxes:
        return Box(0.0, 0.0, 1.0, 1.0)
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
    margin = max(_CONTEXT, (_LEAST_HEIGHT - (bottom - top)) / 2)
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    return Box(
        max(0.0, min(_SIDE, left - _CONTEXT)),
        max(0.0, top - margin),
        min(1.0, max(1 - _SIDE, right + _CONTEXT)),
        min(1.0, bottom + margin),
    )


def _page_styles(pages: Sequence[PagePicture]) -> str:
    return "\n".join(
        f".page-{number} {{ background-image: url({_embedded(page.image)}); --aspect: {_aspect(page.image):.4f}; }}"
        for number, page in enumerate(pages)
    )


def _aspect(image: Path) -> float:
    from PIL import Image

    with Image.open(image) as picture:
        return picture.width / picture.height


def _parts(parts: Sequence[Part]) -> str:
    if not parts:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(_sentence_case(part.name))}</th><td>{escape(part.engine)}'
        + (f'<p class="more">{escape(part.note)}</p>' if part.note else "")
        + f'</td><td class="state">{_badge(part.rung, "plain", small=True)}</td></tr>'
        for part in parts
    )
    return _table(("Part", "Made by", "Rung"), f"<tbody>{rows}</tbody>")


def _table(heads: Sequence[str], bodies: str) -> str:
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return f'<div class="card scroll"><table><thead><tr>{cells}</tr></thead>{bodies}</table></div>'


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
    return f'<figure class="sheet"><img src="{_embedded(image)}" alt="One picture of every shot, in order"></figure>'


def _embedded(image: Path) -> str:
    return f"data:{_MIMES[image.suffix.lower()]};base64,{base64.b64encode(image.read_bytes()).decode()}"


def _badge(text: str, kind: str, small: bool = False) -> str:
    return f'<span class="badge {kind}{" small" if small else ""}">{escape(text)}</span>'


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
