import pytest

from timeline.spoken_film import Film, speak_film


@pytest.fixture(scope="session")
def film() -> Film:
    return speak_film()
