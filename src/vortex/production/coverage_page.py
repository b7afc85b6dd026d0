"""``coverage.html``: the coverage map as a page for a person; it stands alone and asks the network for nothing."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from string import Template
from urllib.parse import quote

from vortex.production.coverage_map import LeftOut, SectionRow
from vortex.production.sections import JOINT

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title: coverage</title><style>
:root { color-scheme: light dark; --ink: #1a1f26; --muted: #59616c; --line: #d8dce1; --back: #fcfcfa; --panel: #f0f2f4;
  --told: #1b7548; --open: #59616c; --out: #b04c06; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef0f3; --muted: #a4adb9; --line: #3b434e; --back: #12151a;
  --panel: #1d2229; --told: #6dcb95; --open: #a4adb9; --out: #f0a35a; } }
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem 4rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--back); }
h1 { margin: 0; line-height: 1.2; } h2 { margin: 2.2rem 0 .4rem; font-size: 1.15rem; } .lead { color: var(--muted); }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .38rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 500; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
.told { color: var(--told); } .open { color: var(--open); } .out { color: var(--out); }
.bar { display: flex; height: .7rem; margin: 1rem 0 .3rem; overflow: hidden; border-radius: .35rem;
  background: var(--panel); } .bar i { display: block; height: 100%; border-right: 1px solid var(--back); }
.bar .told { background: var(--told); } .bar .open { background: var(--line); } .bar .out { background: var(--out); }
a { color: inherit; } small { color: var(--muted); display: block; }
</style></head><body><h1>$title</h1><p class="lead">$lead</p>$bar
<p class="lead"><span class="told">■</span> told <span class="out">■</span> left out
<span class="open">■</span> not made yet; the width is the number of words.</p>$episodes$rejected</body></html>
""")
_LOOKS = {"told": "told", "planned": "open", "not made": "out", "not chosen": "out", "nothing to tell": "out"}
_HEADS = ("Section", "Pages", "Words", "What became of it")


def coverage_html(
    title: str, rows: Sequence[SectionRow], left_out: Sequence[LeftOut], episodes: Mapping[int, tuple[str, str]]
) -> str:
    """Return the page.

    Args:
        title: of the book.
        rows: its sections, in order.
        left_out: what was no evidence.
        episodes: title and film by number; the film is "" where there is none yet.
    """
    words = sum(row.words for row in rows)
    told = sum(row.words for row in rows if row.fate == "told")
    share = f"{told / words:.0%}" if words else "nothing"
    lead = f"{len(rows)} sections, {words:,} words; {share} of the words stand in sections that an episode quotes."
    groups = [(number, list(found)) for number, found in groupby(rows, key=lambda row: row.episode)]
    return _PAGE.substitute(
        title=escape(title),
        lead=escape(lead),
        bar=_bar(rows, words),
        episodes="".join(_episode(number, found, *episodes[number]) for number, found in groups),
        rejected=_rejected(left_out),
    )


def _bar(rows: Sequence[SectionRow], words: int) -> str:
    parts = (
        f'<i class="{_LOOKS[row.fate]}" style="width:{100 * row.words / words:.3f}%" title="{escape(row.section)}"></i>'
        for row in rows
    )
    return f'<div class="bar" role="img" aria-label="The book, section by section">{"".join(parts)}</div>'


def _episode(number: int, rows: Sequence[SectionRow], title: str, film: str) -> str:
    words = sum(row.words for row in rows)
    link = f' <a href="{escape(quote(film))}">film</a>' if film else ""
    quoted = list(dict.fromkeys(page for row in rows for page in row.quoted_pages))
    pages = f"; pages quoted: {', '.join(quoted)}" if quoted else ""
    head = f"<h2>{number}. {escape(title)}</h2><p class=lead>{words:,} words{escape(pages)}.{link}</p>"
    return head + _table(_HEADS, "".join(_row(row) for row in rows))


def _row(row: SectionRow) -> str:
    name = escape(row.section.rsplit(JOINT, 1)[-1])
    indent = f' style="padding-left:{0.6 + 1.1 * max(0, row.depth - 1):.1f}rem"'
    if row.fate == "told":
        count = len(row.sentences)
        said = f"told by {count} {'sentence' if count == 1 else 'sentences'} of {row.tellable}"
        what = (
            f"{said}<small>{escape(', '.join(row.sentences))}; p. {escape(', '.join(row.quoted_pages) or '–')}</small>"
        )
    else:
        what = f"{escape(row.fate)}<small>{escape(row.why)}</small>"
    return (
        f"<tr><td{indent}>{name}</td><td>{escape(_span(row.pages))}</td><td class=number>{row.words:,}</td>"
        f'<td class="{_LOOKS[row.fate]}">{what}</td></tr>'
    )


def _span(pages: Sequence[str]) -> str:
    return "–".join(dict.fromkeys((pages[0], pages[-1]))) if pages else ""


def _rejected(left_out: Sequence[LeftOut]) -> str:
    if not left_out:
        return ""
    rows = "".join(
        f"<tr><td>{escape(each.reason.replace('_', ' '))}</td><td class=number>{each.stretches:,}</td>"
        f"<td class=number>{each.words:,}</td><td>{escape(', '.join(each.pages[:12]))}"
        f"{' …' if len(each.pages) > 12 else ''}</td></tr>"
        for each in left_out
    )
    return "<h2>No evidence to begin with</h2>" + _table(("Reason", "Stretches", "Words", "Pages"), rows)


def _table(heads: Sequence[str], rows: str) -> str:
    cells = "".join(f"<th>{head}</th>" for head in heads)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"
