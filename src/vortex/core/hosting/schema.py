"""JSON Schema, draft 2020-12, for values that come from strangers and by schemas that do.

Patterns are matched in time that grows with the text alone, and a schema cannot make anything be fetched or read.
Source: JSON Schema draft 2020-12, https://json-schema.org/draft/2020-12.
"""

from typing import Any, NoReturn

from vortex.core.hosting.printed import shortened

_MOST_TEXT = 300


def violation(schema: Any, value: Any) -> str:
    """Return where ``value`` breaks ``schema`` first, and how; "" where it does not.

    The schema has to be one; see ``fault``.
    """
    try:
        for found in _validator(schema).iter_errors(value):
            return f"at {shortened(path_of(found.instance_path), _MOST_TEXT)}: {shortened(found.message, _MOST_TEXT)}"
    except UnicodeEncodeError as error:
        return f"at $: {error.object[error.start : error.end]!r} is half a character"
    except ValueError as error:  # nested too deep
        return f"at $: {error}"
    return ""


def fault(schema: Any) -> str:
    """Return why ``schema`` is no JSON Schema; "" where it is one."""
    import jsonschema_rs

    try:
        _validator(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        return shortened(getattr(error, "message", str(error)), _MOST_TEXT)
    return ""


def _validator(schema: Any) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions())


def path_of(parts: list[str | int]) -> str:
    """Return a place in a JSON value as ``$.films[0].title``."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _refuse(address: str) -> NoReturn:
    raise ValueError(f"$ref to {address}: a schema refers to itself only; put it under $defs")
