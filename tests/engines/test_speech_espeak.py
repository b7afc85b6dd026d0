import html
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vortex.core.errors import EngineError
from vortex.core.text import sentences
from vortex.engines.speech.base import SayWord, SpeechRequest
from vortex.engines.speech.espeak import EspeakSpeech
from vortex.engines.speech.worker_process import WorkerProcess
from vortex.story.spoken import say_words

PROSE = (
    "The reader should consult the different help files to become familiar with them.",
    "In fact, they are vectors that can be indexed by two or more indices and will be printed in special ways.",
    "Heaps are binary trees for which every parent node has a value less than or equal to any of its children.",
    "The query planner will choose the index that does the least work.",
)


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakSpeech]:
    voice = EspeakSpeech()
    yield voice
    voice.close()


def ask(text: str, **options: object) -> SpeechRequest:
    return SpeechRequest(tuple(SayWord(word, word) for word in text.split()), **options)  # type: ignore[arg-type]


def test_rate_is_calibrated_on_real_prose(espeak: EspeakSpeech, inputs: Path) -> None:
    page = (inputs / "sqlite-queryplanner.html").read_text(errors="replace")
    text = re.sub("<[^>]+>", " ", re.sub("(?s)<(script|style).*?</", " ", page))
    prose = [s for s in sentences(html.unescape(text)) if re.fullmatch(r"[A-Z][A-Za-z ,;’'-]{40,160}\.", s)][:40]
    num_words = sum(len(sentence.split()) for sentence in prose)
    for rate in (80, 120, 165, 220, 300):
        spoken_s = sum(espeak.speak(ask(s, words_per_minute=rate)).sound.duration_s for s in prose)
        assert 60 * num_words / spoken_s == pytest.approx(rate, rel=0.08)


def test_characters_that_would_be_guessed_at_are_refused(espeak: EspeakSpeech) -> None:
    assert espeak.speak(ask("とうだい", language="ja")).sound.duration_s > 0.3
    with pytest.raises(EngineError, match=r"reads kana only.*灯台"):
        espeak.speak(ask("灯台です", language="ja"))


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "pt", "ru"])
def test_numbers_in_groups_keep_one_time_a_word(espeak: EspeakSpeech, language: str) -> None:
    words = say_words("A 1 000 000 km, 3,5 % : 300 000.", language)
    spoken = espeak.speak(SpeechRequest(words, language))
    starts = [time.start_s for time in spoken.times]
    assert len(starts) == len(words) == 10 and starts == sorted(starts)
    assert spoken.sound.duration_s > 3


def test_rate_refuses_the_impossible(espeak: EspeakSpeech) -> None:
    with pytest.raises(EngineError, match="80 to 300"):
        espeak.speak(ask("Too fast.", words_per_minute=400))


def test_speaks_every_language_that_it_lists(espeak: EspeakSpeech) -> None:
    assert len(espeak.languages()) > 90
    for language in espeak.languages():
        assert espeak.speak(ask("1 2 maa", language=language)).sound.duration_s > 0.3, language


def test_named_voices_differ(espeak: EspeakSpeech) -> None:
    low, high = (espeak.speak(ask(PROSE[0], voice=name)).sound.samples for name in ("en-gb+m3", "en-us+f2"))
    assert not np.array_equal(low[:8000], high[:8000])
    with pytest.raises(EngineError, match=r"no variant 'f33'; .*f3"):
        espeak.speak(ask("Hi.", voice="en-us+f33"))
    with pytest.raises(EngineError, match=r"'de', no voice 'en-us'"):
        espeak.speak(ask("Guten Tag.", language="de", voice="en-us"))
    assert espeak.speak(ask("你好", language="zh", voice="cmn")).sound.duration_s > 0.3


def test_words_start_where_the_sound_does(espeak: EspeakSpeech) -> None:
    utterance = espeak.speak(ask("First, second, third, fourth, fifth."))
    sound = utterance.sound
    hop = sound.rate_hz // 200
    level = np.abs(sound.samples[: len(sound.samples) // hop * hop]).reshape(-1, hop).max(axis=1)
    audible = level > 0.01
    onsets = [at / 200 for at in np.flatnonzero(audible[1:] & ~audible[:-1]) + 1]
    for word in utterance.times:
        assert min(abs(onset - word.start_s) for onset in onsets) < 0.04
    for word, later in zip(utterance.times, utterance.times[1:], strict=False):
        assert 0.05 < later.start_s - word.end_s < 0.4  # the pause at the comma belongs to no word


def test_edges_are_silent(espeak: EspeakSpeech) -> None:
    samples = espeak.speak(ask(PROSE[0])).sound.samples
    assert samples[0] == 0 == samples[-1]
    assert np.abs(samples[:300]).max() < 0.004
    assert np.abs(samples[-1200:]).max() < 0.004


def test_killed_worker_is_replaced(espeak: EspeakSpeech) -> None:
    before = espeak.speak(ask(PROSE[1]))
    pid = espeak._worker.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert np.array_equal(before.sound.samples, espeak.speak(ask(PROSE[1])).sound.samples)
    assert espeak._worker.pid != pid


def test_worker_that_dies_twice_is_an_error() -> None:
    worker = WorkerProcess((sys.executable, "-c", "raise SystemExit('no data')"))
    with pytest.raises(EngineError, match=r"died twice .*no data"):
        worker.ask({"do": "speak", "text": "Hello."})
    assert worker.pid is None


def test_worker_that_hangs_is_ended() -> None:
    worker = WorkerProcess((sys.executable, "-c", "import time; time.sleep(60)"), timeout_s=0.3)
    began = time.monotonic()
    with pytest.raises(EngineError, match=r"no answer within 0\.3 s"):
        worker.ask({})
    assert time.monotonic() - began < 5


def test_threads_share_one_worker(espeak: EspeakSpeech) -> None:
    alone = [espeak.speak(ask(text)).sound.samples for text in PROSE]
    heard: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda i=i: heard.__setitem__(i, espeak.speak(ask(PROSE[i])).sound.samples))
        for i in range(len(PROSE))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(heard[i], sound) for i, sound in enumerate(alone))


def test_the_library_stays_out_of_this_process() -> None:
    code = (
        "from vortex.engines.speech.espeak import EspeakSpeech as V; from vortex.engines.speech.base import *;"
        "V().speak(SpeechRequest((SayWord('Hi','Hi'),))); print('espeak-ng' in open('/proc/self/maps').read())"
    )
    if not Path("/proc/self/maps").exists():
        pytest.skip("needs /proc")
    assert subprocess.run((sys.executable, "-c", code), capture_output=True, text=True).stdout.strip() == "False"
