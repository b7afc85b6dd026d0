"""What a plugin must not be able to do, tried by plugins that do it, under each set of walls that protects."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import psutil
import pytest
from factories.plugins import WITHOUT_NAMESPACES, host, write_plugin

from vortex.core.errors import EngineError

Run = Callable[..., Any]
REFUSALS = ("PermissionError", "FileNotFoundError", "OSError", "ProcessLookupError")

TRIED = """
def tried(attempt):
    try:
        return f"did it: {attempt()}"
    except BaseException as error:
        return type(error).__name__
"""


def refused(outcomes: list[str]) -> bool:
    return all(each in REFUSALS for each in outcomes)


def test_it_writes_nothing_outside_its_working_folder(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_text("mine")
    (outside / "mine").chmod(0o640)
    code = """
        import os, pathlib, shutil
        def run(folder):
            mine, here = pathlib.Path(folder, "mine"), pathlib.Path(__file__).parent
            tries = [
                lambda: pathlib.Path(folder, "new").write_text("x"), lambda: mine.write_text("x"), mine.unlink,
                lambda: mine.chmod(0o777), lambda: os.truncate(mine, 0), lambda: os.utime(mine, (1, 1)),
                lambda: os.link(mine, "linked"), lambda: mine.rename("moved"), lambda: os.symlink("x", f"{folder}/l"),
                lambda: pathlib.Path(folder, "d").mkdir(), lambda: pathlib.Path("/tmp/vortex-was-here").touch(),
                lambda: pathlib.Path(__file__).write_text("x"), lambda: (here / "new.py").write_text("x"),
                lambda: pathlib.Path("/dev/shm/vortex-was-here").touch(),
            ]
            return [tried(each) for each in tries]
        """
    before = (outside / "mine").stat()
    outcomes = run(TRIED + dedent(code), str(outside))
    assert refused(outcomes), outcomes
    assert sorted(each.name for each in outside.iterdir()) == ["mine"]
    after = (outside / "mine").stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_size) == (before.st_mode, before.st_mtime_ns, before.st_size)
    assert not Path("/tmp/vortex-was-here").exists() and not Path("/dev/shm/vortex-was-here").exists()


def test_it_has_a_working_folder_that_is_gone_afterwards(run: Run) -> None:
    code = """
        import os, tempfile
        def run(payload):
            with open("made.txt", "w") as file:
                file.write("x" * 1000)
            with tempfile.NamedTemporaryFile() as other:
                return [os.getcwd(), os.path.getsize("made.txt"), os.path.dirname(other.name), os.environ["HOME"]]
        """
    folder, size, temporary, home = run(dedent(code))
    assert (size, temporary, home) == (1000, folder, folder)
    assert not Path(folder).exists()


def test_what_it_leaves_is_removed_and_links_are_not_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o750)
    code = """
        import os
        def run(folder):
            os.symlink(folder, "link")
            os.makedirs("a/b")
            open("a/b/c", "w").close()
            os.mkdir("closed", mode=0)
            return os.getcwd()
        """
    before = (tmp_path / "mine").stat().st_mode
    folder = run(dedent(code), str(tmp_path / "mine"))
    assert not Path(folder).parent.exists()
    assert (tmp_path / "mine").stat().st_mode == before


def test_it_sees_no_secret(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sesame-4711")
    (tmp_path / "token").write_text("sesame-4711")
    code = """
        import glob, os
        def run(paths):
            seen = [str(dict(os.environ))]
            for path in [*paths, *glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline"), "/etc/passwd"]:
                seen.append(tried(lambda: open(path, "rb").read().decode("utf8", "replace")))
            seen.append(tried(lambda: os.listdir(os.path.dirname(paths[0]))))
            return seen
        """
    paths = [str(tmp_path / "token"), f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/mem"]
    seen = run(TRIED + dedent(code), paths)
    assert "sesame" not in json.dumps(seen)
    assert refused(seen[1:4])
    assert "token" not in seen[-1]


def test_it_reaches_no_network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
        import os, socket
        def run(asked):
            port, path = asked
            def tcp():
                socket.create_connection(("127.0.0.1", port), timeout=2)
            def udp():
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))
            def unix():
                socket.socket(socket.AF_UNIX).connect(path)
            def abstract():
                socket.socket(socket.AF_UNIX).connect("\\0vortex-test")
            return [tried(each) for each in (tcp, udp, unix, abstract)]
        """
    door = tmp_path / "door"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix:
        monkeypatch.chdir(tmp_path)  # the name of a socket has at most 107 bytes
        unix.bind("door")
        unix.listen()
        outcomes = run(TRIED + dedent(code), [server.getsockname()[1], str(door)])
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert refused(outcomes), outcomes


def test_threads_and_event_loops_still_work(run: Run) -> None:
    code = """
        import asyncio, threading
        def run(payload):
            seen = []
            threads = [threading.Thread(target=seen.append, args=(number,)) for number in range(8)]
            [each.start() for each in threads], [each.join() for each in threads]
            async def answer():
                await asyncio.sleep(0.01)
                return sorted(seen)
            return asyncio.run(answer())
        """
    assert run(dedent(code)) == list(range(8))


def test_it_starts_no_process(run: Run) -> None:
    code = """
        import os, subprocess
        def run(payload):
            started = 0
            for _ in range(200):
                try:
                    if os.fork() == 0:
                        os.execv("/bin/sleep", ["sleep", "3171"])
                    started += 1
                except OSError:
                    pass
            spawned = tried(lambda: os.posix_spawn("/bin/true", ["true"], {}))
            return [started, tried(lambda: subprocess.run(["/bin/true"])), spawned]
        """
    started, *others = run(TRIED + dedent(code))
    assert started == 0
    assert refused(others)
    assert processes_with("3171") == []


def test_it_signals_nobody(run: Run) -> None:
    code = """
        import os, signal
        def run(pids):
            return [tried(lambda: os.kill(pid, 0)) for pid in [*pids, os.getppid() or pids[0]]]
        """
    assert refused(run(TRIED + dedent(code), [os.getpid(), os.getppid()]))


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("sleeps", "import time\ndef run(payload):\n    print('good night', flush=True)\n    time.sleep(3600)"),
        ("spins", "def run(payload):\n    print('good night', flush=True)\n    while True: pass"),
        (
            "does not listen",
            "import signal, time\nfor each in (1, 2, 15): signal.signal(each, signal.SIG_IGN)\n"
            "def run(payload):\n    print('good night', flush=True)\n    time.sleep(3600)",
        ),
    ],
)
def test_a_hang_is_ended_in_time(run: Run, what: str, code: str) -> None:
    began, before = time.monotonic(), children()
    with pytest.raises(EngineError, match=r"did not return within \d+ ms .*it printed last: good night") as raised:
        run(code, timeout_ms=300)
    assert "resources.max_latency_ms = 8000" in str(raised.value)
    assert 0.2 < time.monotonic() - began < 6
    assert children() == before


def test_a_plugin_that_says_it_is_fast_is_held_to_it(run: Run) -> None:
    with pytest.raises(EngineError, match=r"within (1\d\d|200) ms"):
        run("import time\ndef run(payload): time.sleep(60)", timeout_ms=60_000, resources__max_latency_ms=200)


def test_a_memory_hog_is_stopped(run: Run) -> None:
    with pytest.raises(EngineError, match=r"MemoryError: it asked for more memory than plugins\.max_memory_gb"):
        run("def run(payload):\n    held = []\n    while True: held.append(bytearray(100_000_000))")


def test_a_crash_is_told(run: Run) -> None:
    with pytest.raises(EngineError, match="was ended by SIGSEGV before it returned"):
        run("import ctypes\ndef run(payload): ctypes.string_at(0)")


def test_an_exit_is_told(run: Run) -> None:
    with pytest.raises(EngineError, match=r"ended with exit code 7 before it returned; it printed last: bye"):
        run("import os\ndef run(payload):\n    os.write(1, b'bye')\n    os._exit(7)")


def test_sys_exit_is_told(run: Run) -> None:
    with pytest.raises(EngineError, match=r"SystemExit: 3 \(plugin.py, line 2\)"):
        run("import sys\ndef run(payload): sys.exit(3)")


def test_an_exception_comes_back_with_its_place(run: Run) -> None:
    with pytest.raises(EngineError, match=r"failed: ValueError: no such colour: 'mauve' \(plugin.py, line 2\)"):
        run("def run(colour):\n    raise ValueError(f'no such colour: {colour!r}')", "mauve")


def test_what_it_prints_does_no_harm(run: Run) -> None:
    code = """
        import os, sys
        print("at import")
        def run(payload):
            print('{"done": 1}\\n' * 50_000)
            os.write(1, b"\\x00\\xff{}[\\n" * 10_000)
            sys.stderr.write("x" * 3_000_000)
            sys.stdout = None
            return "fine"
        """
    assert run(dedent(code)) == "fine"


def test_what_it_prints_cannot_steer_the_terminal(run: Run) -> None:
    with pytest.raises(EngineError) as raised:
        run("def run(payload):\n    print('\\x1b[2Jgone', flush=True)\n    raise ValueError('\\x1b[31m')")
    assert "\x1b" not in str(raised.value)
    assert "gone" in str(raised.value)


def test_a_huge_output_is_refused(run: Run) -> None:
    with pytest.raises(EngineError, match="what it returned is larger than 4,000,000 bytes"):
        run("def run(payload): return 'x' * 50_000_000")


def test_files_have_a_largest_size(run: Run) -> None:
    code = """
        def run(payload):
            with open("large", "wb") as file:
                for _ in range(400):
                    file.write(bytes(1_000_000))
        """
    with pytest.raises(EngineError, match=r"File too large|No space left|SIGXFSZ"):
        run(dedent(code))


@pytest.mark.parametrize("output", ["float('nan')", "{1, 2}", "object()", "[1e400]"])
def test_an_output_that_is_no_json_is_refused(run: Run, output: str) -> None:
    with pytest.raises(EngineError, match=r"not JSON compliant|not JSON serializable"):
        run(f"def run(payload): return {output}")


def test_an_answer_past_the_function_is_refused(run: Run) -> None:
    code = """
        import os
        def run(payload):
            for channel in range(3, 20):
                try:
                    os.write(channel, b'{"output": "forged", "standing": {}, "done": 1} garbage\\n')
                except OSError:
                    pass
            os._exit(0)
        """
    with pytest.raises(EngineError, match="is no JSON"):
        run(dedent(code))


@pytest.mark.parametrize("walls", [None, WITHOUT_NAMESPACES], ids=["every wall", "no namespaces"])
def test_what_a_trusted_plugin_starts_ends_with_it(tmp_path: Path, walls: tuple[str, ...] | None) -> None:
    code = """
        import os, subprocess, time
        def run(mark):
            for _ in range(10):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        os.execv("/bin/sleep", ["sleep", mark])
                    os._exit(0)
                os.wait()
            said = subprocess.run(["/bin/echo", "hello"], capture_output=True, text=True).stdout
            if mark == "3172":
                time.sleep(60)
            return said
        """
    write_plugin(tmp_path, dedent(code))
    executor = host(tmp_path, walls, trusted="probe").executor
    assert executor.execute("probe", "3173").output == "hello\n"
    assert processes_with("3173") == []
    with pytest.raises(EngineError, match=r"did not return within \d+ ms"):
        executor.execute("probe", "3172", timeout_ms=500)
    assert processes_with("3172") == []


def test_a_plugin_dies_with_its_host(tmp_path: Path) -> None:
    write_plugin(tmp_path, "import time\ndef run(payload):\n    time.sleep(60)")
    code = f"""
        import sys
        sys.path[:0] = {sys.path}
        from factories.plugins import host
        host({str(tmp_path)!r}).executor.execute("probe", None)
        """
    own = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", dedent(code)], env=own) as asker:
        wait_for(lambda: len(psutil.Process(asker.pid).children(recursive=True)) == 2)
        ours = psutil.Process(asker.pid).children(recursive=True)
        asker.kill()
    assert psutil.wait_procs(ours, timeout=5)[1] == []
    assert not list(tmp_path.glob("vortex-plugin-*"))


def test_a_schema_that_takes_for_ever_does_not_hang_the_host(tmp_path: Path) -> None:
    levels = {}
    for each in range(60):
        deeper = {"$ref": f"#/$defs/l{each + 1}"}
        levels[f"l{each}"] = {"anyOf": [deeper, {"not": deeper}]}
    schema = {"$defs": levels | {"l60": {"type": "integer"}}, "items": {"$ref": "#/$defs/l0"}, "uniqueItems": True}
    write_plugin(tmp_path, "def run(payload): return [{'a': [n]} for n in range(payload)]", io__output_schema=schema)
    began = time.monotonic()
    try:
        host(tmp_path).executor.execute("probe", 20_000, timeout_ms=1000)
    except EngineError as error:
        assert "did not return within" in str(error)
    assert time.monotonic() - began < 6


def test_an_import_that_fails_is_the_plugins_fault(tmp_path: Path) -> None:
    write_plugin(tmp_path, "import not_there\ndef run(payload): return 1")
    with pytest.raises(EngineError, match="ModuleNotFoundError: No module named 'not_there'"):
        host(tmp_path).executor.execute("probe", None)
    write_plugin(tmp_path, "def other(payload): return 1", name="nameless")
    with pytest.raises(EngineError, match="AttributeError: module 'plugin' has no attribute 'run'"):
        host(tmp_path).executor.execute("nameless", None)


def children() -> set[int]:
    return {each.pid for each in psutil.Process().children(recursive=True)}


def processes_with(mark: str) -> list[int]:
    return [each.pid for each in psutil.process_iter(["cmdline"]) if mark in (each.info["cmdline"] or [])]


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)
