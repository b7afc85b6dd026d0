"""JSON Schema, draft 2020-12, for values that come from strangers and by schemas that do.

Patterns are matched in time that grows with the text alone, and a schema cannot make anything be fetched or read.
Source: JSON Schema draft 2020-12, https://json-schema.org/draft/2020-12.
"""

from typing import Any, NoReturn

_MOST_TEXT = 300


def violation(schema: Any, value: Any) -> str:
    """Return where ``value`` breaks ``schema`` first, and how; "" where it does not.

    A schema that is none is told in the same way.
    """
    import jsonschema_rs

    try:
        validator = jsonschema_rs.Draft202012Validator(
            schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        return f"(which is no JSON Schema: {_short(getattr(error, 'message', str(error)))})"
    for found in validator.iter_errors(value):
        return f"at {path_of(found.instance_path)}: {_short(found.message)}"
    return ""


def fault(schema: Any) -> str:
    """Return why ``schema`` is no JSON Schema; "" where it is one."""
    import jsonschema_rs

    try:
        jsonschema_rs.Draft202012Validator(schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        return _short(getattr(error, "message", str(error)))
    return ""


def path_of(parts: list[str | int]) -> str:
    """Return a place in a JSON value as ``$.films[0].title``."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _refuse(address: str) -> NoReturn:
    raise ValueError(f"$ref to {address}: a schema refers to itself only; put it under $defs")


def _short(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= _MOST_TEXT else f"{line[:_MOST_TEXT]}…"
