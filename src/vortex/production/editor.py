"""Editing a film as one transaction: what an edit breaks is found before it stays, and what it costs is told.

The edit is written, the film is planned with it, and whatever fails then takes the edit back. Nothing is drawn here.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vortex.core.errors import ConfigError, GateFailed
from vortex.production import editing
from vortex.production.cutting import sentences_of
from vortex.production.desk import Desk
from vortex.production.editing import Draft
from vortex.production.film import FilmMaker, Plan
from vortex.production.folder import FilmFolder
from vortex.production.library import Library
from vortex.production.pace import Forecast
from vortex.production.prune import Pruned, prune
from vortex.production.takes import STAGE
from vortex.story.material import Material
from vortex.story.planner.fit import fits_in
from vortex.story.quotes import find_quote
from vortex.visuals.shot import Shot

Opened = Callable[[], AbstractContextManager[FilmMaker]]


class Ground:
    """What an edit may rest on: the folder of the film, and its sources, which are read if the edit asks for them.

    An edit that does not ask can also mend a film that cannot be opened, such as one whose music is gone.
    """

    def __init__(self, folder: FilmFolder, opened: Opened) -> None:
        self.folder, self._opened = folder, opened

    @property
    def library(self) -> Library:
        """The sources as they were read."""
        return self._read[0]

    @property
    def material(self) -> Material:
        """What may be told of them."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Library, Material]:
        with self._opened() as maker:
            return maker.read()


Change = Callable[[Draft, Ground], Draft]


@dataclass(frozen=True, slots=True)
class ShotRow:
    """One shot as its editor sees it."""

    id: str
    start_s: float
    length_s: float
    kind: str
    sentences: tuple[tuple[str, str], ...]
    """(id, text) of what is said over it."""
    reason: str
    pinned: bool
    take: Path | None
    """The take that the film uses; ``None`` where it has to be made."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The film after an edit, and what has to be made again."""

    what: str
    """The edit in a few words; "" where nothing was changed."""
    shots: tuple[ShotRow, ...]
    forecast: Forecast

    @property
    def to_make(self) -> tuple[str, ...]:
        """Ids of the shots that have to be made."""
        return tuple(shot.id for shot in self.shots if shot.take is None)


class Editor:
    """Edits one film whose folder is held."""

    def __init__(self, folder: FilmFolder, opened: Opened) -> None:
        """Take the folder, and who opens the film with the settings that stand in it at that moment."""
        self._folder, self._opened = folder, opened
        self._desk = Desk(folder)

    def shots(self) -> Edited:
        """Return the film as it stands.

        Raises:
            VortexError: it cannot be planned; see ``FilmMaker.plan``.
        """
        with self._opened() as maker:
            return _edited("", maker, maker.plan())

    def apply(self, change: Change, what: str) -> Edited:
        """Make an edit that ``what`` tells in a few words; it stays only if the film can be planned with it.

        Raises:
            ConfigError: the edit names what is not there, or a shot cannot be set legibly.
            GateFailed: the source does not support what is said, or does not say what is shown as its words.
            VortexError: the film cannot be planned with it.
        """
        before = self._desk.read()
        after = change(before, Ground(self._folder, self._opened))
        self._desk.write(before, after, what)
        with self._taken_back_if_it_fails(), self._opened() as maker:
            plan = maker.plan()
            _require_fit(maker, plan, before)
            return _edited(what, maker, plan)

    def undo(self) -> Edited:
        """Take back the last edit.

        Raises:
            ConfigError: there is none.
        """
        what = self._desk.undo()
        with self._opened() as maker:
            return _edited(f"undo: {what}", maker, maker.plan())

    def remake(self, names: Sequence[str]) -> Edited:
        """Forget the takes of some shots, so that they are made again.

        Raises:
            ConfigError: a shot is not there.
        """
        draft = self._desk.read()
        wanted = {editing.shot_named(draft, name).id for name in names}
        with self._opened() as maker:
            plan = maker.plan()
            for order in maker.orders(plan):
                if order.request.shot.id in wanted:
                    shutil.rmtree(self._folder.build.place(STAGE, order.key()), ignore_errors=True)
            return _edited(f"remake {', '.join(names)}", maker, maker.costed(plan))

    def prune(self, *, dry_run: bool = False) -> Pruned:
        """Forget what the present film does not use; ``dry_run`` only tells what that is."""
        with self._opened() as maker:
            return prune(maker, dry_run=dry_run)

    @contextmanager
    def _taken_back_if_it_fails(self) -> Iterator[None]:
        kept = False
        try:
            yield
            kept = True
        finally:
            if not kept:
                self._desk.undo()


def _edited(what: str, maker: FilmMaker, plan: Plan) -> Edited:
    texts = {each.id: each.text for each in sentences_of(plan.told.script)}
    rows = []
    for timed, order in zip(plan.timeline.shots, maker.orders(plan), strict=True):
        shot, key = order.request.shot, order.key()
        build = maker.folder.build
        take = build.place(STAGE, key) / "take.mp4" if build.has(STAGE, key) else None
        said = tuple((name, texts[name]) for name in shot.sentences)
        start_s, length_s = timed.start / plan.timeline.fps, timed.timing.num_frames / plan.timeline.fps
        rows.append(ShotRow(shot.id, start_s, length_s, shot.kind, said, shot.reason, shot.pinned, take))
    return Edited(what, tuple(rows), plan.forecast)


def _require_fit(maker: FilmMaker, plan: Plan, before: Draft) -> None:
    """Refuse a shot that was chosen by hand and cannot be shown so; planned ones were tried by the planner."""
    look, assets = maker.look, plan.library.assets
    fits = fits_in(plan.told.script, look, assets)
    known = {shot.id: shot for shot in before.board.shots}
    for shot in plan.board.shots:
        if not shot.pinned or known.get(shot.id) == shot:
            continue
        image = str(shot.params.get("image") or "")
        if image and not (assets / image).is_file():
            raise ConfigError(f"shot {shot.id!r}: no picture {image!r} in the film; give one by: vortex edit figure")
        if not fits(shot):
            raise ConfigError(
                f"shot {shot.id!r} cannot be set legibly as {shot.kind} in {look.width}x{look.height}: "
                "shorten its texts, or choose another kind"
            )
        if shot.kind == "quote":
            _require_own_words(shot, plan)


def _require_own_words(shot: Shot, plan: Plan) -> None:
    """Refuse words that are shown as the source's own and are not.

    Raises:
        GateFailed: neither a passage nor a sentence of the shot holds them.
    """
    text = str(shot.params.get("text", ""))
    said = " ".join(each.text for each in sentences_of(plan.told.script) if each.id in shot.sentences)
    if not any(find_quote(held, text) for held in (said, *(passage.text for passage in plan.library.passages))):
        raise GateFailed(
            f"shot {shot.id!r}: the sources do not say {text[:80]!r}, and a quote shows their own words; copy it word "
            "for word, or choose another kind"
        )
