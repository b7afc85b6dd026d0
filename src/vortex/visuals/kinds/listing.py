"""A listing of code as coloured lines that fit a room: read by Pygments, broken where a line is too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, _TokenType
from pygments.util import ClassNotFound

from vortex.visuals.layout import DoesNotFit
from vortex.visuals.text import Span, Weight
from vortex.visuals.theme import Colour, Theme, contrast, mix

ADVANCE = 0.6
"""Width of a character of the code face, in type sizes."""
LINE_HEIGHT = 1.46
_LEGIBLE = 4.5
_BROKEN = 0.85
"""What the first break costs; further rows cost half of the size for each time that they double the listing."""

Piece = tuple[str, Colour, Weight]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the listing, in one or more rows."""

    rows: tuple[tuple[Piece, ...], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Its rows without colours."""
        return tuple("".join(text for text, _, _ in row) for row in self.rows)

    def spans(self, dimmed: Colour, share: float) -> list[Span]:
        """Return the line as spans whose colours are ``share`` of the way to ``dimmed``."""
        spans: list[Span] = []
        for number, row in enumerate(self.rows):
            spans += [Span("\n")] if number else []
            spans += [Span(text, mix(colour, dimmed, share), weight) for text, colour, weight in row]
        return spans


def colour_lines(text: str, language: str, theme: Theme) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines of ``text`` in coloured pieces; a language that is unknown or "" is set in ink alone."""
    lines: list[list[Piece]] = [[]]
    for kind, value in lex(text.expandtabs(4).strip("\n"), _lexer(language)):
        look = _look(kind, theme)
        first, *others = value.split("\n")
        lines[-1].append((first, *look))
        for other in others:
            lines.append([(other, *look)])
    while len(lines) > 1 and not any(piece for piece, _, _ in lines[-1]):
        lines.pop()
    return tuple(tuple(piece for piece in line if piece[0]) for line in lines)


def fit_lines(
    lines: Sequence[tuple[Piece, ...]],
    extra: Sequence[int],
    room: tuple[float, float],
    sizes: tuple[float, float],
    gutter: float = 0.0,
) -> tuple[tuple[Line, ...], float]:
    """Return the lines, broken where they must be, and a type size at which all fit.

    A listing is read more easily whole than large, but not if one long line makes all others small: every row that a
    break adds must be worth its size.

    Args:
        lines: the coloured lines.
        extra: for each line, how many characters must stay free behind it.
        room: width and height in pixels.
        sizes: ideal and smallest type size in pixels.
        gutter: what stands before every line, in characters.

    Raises:
        DoesNotFit: there are too many lines.
    """
    ideal, smallest = sizes
    longest = max(_width(line) + more for line, more in zip(lines, extra, strict=True))
    whole = min(ideal, room[0] / (ADVANCE * max(1.0, longest + gutter)), room[1] / (LINE_HEIGHT * len(lines)))
    best: tuple[float, tuple[Line, ...], float] | None = None
    for size in sorted({whole, *_sizes(ideal, smallest)} if whole >= smallest else _sizes(ideal, smallest)):
        broken = _all_broken(lines, extra, room[0] - gutter * ADVANCE * size, size)
        added = _num_rows(broken) - len(lines)
        free = room[0] / (ADVANCE * size) - gutter + 1e-6
        held = all(len(line.texts[-1]) + more <= free for line, more in zip(broken, extra, strict=True) if more)
        if held and _num_rows(broken) * LINE_HEIGHT * size <= room[1] + 0.5:
            worth = size * _BROKEN * 0.5 ** (added / len(lines)) if added else size
            if best is None or worth > best[0]:
                best = worth, broken, size
    if best is None:
        width = room[0] - gutter * ADVANCE * smallest
        tall = _num_rows(_all_broken(lines, extra, width, smallest)) * LINE_HEIGHT * smallest
        raise DoesNotFit(
            f"a listing of {len(lines)} lines needs {tall:.0f} px of height at the smallest legible size "
            f"({smallest:.0f} px) and has {room[1]:.0f}, with {max(extra)} characters kept free behind a line; split "
            "the shot, show fewer lines or shorten its values"
        )
    return best[1:]


def _sizes(ideal: float, smallest: float) -> list[float]:
    """Return the type sizes to try."""
    found = [max(ideal, smallest)]
    while found[-1] > smallest:
        found.append(max(smallest, 0.95 * found[-1]))
    return found


def _all_broken(
    lines: Sequence[tuple[Piece, ...]], extra: Sequence[int], width: float, size: float
) -> tuple[Line, ...]:
    """Return the lines, broken so that they fit ``width`` pixels at type of ``size`` pixels."""
    columns = int(width / (ADVANCE * size) + 1e-6)
    return tuple(Line(_broken(line, columns, more)) for line, more in zip(lines, extra, strict=True))


def _num_rows(lines: Sequence[Line]) -> int:
    return sum(len(line.rows) for line in lines)


@lru_cache(maxsize=16)
def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language, stripnl=False) if language else TextLexer(stripnl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False)


def _look(kind: _TokenType, theme: Theme) -> tuple[Colour, Weight]:
    """Return colour and weight of a kind of token; the more special kinds stand first."""
    blue, orange, green, purple, red, teal = theme.palette
    looks: tuple[tuple[_TokenType, Colour, Weight], ...] = (
        (Comment, theme.muted, "regular"),
        (Keyword.Constant, orange, "regular"),
        (Keyword, purple, "bold"),
        (Operator.Word, purple, "bold"),
        (Name.Function, blue, "regular"),
        (Name.Class, blue, "bold"),
        (Name.Builtin, teal, "regular"),
        (Name.Decorator, red, "regular"),
        (String, green, "regular"),
        (Number, orange, "regular"),
        (Operator, mix(theme.ink, theme.muted, 0.6), "regular"),
        (Punctuation, mix(theme.ink, theme.muted, 0.6), "regular"),
    )
    for group, colour, weight in looks:
        if kind in group:
            return legible(colour, theme), weight
    return theme.ink, "regular"


def legible(colour: Colour, theme: Theme) -> Colour:
    """Return ``colour``, nearer to ink as far as it must be to be read on panel and tint."""
    share = 0.0
    while min(contrast(mix(colour, theme.ink, share), ground) for ground in (theme.panel, theme.tint)) < _LEGIBLE:
        share += 0.05
    return mix(colour, theme.ink, share)


def _width(line: tuple[Piece, ...]) -> int:
    return sum(len(text) for text, _, _ in line)


def _broken(line: tuple[Piece, ...], columns: int, extra: int) -> tuple[tuple[Piece, ...], ...]:
    """Return the line in rows of at most ``columns`` characters, ``extra`` of them free at the end of the last.

    Where the last row is too long for that, an empty one follows it: no word is broken for what stands behind it.
    """
    letters = [(char, colour, weight) for text, colour, weight in line for char in text]
    plain = "".join(char for char, _, _ in letters)
    indent = min(len(plain) - len(plain.lstrip()) + 2, columns // 3)
    rows: list[list[Piece]] = []
    margin = 0
    while len(letters) + margin > columns:
        reach = columns - margin
        text = "".join(char for char, _, _ in letters[:reach])
        cut = max((at + 1 for at, char in enumerate(text) if char in " ,(;|" and at > reach // 3), default=reach)
        rows.append(_joined(letters[:cut], margin))
        letters, margin = letters[cut:], indent
    if extra and len(letters) + margin + extra > columns:
        rows += [_joined(letters, margin), [(" " * indent, letters[0][1], letters[0][2])]]
    else:
        rows.append(_joined(letters, margin))
    return tuple(tuple(row) for row in rows)


def _joined(letters: Sequence[Piece], margin: int) -> list[Piece]:
    """Return letters as pieces of one look each, behind ``margin`` blanks."""
    pieces: list[Piece] = [(" " * margin, letters[0][1], letters[0][2])] if margin and letters else []
    for char, colour, weight in letters:
        if pieces and pieces[-1][1:] == (colour, weight):
            pieces[-1] = (pieces[-1][0] + char, colour, weight)
        else:
            pieces.append((char, colour, weight))
    return pieces
