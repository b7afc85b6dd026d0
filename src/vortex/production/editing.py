"""What a person changes in a planned film, as pure functions from one draft to the next.

An edit touches what it names and leaves everything else equal, so that rendering costs the touched shots alone. Ids of
sentences and shots never change; a shot that was chosen by hand is pinned, so that no later plan takes it back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from vortex.core.claim import Claim
from vortex.core.errors import ConfigError, EngineError, GateFailed
from vortex.production.cues import find_cues, moved_cues
from vortex.production.cutting import sentences_of
from vortex.story.claims import check_script
from vortex.story.material import Material
from vortex.story.planner.cards import sources
from vortex.story.quotes import find_quote
from vortex.story.script import Scene, Script, Sentence
from vortex.story.storyboard import PageNeed, Storyboard
from vortex.story.words import bare
from vortex.visuals.kinds.table import KINDS, validated
from vortex.visuals.shot import GENERATED, Shot

Tables = Mapping[str, Any]
"""The tables of a ``film.toml``."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All of a planned film that a person may edit."""

    script: Script
    board: Storyboard
    boarded: Script
    """The script that the storyboard was planned for; sentences that differ from it are planned anew."""
    order: Tables


def shot_named(draft: Draft, name: str) -> Shot:
    """Return the shot of that id.

    Raises:
        ConfigError: there is none; names the nearest and all there are.
    """
    shots = {shot.id: shot for shot in draft.board.shots}
    if name not in shots:
        raise ConfigError(f"no shot {name!r}{_nearest(name, list(shots))}")
    return shots[name]


def sentence_named(draft: Draft, name: str) -> Sentence:
    """Return the sentence of that id, or the only one of the shot of that id.

    Raises:
        ConfigError: there is neither, or the shot has none or several; names what there is.
    """
    spoken = {each.id: each for each in sentences_of(draft.script)}
    if name in spoken:
        return spoken[name]
    shots = {shot.id: shot for shot in draft.board.shots}
    if name not in shots:
        raise ConfigError(f"no sentence and no shot {name!r}{_nearest(name, [*spoken, *shots])}")
    own = shots[name].sentences
    if len(own) != 1:
        listed = "; ".join(f"{each}: {spoken[each].text}" for each in own) or "none"
        raise ConfigError(f"shot {name!r} speaks {len(own)} sentences ({listed}); name the one that is meant")
    return spoken[own[0]]


def say(draft: Draft, material: Material, name: str, text: str, quote: str = "") -> Draft:
    """Change what a sentence says, and if a ``quote`` is given also what it rests on.

    Raises:
        ConfigError: there is no such sentence, nothing changes, or no passage holds the quote.
        GateFailed: the source does not support the text; names the check that failed.
    """
    old = sentence_named(draft, name)
    said = " ".join(text.split())
    if not said:
        raise ConfigError(f"sentence {old.id}: there is nothing to say; drop its shot instead: vortex edit drop")
    new = replace(old, text=said)
    if quote:
        pinned = next((shot.id for shot in draft.board.shots if shot.pinned and old.id in shot.sentences), "")
        if pinned:
            raise ConfigError(
                f"shot {pinned!r} is pinned to its page; unpin it before its sentence rests on another quote"
            )
        new = replace(new, quote=quote, passage=_passage_with(material, quote))
    if new == old:
        raise ConfigError(f"sentence {old.id} already says {said!r}")
    script = _with_sentence(draft.script, new)
    claim = next(each for each in check_script(script, material) if each.sentence == old.id)
    if not claim.supported:
        raise GateFailed(f"sentence {old.id} ({said!r}) is not supported by the source: {_failed(claim)}")
    shots = tuple(
        shot.model_copy(update={"cues": moved_cues(shot.cues, old, new)}) if old.id in shot.sentences else shot
        for shot in draft.board.shots
    )
    return _credited(draft, replace(draft, script=script, board=replace(draft.board, shots=shots)), material)


def replace_shot(draft: Draft, name: str, kind: str, params: Tables) -> Draft:
    """Show the sentences of a shot in another way; parameters of the same kind that are not named stay.

    Raises:
        ConfigError: there is no such shot, the kind is unknown, or a parameter is missing, unknown or malformed.
    """
    shot = shot_named(draft, name)
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(f"no kind {kind!r}{hint}; there are: {', '.join(sorted(KINDS))}")
    wanted = {**(shot.params if kind == shot.kind else {}), **params}
    try:
        checked = validated(kind, wanted).model_dump(mode="json", exclude_unset=True)
    except EngineError as error:
        fields = ", ".join(KINDS[kind].params.model_fields)
        problem = str(error).removesuffix("; mend storyboard.json")
        raise ConfigError(f"shot {name!r}: {problem}; {kind} takes {fields}") from error
    texts = {each.id: each.text for each in sentences_of(draft.script)}
    cues = find_cues(kind, checked, [(each, texts[each]) for each in shot.sentences])
    return _with_shot(draft, shot, kind=kind, params=checked, cues=cues, reason="Chosen by hand.", pinned=True)


def move(draft: Draft, name: str, target: str, *, after: bool) -> Draft:
    """Move a shot with its sentences before or after another one, into that one's chapter.

    What is put before the card of a chapter ends the chapter before. A chapter that is left empty goes.

    Raises:
        ConfigError: there is no such shot, it is moved to where it is, or it is the card of a chapter.
    """
    shot, goal = shot_named(draft, name), shot_named(draft, target)
    rest = tuple(each for each in draft.board.shots if each is not shot)
    place = rest.index(goal) + after if shot is not goal else -1
    shots = (*rest[:place], shot, *rest[place:])
    if place < 0 or shots == draft.board.shots:
        raise ConfigError(f"shot {name!r} already stands {'after' if after else 'before'} {target!r}; name another one")
    if title := _opened_by(draft, shot):
        raise ConfigError(f"shot {name!r} is the card of {title!r}; move the shots around it, or drop it")
    if not (shot.sentences and goal.sentences):
        raise ConfigError(f"shot {(goal if shot.sentences else shot).id!r} speaks no sentence; name another one")
    if not after and place > 0 and _opened_by(draft, goal):
        goal, after = rest[place - 1], True
    anchor = goal.sentences[-1 if after else 0]
    return replace(
        draft,
        script=_reordered(draft.script, shot.sentences, anchor, after),
        boarded=_reordered(draft.boarded, shot.sentences, anchor, after),
        board=replace(draft.board, shots=shots),
    )


def drop(draft: Draft, material: Material, name: str) -> Draft:
    """Leave out a shot and what is said over it; the closing card no longer lists pages that only it quoted.

    Raises:
        ConfigError: there is no such shot, or nothing would be left to say.
    """
    shot = shot_named(draft, name)
    script = _without(draft.script, shot.sentences)
    if not script.scenes:
        raise ConfigError(f"shot {name!r} is all that the film says; a film needs at least one sentence")
    shots = tuple(each for each in draft.board.shots if each is not shot)
    boarded = _without(draft.boarded, shot.sentences)
    return _credited(draft, Draft(script, replace(draft.board, shots=shots), boarded, draft.order), material)


def pin(draft: Draft, name: str, *, pinned: bool) -> Draft:
    """Keep a shot as it is whatever its sentences come to say, or let it be planned again.

    Raises:
        ConfigError: there is no such shot, or it is so already.
    """
    shot = shot_named(draft, name)
    if shot.pinned == pinned:
        raise ConfigError(f"shot {name!r} is {'pinned' if pinned else 'not pinned'} already")
    return _with_shot(draft, shot, pinned=pinned)


def set_order(draft: Draft, table: str, **values: Any) -> Draft:
    """Change values in a table of ``film.toml``, such as ``film`` or ``voice``.

    Raises:
        ConfigError: all of them are so already.
    """
    before = draft.order.get(table, {})
    if all(before.get(key) == value for key, value in values.items()):
        told = ", ".join(f"{table}.{key} = {value!r}" for key, value in values.items())
        raise ConfigError(f"{told or 'nothing was named'}: that changes nothing")
    return replace(draft, order={**draft.order, table: {**before, **values}})


def pronounce(draft: Draft, word: str, said: str) -> Draft:
    """Have a word said as ``said`` wherever the film says it; "" leaves it to the rules again.

    Raises:
        ConfigError: no sentence holds the word; names the nearest one.
    """
    words = {bare(each): each for sentence in sentences_of(draft.script) for each in sentence.text.split()}
    if bare(word) not in words:
        near = get_close_matches(bare(word), words, n=3)
        raise ConfigError(f"no sentence says {word!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    known = draft.order.get("brief", {}).get("pronunciations", {})
    changed = {key: value for key, value in {**known, word: said}.items() if value}
    return set_order(draft, "brief", pronunciations=changed)


def _nearest(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return (f"; did you mean {near[0]}?" if near else ";") + f" there are: {', '.join(names)}"


def _failed(claim: Claim) -> str:
    return "; ".join(f"check {check.name!r}: {check.detail}" for check in claim.checks if not check.passed)


def _passage_with(material: Material, quote: str) -> str:
    found = next((passage.id for passage in material.passages if find_quote(passage.text, quote)), "")
    if not found:
        raise ConfigError(f"no passage of the sources holds the quote {quote[:80]!r}; copy it word for word")
    return found


def _with_sentence(script: Script, new: Sentence) -> Script:
    scenes = tuple(
        replace(scene, sentences=tuple(new if each.id == new.id else each for each in scene.sentences))
        for scene in script.scenes
    )
    return replace(script, scenes=scenes)


def _with_shot(draft: Draft, shot: Shot, **changes: Any) -> Draft:
    new = shot.model_copy(update=changes)
    shots = tuple(new if each is shot else each for each in draft.board.shots)
    return replace(draft, board=replace(draft.board, shots=shots))


def _opened_by(draft: Draft, shot: Shot) -> str:
    """Return the title of the chapter whose card ``shot`` is; "" if it is none."""
    first = shot.sentences[0] if shot.sentences and shot.kind in ("title", *GENERATED) else ""
    return next((scene.title for scene in draft.script.scenes if scene.sentences[0].id == first), "")


def _without(script: Script, names: Collection[str]) -> Script:
    scenes = [
        replace(scene, sentences=tuple(each for each in scene.sentences if each.id not in names))
        for scene in script.scenes
    ]
    return replace(script, scenes=tuple(scene for scene in scenes if scene.sentences))


def _reordered(script: Script, names: Collection[str], anchor: str, after: bool) -> Script:
    """Return the script with the named sentences beside ``anchor``, in its scene."""
    moved = [each for each in sentences_of(script) if each.id in names]

    def around(scene: Scene) -> Scene:
        place = next((n for n, each in enumerate(scene.sentences) if each.id == anchor), -1)
        if place < 0:
            return scene
        place += after
        return replace(scene, sentences=(*scene.sentences[:place], *moved, *scene.sentences[place:]))

    rest = _without(script, names)
    return replace(rest, scenes=tuple(around(scene) for scene in rest.scenes))


def _credited(before: Draft, after: Draft, material: Material) -> Draft:
    """Return the draft with its closing card listing what is quoted now, if the planner wrote that card."""
    old = sources(before.script, check_script(before.script, material), material)
    new = sources(after.script, check_script(after.script, material), material)
    card = next((shot for shot in after.board.shots if shot.kind == "sources" and not shot.pinned), None)
    if card is None or card.params.get("entries") != old.params["entries"] or old.params == new.params:
        return after
    credited = _with_shot(after, card, params={**card.params, "entries": new.params["entries"]})
    needs = dict.fromkeys([*credited.board.needs, *(PageNeed(*page) for page in new.pages)])
    return replace(credited, board=replace(credited.board, needs=tuple(needs)))
