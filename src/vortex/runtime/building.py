"""One network is built at a time in a process.

While transformers, diffusers and accelerate build a network, they change for the whole process which type new tensors
have and where parameters go. A second network that another thread builds meanwhile gets numbers of the wrong type, or
stays without values.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ALONE = threading.RLock()
"""Of the process, since what the libraries change belongs to the process."""


@contextmanager
def building() -> Iterator[None]:
    """Wait until nobody builds a network, and let nobody begin before the block ends; the same thread may nest it."""
    with _ALONE:
        yield
