"""The one tree of errors.

    VortexError
    ├── ConfigError     a setting or flag has a bad value (exit 2)
    ├── MissingExtra    an optional dependency, model or binary is not installed (exit 3)
    ├── PluginError     a plugin cannot be found, loaded, or clashes with another (exit 3)
    ├── SourceError     a document cannot be read, or says nothing (exit 4)
    │   └── RecipeError  the recipe of a slot is not one; says every mistake in it
    ├── ModelError      a model cannot be loaded or does not fit (exit 3)
    │   └── MemoryPressureError  the memory budget is or would be exceeded; says who holds what
    ├── EngineError     an engine failed while making something (exit 1)
    ├── MediaError      sound or pictures cannot be read or written (exit 1)
    ├── GateFailed      a finished film does not pass its own checks (exit 5)
    ├── JobError        the bookkeeping of work is inconsistent (exit 1)
    │   ├── DeadlineMissError  a stage would not end before the deadline, so it was not begun
    │   └── CancelledWork  somebody asked for the work to stop; nothing is leased then
    └── PolicyError     something was asked for that is not allowed (exit 1)

Every message says what happened, with which value, and what to do about it. Foreign exceptions are translated at
the boundary with ``raise ... from``.
"""


class VortexError(Exception):
    """Base of all errors that Vortex raises on purpose."""

    exit_code = 1


class ConfigError(VortexError):
    """A setting or a flag has a bad value; names key, value and where the value came from."""

    exit_code = 2


class MissingExtra(VortexError):
    """An optional dependency, model or binary is missing; names the command that mends it."""

    exit_code = 3


class PluginError(VortexError):
    """A plugin or engine cannot be found or loaded, or its name is taken."""

    exit_code = 3


class SourceError(VortexError):
    """A document cannot be read, or holds nothing that could be told; names the file and what was seen."""

    exit_code = 4


class RecipeError(SourceError):
    """The recipe of a slot is not one; one mistake a line, each with its place, its value and what to write."""


class ModelError(VortexError):
    """A model cannot be loaded or does not fit its budget."""

    exit_code = 3


class MemoryPressureError(ModelError):
    """A memory budget is exceeded, or would be; says what was needed and who holds what."""


class EngineError(VortexError):
    """An engine failed while it was making something."""


class MediaError(VortexError):
    """Sound or pictures cannot be read or written."""


class GateFailed(VortexError):
    """A finished film does not pass its own checks; the film was kept under another name."""

    exit_code = 5


class JobError(VortexError):
    """The bookkeeping of work is inconsistent, or a job cannot go on."""


class DeadlineMissError(JobError):
    """A stage would not end before the deadline, so it was not begun; says what is left and what it needs."""


class CancelledWork(JobError):
    """Somebody asked for the work to stop."""


class PolicyError(VortexError):
    """Something was asked for that is not allowed."""
