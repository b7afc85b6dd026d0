"""What each kind of shot needs to know: one model a kind, validated before anything is drawn.

The planner fills these, a person may edit them in ``storyboard.json``, and the drawing code reads nothing else.
Cue targets that a kind understands are listed in its docstring; ``i`` counts from 0. A text that cannot be set
legibly makes the kind raise ``visuals.layout.DoesNotFit``, and the planner splits the shot.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Fraction4 = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of a picture."""


class Params(BaseModel):
    """Base of all kinds' parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Params):
    """The film's or a chapter's card. Targets: ``title``, ``subtitle``."""

    title: Text
    subtitle: str = ""
    kicker: str = ""
    """A small line above, such as ``Chapter 2`` or the document's name."""
    image: str = ""
    """File name in the assets folder: the page that lies beside the words."""
    sign: str = Field(default="", max_length=3)
    """A number or a letter that stands large beside the words where there is no page."""


class Points(Params):
    """Short points revealed one by one. Targets: ``item:i``."""

    heading: str = ""
    items: tuple[Text, ...] = Field(min_length=1, max_length=5)


class Definition(Params):
    """A term and what it means. Targets: ``term``, ``text``."""

    term: Text
    text: Text
    kicker: str = "Definition"


class Quote(Params):
    """The source's own words. Targets: ``text``."""

    text: Text
    attribution: str = ""
    """Document and printed page, such as ``An Introduction to R, p. 37``."""


class Number(Params):
    """One quantity, large. Targets: ``value``, ``label``."""

    value: Text
    """As the source writes it, such as ``1,048,576`` or ``97.5 %``."""
    unit: str = ""
    label: Text
    """What it is the value of, in few words."""


class Figure(Params):
    """A picture from the document, panned and zoomed to what is spoken of. Targets: ``figure``, ``part:i``."""

    image: Text
    """File name in the assets folder."""
    caption: str = ""
    name: str = ""
    """How the document calls it, such as ``Figure 3``."""
    parts: tuple[Fraction4, ...] = ()
    """Regions of the picture that cues may zoom to."""


class Still(Params):
    """A picture that an image model makes from words; it comes nearer while it is spoken over. Targets: ``picture``."""

    prompt: Text
    """What the picture is to show."""
    negative_prompt: str = ""
    """What it is not to show."""
    heading: str = ""
    """Words below it."""
    label: Text = "Generated picture"
    """Said of it in every frame."""
    seed: int = Field(default=0, ge=0)
    image: str = ""
    """File name in the assets folder; filled in once the picture is made."""


class Clip(Params):
    """A moving picture that a video model makes, played once and then held. Targets: ``picture``."""

    prompt: Text
    """What happens in it."""
    negative_prompt: str = ""
    """What is not to be seen."""
    heading: str = ""
    """Words below it."""
    label: Text = "Generated clip"
    """Said of it in every frame."""
    seed: int = Field(default=0, ge=0)
    image: str = ""
    """A picture of the assets folder to begin from; without it, one is made from the prompt if the model needs it."""
    video: str = ""
    """File name in the assets folder; filled in once the clip is made."""


class Page(Params):
    """The real page with the quoted lines lit. Targets: ``page``, ``mark:i``."""

    image: Text
    label: str
    """The printed page label."""
    place: str = ""
    """How the language of the film calls that page, such as "S. 12"; "" for "p." and the label."""
    marks: tuple[Fraction4, ...] = Field(min_length=1)
    """Where the quoted lines stand on the page."""
    title: str = ""


class Table(Params):
    """Rows and columns; the first row is the header. Targets: ``row:i`` (0 is the header), ``cell:r,c``."""

    rows: tuple[tuple[str, ...], ...] = Field(min_length=2, max_length=9)
    caption: str = ""


class Series(Params):
    """One line, or one set of bars, of a chart."""

    name: str = ""
    values: tuple[float, ...] = Field(min_length=1)


class Chart(Params):
    """Numbers that mean a comparison. Targets: ``series:i``, ``point:i``."""

    form: Literal["line", "bar", "scatter", "pie"]
    categories: tuple[str, ...]
    """Names under the bars or slices, or x values as text for ``line`` and ``scatter``."""
    series: tuple[Series, ...] = Field(min_length=1, max_length=4)
    caption: str = ""
    x_label: str = ""
    y_label: str = ""


class Term(Params):
    """A part of an equation that is named in words."""

    latex: Text
    """Must occur in the equation's LaTeX."""
    meaning: str = ""


class Equation(Params):
    """A formula, set by a typesetter or cut from the page. Targets: ``equation``, ``term:i``."""

    latex: str = ""
    image: str = ""
    """File name in the assets folder, where no LaTeX is known."""
    terms: tuple[Term, ...] = ()
    caption: str = ""


class Traced(Params):
    """A value that a line of code produces."""

    line: int = Field(ge=1)
    text: Text


class Code(Params):
    """A listing with lines lit. Targets: ``line:i`` or ``line:i-j`` (from 1), ``value:i``."""

    text: Text
    language: str = ""
    heading: str = ""
    values: tuple[Traced, ...] = ()


class Node(Params):
    """A step or a part of a flow."""

    label: Text
    detail: str = ""


class Edge(Params):
    """A directed link between two nodes, by index."""

    tail: int = Field(ge=0)
    head: int = Field(ge=0)
    label: str = ""


class Flow(Params):
    """Steps or parts and how they follow each other. Targets: ``node:i``, ``edge:i``."""

    heading: str = ""
    nodes: tuple[Node, ...] = Field(min_length=2, max_length=9)
    edges: tuple[Edge, ...] = ()
    """Empty means: each node leads to the next."""


class Event(Params):
    """Something that happened at a time."""

    date: Text
    text: Text


class Timeline(Params):
    """Events in the order of time. Targets: ``event:i``."""

    heading: str = ""
    events: tuple[Event, ...] = Field(min_length=2, max_length=7)


class Column(Params):
    """One side of a comparison."""

    title: Text
    items: tuple[Text, ...] = Field(min_length=1, max_length=4)


class Compare(Params):
    """Two or three things side by side. Targets: ``column:i``, ``item:c,i``."""

    heading: str = ""
    columns: tuple[Column, ...] = Field(min_length=2, max_length=3)


class Recap(Params):
    """What to take along. Targets: ``item:i``."""

    heading: str = "In short"
    items: tuple[Text, ...] = Field(min_length=1, max_length=5)


class SourceEntry(Params):
    """One document and the printed pages that were quoted."""

    title: Text
    file: str = ""
    pages: str = ""
    """Such as ``pp. 2, 37–39``."""
    images: tuple[str, ...] = Field(default=(), max_length=4)
    """File names in the assets folder: pages of the document, as they lie on the card."""


class Sources(Params):
    """The closing card: where everything came from, and how the film was made."""

    heading: str = "Sources"
    entries: tuple[SourceEntry, ...] = Field(min_length=1, max_length=6)
    note: str = ""
    """The rung of the ladder on which voice, words and pictures were made."""
