import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vortex.visuals import glstub

DRAW = "from vortex.visuals.graphics import skia; s = skia.Surface(8, 8); s.getCanvas().clear(0xFF00FF00); print(s)"


def hidden_libraries() -> list[str]:
    found = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    return [line.split()[-1] for line in found.splitlines() if "libGL.so.1" in line or "libEGL.so.1" in line]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="hiding libraries needs root and unshare")
def test_skia_is_imported_and_draws_where_no_opengl_is_installed():
    hide = "".join(f"mount --bind /dev/null {Path(path).resolve()} && " for path in hidden_libraries())
    plain = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{hide}{sys.executable} -c "import skia"'], capture_output=True, text=True
    )
    if "unshare" in plain.stderr or "mount" in plain.stderr:
        pytest.skip(f"no mount namespace here: {plain.stderr.strip()}")
    assert "ImportError" in plain.stderr
    drawn = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{hide}{sys.executable} -c "{DRAW}"'], capture_output=True, text=True
    )
    assert drawn.returncode == 0, drawn.stderr
    assert drawn.stdout.startswith("Surface(8, 8")
    assert drawn.stderr == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF libraries are for Linux")
def test_stub_defines_every_symbol_as_a_function_that_returns_zero(tmp_path):
    machine = glstub.MACHINES[os.uname().machine]
    path = tmp_path / "stub.so"
    path.write_bytes(glstub.stub_library("libVortexTest.so.1", ["glFirst", "glSecond", "eglThird"], machine))
    library = ctypes.CDLL(str(path))
    assert [library.glFirst(), library.glSecond(), library.eglThird()] == [0, 0, 0]
    with pytest.raises(AttributeError):
        library.glFourth  # noqa: B018


def test_names_are_found_in_a_binary():
    assert glstub.gl_names(b"x\0glClear\0glossy\0eglGetError\0\0glXMake\0") == ["eglGetError", "glClear", "glXMake"]
