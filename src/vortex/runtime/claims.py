"""Which of transformers' auto classes claims which kind of network, by transformers' own tables.

The tables are read from the text of the installed package, where they stand as literals: importing them would import
torch, which takes seconds. What a class is for follows from the name of the table that it stands in; no class name is
kept here.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from vortex.core.errors import MissingExtra, ModelError
from vortex.core.registry import DISTRIBUTION

_NAMES = "_MAPPING_NAMES"
_HEARING = ("SPEECH_SEQ_2_SEQ", "CTC", "RNNT", "TDT")
_SEEING = ("IMAGE", "VIDEO", "OBJECT", "DEPTH", "SEGMENTATION", "BACKBONE", "KEYPOINT", "MASK_GENERATION", "MATTING")
_TELLING = ("IMAGE_TEXT_TO_TEXT", "MULTIMODAL_LM", "CAUSAL_LM", "SEQ_TO_SEQ_CAUSAL_LM")
_CASCADE = ("CAUSAL_LM", "IMAGE_TEXT_TO_TEXT", "MULTIMODAL_LM", "SPEECH_SEQ_2_SEQ", "SEQ_TO_SEQ_CAUSAL_LM")

Table = Mapping[str, tuple[str, ...]]
"""Kind of network → names of its classes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What transformers knows of a kind of network."""

    category: str
    """``transformers``, ``vision_encoder`` or ``asr``."""
    architecture: str
    auto_classes: tuple[str, ...]
    """Auto classes that claim it, the first to be tried first."""
    classes: tuple[str, ...]
    """What they make of it, each once, in the same order."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The tables of one version of transformers."""

    tables: Mapping[str, Table]
    """Task, such as ``CAUSAL_LM``, or "" for the bare network → its table."""
    auto_classes: Mapping[str, str]
    """Task → name of the auto class."""

    @property
    def model_types(self) -> frozenset[str]:
        """Every kind of network that some table knows."""
        return frozenset(kind for table in self.tables.values() for kind in table)

    @property
    def architectures(self) -> frozenset[str]:
        """Every class that some table names."""
        return frozenset(name for table in self.tables.values() for names in table.values() for name in names)

    def claim(self, model_type: str, architecture: str = "") -> Claim:
        """Return who claims a kind of network.

        Args:
            model_type: as in ``config.json``.
            architecture: class named there; "" takes what the first auto class makes of the kind.

        Raises:
            ModelError: nobody does; names what comes near.
        """
        claiming = [task for task, table in self.tables.items() if model_type in table]
        exact = [task for task in claiming if architecture in self.tables[task][model_type]]
        if not claiming or (architecture and not exact):
            raise ModelError(self._unknown(model_type, architecture, bool(claiming)))
        tasks = sorted(exact or claiming, key=_rank)
        made = [name for task in tasks for name in self.tables[task][model_type]]
        classes = (architecture,) if architecture else tuple(dict.fromkeys(made))
        autos = tuple(self.auto_classes[task] for task in tasks if task in self.auto_classes)
        return Claim(_category(exact or claiming, claiming), classes[0], autos, classes)

    def _unknown(self, model_type: str, architecture: str, known_kind: bool) -> str:
        wanted, among = (architecture, self.architectures) if known_kind else (model_type, self.model_types)
        near = get_close_matches(wanted, among, n=3, cutoff=0.5) if wanted else []
        hint = f"; near it: {', '.join(near)}" if near else ""
        return f"unknown architecture {architecture or '(none)'!r} of model_type {model_type!r}{hint}"


def _rank(task: str) -> tuple[int, str]:
    if task in _CASCADE:
        return _CASCADE.index(task), task
    return (len(_CASCADE) + 1 if task in ("", "PRETRAINING") else len(_CASCADE)), task


def _category(tasks: Iterable[str], claiming: Iterable[str]) -> str:
    """Return the category of a network with these tasks; a bare network is judged by all that its kind can do."""
    heads = {task for task in tasks if task not in ("", "PRETRAINING")}
    if heads & set(_HEARING):
        return "asr"
    judged = heads or set(claiming)
    if judged & set(_TELLING):
        return "transformers"
    return "vision_encoder" if any(word in task for task in judged for word in _SEEING) else "transformers"


@lru_cache(maxsize=1)
def transformers_claims() -> Claims:
    """Return the tables of the installed transformers.

    Raises:
        MissingExtra: transformers is not installed.
    """
    spec = find_spec("transformers")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra(f"this needs transformers; run: pip install '{DISTRIBUTION}[models]'")
    return read_claims(Path(spec.submodule_search_locations[0]) / "models" / "auto" / "modeling_auto.py")


def read_claims(source: Path) -> Claims:
    """Read the tables from the text of transformers' module of auto classes.

    Raises:
        ModelError: the module is not written as it was in the versions known.
    """
    tables: dict[str, Table] = {}
    mappings: dict[str, str] = {}
    classes: dict[str, str] = {}
    for node in ast.parse(source.read_text(encoding="utf8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
            name, call = node.targets[0].id, node.value
            if name.endswith(_NAMES):
                tables[_task(name)] = _table(call, tables)
            elif name.endswith("_MAPPING") and len(call.args) == 2:
                mappings[name] = ast.unparse(call.args[1])
        elif isinstance(node, ast.ClassDef):
            mapping = _mapping_of(node)
            if mapping in mappings:
                classes.setdefault(_task(mappings[mapping]), node.name)
    if "CAUSAL_LM" not in tables or "" not in classes:
        raise ModelError(f"{source}: this version of transformers keeps its tables elsewhere; install one below 6")
    return Claims(tables, {task: name.lstrip("_") for task, name in classes.items() if task in tables})


def _task(name: str) -> str:
    return name.removesuffix(_NAMES).removeprefix("MODEL").removeprefix("_FOR_")


def _table(call: ast.Call, known: Mapping[str, Table]) -> Table:
    found: dict[str, tuple[str, ...]] = {}
    for item in call.args[0].elts if call.args and isinstance(call.args[0], ast.List) else []:
        if isinstance(item, ast.Starred):
            names = [each.id for each in ast.walk(item) if isinstance(each, ast.Name) and each.id.endswith(_NAMES)]
            for name in names:
                found |= known[_task(name)]
        else:
            kind, names = ast.literal_eval(item)
            found[kind] = (names,) if isinstance(names, str) else tuple(names)
    return found


def _mapping_of(node: ast.ClassDef) -> str:
    for each in node.body:
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "_model_mapping":
            return ast.unparse(each.value)
    return ""
