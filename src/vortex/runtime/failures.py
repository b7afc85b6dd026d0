"""What went wrong while a model was loaded, in words that say what to do."""

import traceback
from pathlib import Path

from vortex.core.errors import MemoryPressureError, ModelError

FOREIGN = (OSError, RuntimeError, ValueError, KeyError, MemoryError)
"""What libraries raise when a model cannot be loaded; anything else is a fault of ours."""
_FULL = ("out of memory", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether ``error`` says that memory ran out; torch says so by a ``RuntimeError`` and its text."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _FULL)
    )


def explain_failure(error: BaseException, name: str, folder: Path | None, holders: str) -> ModelError:
    """Return an error of ours for ``error``, and let go of what its frames held.

    A traceback keeps the half-loaded tensors of the frames that it passed; they are cleared here.
    """
    traceback.clear_frames(error.__traceback__)
    if is_out_of_memory(error):
        return MemoryPressureError(
            f"{name}: memory ran out while loading, and nothing of it was kept; {holders}. Declare a lower limit or"
            f" larger footprints, unload a model, or give it a smaller rung ({error})"
        )
    where = f" from {folder}" if folder else ""
    if folder is not None and not folder.exists():
        return ModelError(f"{name}: {folder} is gone; put it back, or add the model again with its new folder")
    return ModelError(f"{name}: cannot be loaded{where}: {type(error).__name__}: {error}; verify its files")


def explain_shortage(error: BaseException, name: str, holders: str) -> MemoryPressureError:
    """Return an error of ours for memory that ran out while a model worked, and let go of what its frames held."""
    traceback.clear_frames(error.__traceback__)
    return MemoryPressureError(
        f"{name}: memory ran out while it worked; on the device were {holders or 'no others'}. Lower the soft limit so"
        f" that it is held on a lower rung, or ask for fewer or smaller pictures ({error})"
    )
