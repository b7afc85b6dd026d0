"""The finished film and the home of the tests on bad input serve here as well."""

from bad_input.conftest import film, finished, own_home

__all__ = ["film", "finished", "own_home"]
