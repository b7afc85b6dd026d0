"""The examples of docs/judging.md run, one after the other, on tiny models in folders of the names that it gives."""

import re
from pathlib import Path

import numpy as np
import pytest
from factories import eyes
from factories.characters import draw_character
from PIL import Image

from vortex.core.settings import load_settings
from vortex.engines.image.drawn import DrawnImage
from vortex.media.sound import Sound

TEXT = (Path(__file__).parents[2] / "docs/judging.md").read_text(encoding="utf8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.S)


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("transformers")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    eyes.save_clip(tmp_path / "clip-vit-base-patch32", eyes.train_clip())
    eyes.save_clip(tmp_path / "clip-vit-large-patch14", eyes.make_clip(width=48, dims=24))
    eyes.save_whisper(tmp_path / "whisper-small")
    eyes.save_wav2vec2(tmp_path / "wav2vec2-base-960h")
    for name in ("mila", "bruno", "zip", "rex"):
        (tmp_path / name).mkdir()
        for pose in range(8):
            Image.fromarray(draw_character(name, pose, alpha=True)).save(tmp_path / name / f"{pose}.png")
    Image.fromarray(draw_character("mila", 0)).save(tmp_path / "new.png")
    texts, pictures = eyes.colored_pictures(5_001, 40)
    noise = np.random.default_rng(1).normal(0, 0.1, 3 * 16000).astype(np.float32)
    given = {
        "pairs": [(text, picture[None]) for text, picture in zip(texts, pictures, strict=True)],
        "sound": Sound(noise, 16000), "painter": DrawnImage(),
    }  # fmt: skip
    for block in BLOCKS:
        exec(compile(block, "docs/judging.md", "exec"), given)
    told = capsys.readouterr().out
    assert "True" in told
    assert "of 2 pictures kept, 8 made" in told
    assert (tmp_path / "mila" / "learnt.json").is_file()


def test_the_settings_of_the_guide_are_those_there_are() -> None:
    named = set(re.findall(r"`((?:sight|hearing)\.[a-z_]+)`", TEXT))
    settings = load_settings({}, files=[]).settings
    known = {f"{section}.{key}" for section in ("sight", "hearing") for key in getattr(settings, section).__slots__}
    assert named == known
