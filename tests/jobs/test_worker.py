import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from vortex.jobs import JobStore, drain
from vortex.jobs.worker import Progress


def test_a_worker_does_all_and_records_what_failed(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with JobStore(path) as store:
        good, bad = store.submit("good", "double", {"n": 4}), store.submit("bad", "double", {})

        def double(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
            progress(0.5)
            return {"n": payload["n"] * 2}

        assert drain(path, {"double": double}) == 1
        assert store.get(good.id).result == {"n": 8}
        assert store.get(bad.id).error == "KeyError: 'n'"


def test_a_cancelled_task_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with JobStore(path) as store:
        job = store.submit("long", "wait", {})

        def wait(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
            with JobStore(path) as own:
                own.cancel(job.id)
            for _ in range(200):
                time.sleep(0.02)
                progress(0.1)
            return {}

        assert drain(path, {"wait": wait}, lease_s=0.2) == 0
        assert store.get(job.id).state == "cancelled"


def test_after_kill_9_the_job_is_done_by_the_next_worker(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with JobStore(path) as store:
        store.submit("k", "sleep", {})
        code = (
            "import sys, time; from pathlib import Path; from vortex.jobs import drain\n"
            "drain(Path(sys.argv[1]), {'sleep': lambda payload, progress: time.sleep(60) or {}}, lease_s=0.4)"
        )
        process = subprocess.Popen([sys.executable, "-c", code, str(path)])
        deadline = time.monotonic() + 20
        while store.jobs()[0].state != "running" and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.5)
        assert drain(path, {"sleep": lambda payload, progress: {"woke": True}}) == 1
        assert store.jobs()[0].result == {"woke": True}
