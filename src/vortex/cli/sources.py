"""Commands about documents: chunk, search."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from vortex.cli.options import Json, Profile, Quiet, Set, Source
from vortex.cli.output import emit, plain, progress, settings_from
from vortex.core.errors import ConfigError

Folder = Annotated[
    Path | None, typer.Option("--out", "-o", help="Folder for passages.jsonl, rejected.jsonl and pictures.")
]
Split = Annotated[
    bool | None, typer.Option("--split-long/--no-split-long", help="Cut longer paragraphs at sentence ends.")
]
Rejected = Annotated[
    bool | None,
    typer.Option("--save-rejected/--no-save-rejected", help="Keep what was left out, with the reason."),
]
Added = Annotated[list[Path] | None, typer.Argument(metavar="[SOURCE]...", help="Documents to add first.")]
Store = Annotated[Path, typer.Option("--collection", "-c", help="File of the collection.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(chunk)
    app.command()(search)


def chunk(
    source: Source,
    out: Folder = None,
    min_words: Annotated[int | None, typer.Option(help="Join paragraphs up to this many words.")] = None,
    max_words: Annotated[int | None, typer.Option(help="No passage is longer, unless one paragraph is.")] = None,
    split_long: Split = None,
    save_rejected: Rejected = None,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
) -> None:
    """Read a document and cut it into passages, each with its section and printed pages.

    Example: vortex chunk manual.pdf --max-words 220 --json
    """
    from vortex.studio import Studio

    flags = settings_from(
        set_,
        passages__min_words=min_words,
        passages__max_words=max_words,
        passages__split_long=split_long,
        passages__save_rejected=save_rejected,
    )
    studio = Studio(flags, profile=profile)
    found = studio.chunk(source, out)
    if out:
        _write_lines(out / "passages.jsonl", found.kept)
        if studio.loaded.settings.passages.save_rejected:
            _write_lines(out / "rejected.jsonl", found.rejected)
    text = "\n\n".join(f"[{_place(passage)}] {passage.text}" for passage in found.kept)
    emit(found, f"{text}\n\n{len(found.kept)} passages, {len(found.rejected)} stretches left out", as_json=as_json)


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    sources: Added = None,
    collection: Store = Path("vortex.sqlite"),
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="Most passages to show.")] = 5,
    profile: Profile = "",
    set_: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find passages in a collection of documents.

    Example: vortex search "how is the median computed" manual.pdf -c manuals.sqlite
    """
    from vortex.studio import Studio

    if not query.strip():
        raise ConfigError("there is nothing to look for: the query is empty; write some words")
    with progress(quiet=quiet) as listen:
        studio = Studio(settings_from(set_), profile=profile, listen=listen)
        hits = studio.search(query, *(sources or ()), collection=collection, limit=limit)
    text = "\n\n".join(f"{hit.score:.3f}  [{_place(hit.passage)}]\n{hit.passage.text}" for hit in hits)
    emit(hits, text or "nothing was found", as_json=as_json)


def _place(passage: Any) -> str:
    """Return where a passage stands, as a reader would look it up."""
    labels = [label for label in passage.labels if label]
    pages = f", p. {'–'.join(dict.fromkeys((labels[0], labels[-1])))}" if labels else ""
    return f"{passage.source}{pages}, {' › '.join(passage.section)}" if passage.section else f"{passage.source}{pages}"


def _write_lines(file: Path, rows: Any) -> None:
    file.write_text("".join(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
