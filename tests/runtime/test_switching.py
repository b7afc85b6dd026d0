import socket
import sys

import pytest
from health_server import PROGRAM
from sized_model import GB, Sized

from vortex.core.errors import MemoryPressureError, ModelError
from vortex.core.events import ignore
from vortex.runtime.ledger import Budget
from vortex.runtime.residency import Residency
from vortex.runtime.service import Service, ServiceSettings
from vortex.runtime.switching import LLM, SDXL, TTS, ModelManager


def manager(limit_gb: float = 16.0, llm: float = 12.0, sdxl: float = 13.0, tts: float = 3.0) -> ModelManager:
    residency = Residency(Budget(round((limit_gb - 0.5) * GB), round(limit_gb * GB), 0), listener=ignore)
    for name, size in ((LLM, llm), (SDXL, sdxl), (TTS, tts), ("llm/other", 13.0)):
        residency.add(name, Sized(size))
    return ModelManager(residency)


def there(made: ModelManager) -> set[str]:
    return set(made.get_vram_usage().by_holder)


def test_a_language_model_and_sdxl_never_share_16_gb_and_a_voice_may_stay() -> None:
    made = manager()
    made.switch_to_tts()
    made.switch_to_llm()
    assert there(made) == {LLM, TTS}
    assert made.get_vram_usage().used_gb == 15.0 and made.get_vram_usage().limit_gb == 16.0
    made.switch_to_sdxl()
    assert SDXL in there(made) and LLM not in there(made)
    made.switch_to_llm("llm/other")
    assert "llm/other" in there(made) and SDXL not in there(made)


def test_a_large_voice_leaves_too() -> None:
    made = manager(llm=14.0, tts=4.0)
    made.switch_to_tts()
    made.switch_to_llm()
    assert there(made) == {LLM}


def test_more_room_keeps_more() -> None:
    made = manager(limit_gb=40.0)
    for switch in (made.switch_to_llm, made.switch_to_sdxl, made.switch_to_tts):
        switch()
    assert there(made) == {LLM, SDXL, TTS}


def test_a_voice_alone_sends_the_language_model_away() -> None:
    made = manager()
    made.switch_to_llm("llm/other")
    made.switch_to_tts(allow_with_llm=False)
    assert there(made) == {TTS}
    with made.use_llm(), pytest.raises(ModelError, match="llm is leased once"):
        made.switch_to_tts(allow_with_llm=False)


def test_blocks_hold_their_models() -> None:
    made = manager()
    with made.use_llm() as llm, made.use_tts() as voice:
        assert (llm, voice) == ("12 GB", "3 GB")
        assert made.can_fit_model(1.0) and not made.can_fit_model(1.1)
        with pytest.raises(MemoryPressureError, match=r"image/sdxl needs 13\.0 GB"), made.use_sdxl():
            pass
    assert made.can_fit_model(16.0) and not made.can_fit_model(16.1)
    with made.use_sdxl() as picture:
        assert picture == "13 GB"


def test_without_a_server_there_is_none_to_control() -> None:
    for control in (manager().start_llm_service, manager().stop_llm_service, manager().is_llm_service_healthy):
        with pytest.raises(ModelError, match="not served by a process"):
            control()


def served(size_gb: float = 12.0) -> tuple[ModelManager, Service]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, PROGRAM, str(port))
    service = Service(ServiceSettings(command, f"http://127.0.0.1:{port}/", round(size_gb * GB), 20.0))
    residency = Residency(Budget(15 * GB, 16 * GB, 0), listener=ignore)
    residency.add(SDXL, Sized(13.0))
    return ModelManager(residency, service=service), service


def test_a_server_starts_and_stops_like_any_model() -> None:
    made, service = served()
    try:
        made.start_llm_service()
        assert made.is_llm_service_healthy() and there(made) == {LLM}
        made.switch_to_sdxl()
        assert not made.is_llm_service_healthy(0.2) and there(made) == {SDXL}
        with made.use_llm() as address:
            assert address == service.settings.health_url and there(made) == {LLM}
            with pytest.raises(ModelError, match="llm is leased"):
                made.stop_llm_service()
        assert made.stop_llm_service() is True and made.stop_llm_service() is False
    finally:
        service.stop()


def test_a_server_that_ended_by_itself_is_started_again() -> None:
    made, service = served()
    try:
        made.start_llm_service()
        service.stop()
        with made.use_llm():
            assert service.is_healthy()
    finally:
        service.stop()


def test_a_server_of_somebody_else_is_counted_and_never_stopped() -> None:
    made, service = served()
    theirs = Service(service.settings)
    theirs.start()
    try:
        with made.use_llm() as address:
            assert address == service.settings.health_url
        assert there(made) == {"server of llm"}
        with pytest.raises(MemoryPressureError, match=r"server of llm 12\.0 GB \(another program\)"):
            made.switch_to_sdxl()
        assert made.stop_llm_service() is False and theirs.is_healthy()
    finally:
        theirs.stop()
    made.switch_to_sdxl()
    assert there(made) == {SDXL}
    made.switch_to_llm()
    try:
        assert there(made) == {LLM} and service.is_ours
    finally:
        service.stop()
