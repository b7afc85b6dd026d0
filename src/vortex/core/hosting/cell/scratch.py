"""The folder of one call: made by the host, and removed by it, or by the warden where the host was killed."""

import os
import shutil
from contextlib import suppress


def remove(folder: str) -> None:
    """Remove a folder in which a stranger may have made folders that cannot be opened, and links to anywhere."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(place, name)
            if not os.path.islink(path):
                with suppress(OSError):
                    os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
