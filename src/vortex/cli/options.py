"""Flags that several commands share, each with one spelling and one help text."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error; warnings and errors still.")]
Profile = Annotated[
    str, typer.Option(help="Named set of settings: standard, draft, final; without it, the film's own, else standard.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Any setting, such as render.crf=18; see: vortex config show."),
]
Sources = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[SOURCE]...", help="PDF, HTML, Markdown, text, EPUB, DOCX; each also .gz."),
]
Source = Annotated[Path, typer.Argument(help="PDF, HTML, Markdown, text, EPUB, DOCX; each also .gz.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the film.")]
Topic = Annotated[str | None, typer.Option(help="What the film is about; without it, the whole document.")]
Seconds = Annotated[
    str | None, typer.Option(help="Length to aim at: 90, 90s, 2m or 1m30s; 2m unless the film says otherwise.")
]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", help="Shots made at the same time; 0 means one a core.")]
Seed = Annotated[int | None, typer.Option(help="Of a lesson's random numbers; equal seeds give equal films.")]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="Of a lesson, such as rows=8; see: vortex lessons list."),
]
