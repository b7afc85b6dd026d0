"""How passages are kept in SQLite: the tables, and the way in and out of a row."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from vortex.core.document import Box, Passage
from vortex.core.errors import SourceError

_VERSION = 2
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (id TEXT PRIMARY KEY, source TEXT, stamp TEXT, embedder TEXT, language TEXT);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents(id), id TEXT UNIQUE, body TEXT NOT NULL,
    num_words INTEGER NOT NULL, vector BLOB);
CREATE INDEX passages_of ON passages(document);
CREATE VIRTUAL TABLE lexicon USING fts5(title, text, content='', tokenize="porter unicode61");
"""


def prepare(database: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or check that they are of this version.

    Raises:
        SourceError: the file was made by another version, or holds something else.
    """
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == _VERSION:
        return
    if version or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise SourceError(f"{path} has layout {version}, this version reads {_VERSION}; delete it and index again")
    database.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA.strip().split(";\n"):
        if statement.strip():
            database.execute(statement)
    database.execute(f"PRAGMA user_version={_VERSION}")
    database.execute("COMMIT")


def stamp(passages: Sequence[Passage]) -> str:
    """Return what changes whenever the passages change: their words, where they are cut, or where they stand."""
    return hashlib.sha256("\n".join(map(pack_passage, passages)).encode()).hexdigest()


def indexed(passage: Passage) -> tuple[str, str]:
    """Return what the full-text index holds: the titles above the passage, and its text."""
    return " ".join(passage.section), passage.text


def pack_passage(passage: Passage) -> str:
    """Return a passage as the text of a row."""
    return json.dumps(asdict(passage), ensure_ascii=False)


def unpack(body: str) -> Passage:
    """Return the passage that ``pack_passage`` wrote."""
    fields = json.loads(body)
    fields["boxes"] = tuple((page, Box(**box)) for page, box in fields["boxes"])
    for name in ("pages", "labels", "section", "blocks"):
        fields[name] = tuple(fields[name])
    return Passage(**fields)
