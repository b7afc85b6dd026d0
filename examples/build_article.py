"""Set the example article: draw its figures, turn its Markdown into typst markup and compile that to a PDF.

The Markdown stays the only source. Typst is a development tool here; Vortex reads the PDF that comes out and
does not need typst to do so. Run ``python examples/build_article.py`` after every change of the article.
"""

import re
from pathlib import Path

import draw_figures
import typst
from markdown_it import MarkdownIt
from markdown_it.token import Token

HERE = Path(__file__).parent
FORMULAS = {
    r"R = w \cdot h \cdot b \cdot f \tag{1}": ("R = w dot h dot b dot f", 1),
    r"X_k = s_k \sum_{i=0}^{n-1} x_i \cos\left(\frac{\pi (2i+1) k}{2n}\right) \tag{2}": (
        "X_k = s_k sum_(i=0)^(n-1) x_i cos((pi (2 i + 1) k) / (2 n))",
        2,
    ),
}
PREAMBLE = r"""
#set document(title: "@title", author: "The Vortex project", date: none)
#set text(font: "Libertinus Serif", size: 11pt, lang: "en")
#set par(justify: true, leading: 0.68em, spacing: 1.05em)
#set page(paper: "a4", margin: (x: 31mm, top: 27mm, bottom: 25mm))
#show heading.where(level: 2): it => block(above: 1.9em, below: 0.95em, text(size: 14pt, it.body))
#show raw.where(block: true): it => block(
  width: 100%, breakable: false, inset: 9pt, radius: 3pt, fill: luma(245), text(size: 8.6pt, it))
#show figure: set block(above: 1.5em, below: 1.5em)
#set table(stroke: none, inset: (x: 9pt, y: 5pt))
#let caption(body) = align(center, text(size: 9.5pt, body))
#let drawing(path, words) = block(above: 1.4em, below: 1.5em, breakable: false)[
  #align(center, image(path, width: 94%)) #v(-0.2em) #caption(words)]

#set page(numbering: "i", footer: context align(center, text(size: 9.5pt, counter(page).display("i"))))
#v(42mm)
#text(size: 27pt, weight: "bold")[@title]
#v(-2mm)
#text(size: 15pt, style: "italic")[@subtitle]
#v(9mm)
@byline
#v(24mm)
@lead
#pagebreak()
#text(size: 17pt, weight: "bold")[Contents]
#v(4mm)
#outline(title: none, target: heading.where(level: 2))
#set page(numbering: "1",
  header: context text(size: 9pt, fill: luma(90))[#emph[@title] #h(1fr) The Vortex project],
  footer: context align(center, text(size: 9.5pt, counter(page).display("1"))))
#counter(page).update(1)
"""


def escaped(words: str) -> str:
    """Return plain words with typst's own signs made harmless."""
    return re.sub(r"([#$*_`<>@\\\[\]~])", r"\\\1", words)


def inline(token: Token, notes: dict[str, str]) -> str:
    """Return one run of Markdown text as typst markup.

    Args:
        token: An ``inline`` token.
        notes: Footnote name → its text as Markdown without further marks.
    """
    marks = {"em_open": "#emph[", "em_close": "]", "strong_open": "#strong[", "strong_close": "]", "softbreak": " "}
    parts = []
    for child in token.children or []:
        match child.type:
            case "text":
                words = escaped(child.content)
                parts.append(re.sub(r"\\\[\^(\w+)\\\]", lambda m: f"#footnote[{escaped(notes[m[1]])}]", words))
            case "code_inline":
                parts.append(f"#raw({quoted(child.content)})")
            case "image":
                parts.append(f'#drawing("{child.attrGet("src")}")[{escaped(child.content)}]')
            case name:
                parts.append(marks[name])
    return "".join(parts)


def quoted(words: str) -> str:
    """Return words as a typst string."""
    return '"' + words.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") + '"'


def table(rows: list[list[str]]) -> str:
    """Return rows of cells as a ruled typst table; the first row is its head."""
    numeric = all(re.fullmatch(r"[\d.]+", cell) for row in rows[1:] for cell in row[1:])
    head, *body = (", ".join(f"[{cell}]" for cell in row) for row in rows)
    heads = ", ".join(f"[*{cell}*]" for cell in rows[0])
    lines = [f"table.hline(), table.header({heads}), table.hline(stroke: 0.5pt),", *(f"{row}," for row in body)]
    inside = "\n  ".join([*lines, "table.hline(),"])
    align = f"(c, r) => if c == 0 {{ left }} else {{ {'right' if numeric else 'left'} }}"
    return (
        f"#align(center, block(below: 1.6em, {{\n  set table(align: {align})\n"
        f"  table(columns: {len(head.split('], ['))}, {inside})\n}}))"
    )


def formula(latex: str) -> str:
    """Return the typst form of a display formula of the article.

    Raises:
        KeyError: The article holds a formula that ``FORMULAS`` does not know.
    """
    markup, number = FORMULAS[latex]
    return f"#grid(columns: (1fr, auto, 1fr), [], $ {markup} $, align(right + horizon)[({number})])"


def blocks(markdown: str) -> list[str]:
    """Return the article's blocks as typst markup, in order."""
    notes = {m[1]: " ".join(m[2].split()) for m in re.finditer(r"^\[\^(\w+)\]: (.+(?:\n {4}.+)*)", markdown, re.M)}
    markdown = re.sub(r"^\[\^\w+\]: .+(?:\n {4}.+)*\n", "", markdown, flags=re.M)
    markdown = re.sub(r"^\$\$ (.+) \$\$$", r"```formula\n\1\n```", markdown, flags=re.M)
    tokens, made, rows, item = MarkdownIt("commonmark").enable("table").parse(markdown), [], [], ""
    for position, token in enumerate(tokens):
        opening = tokens[position - 1].type
        if token.type == "ordered_list_item_open" or token.type == "list_item_open":
            item = "+ "
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            made.append(table(rows))
            rows = []
        elif token.type == "fence":
            made.append(formula(token.content.strip()) if token.info == "formula" else listing(token))
        elif token.type == "inline" and opening in ("th_open", "td_open"):
            rows[-1].append(inline(token, notes))
        elif token.type == "inline":
            made.append(paragraph(opening, tokens[position - 1].tag, item + inline(token, notes)))
            item = ""
    return made


def listing(token: Token) -> str:
    """Return a fenced block of code as typst markup."""
    code = token.content.rstrip().replace("\n\n\n", "\n\n")
    return f"#raw(block: true, lang: {quoted(token.info)}, {quoted(code)})"


def paragraph(opening: str, tag: str, words: str) -> str:
    """Return a heading, a table's caption or a paragraph."""
    if opening == "heading_open":
        return f"{'=' * int(tag[1])} {words.replace('. ', '.#h(0.5em)', 1) if tag == 'h2' else words}"
    if re.match(r"Table \d+:", words):
        return f"#block(above: 1.6em, below: 0.7em, sticky: true, width: 100%, caption[{words}])"
    return words


def markup(markdown: str) -> str:
    """Return the whole article as a typst document."""
    title, subtitle, byline, lead, *body = blocks(markdown)
    fields = {"@title": title.removeprefix("= "), "@subtitle": subtitle[6:-1], "@byline": byline, "@lead": lead}
    opening = PREAMBLE
    for name, value in fields.items():
        opening = opening.replace(name, value)
    return opening + "\n\n".join(body).replace("\n\n+ ", "\n+ ")


def main() -> None:
    """Write the figures and ``article.pdf``."""
    draw_figures.main()
    source = HERE / "article.typ"
    source.write_text(markup((HERE / "article.md").read_text(encoding="utf8")), encoding="utf8")
    try:
        typst.compile(str(source), output=str(HERE / "article.pdf"))
    finally:
        source.unlink()


if __name__ == "__main__":
    main()
