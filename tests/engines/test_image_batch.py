"""Batches with a filter, characters as data, and Flux schnell by its public name."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import pictures
from picture_room import QUIET, ask, engine_of, room_of

import vortex
from vortex.core.errors import ConfigError, EngineError, MemoryPressureError, ModelError
from vortex.core.settings import ImageSettings
from vortex.engines.image.base import Lora, Picture, PictureRequest, Pixels, Progress
from vortex.engines.image.batch import Judge, generate_batch, with_seeds
from vortex.engines.image.characters import Character, character, read_characters
from vortex.engines.image.registry import NamedLora, Registry
from vortex.engines.image.schnell import load_flux_schnell

pytestmark = [*QUIET]
ROOT = Path(__file__).parents[2]


class Wall:
    """An engine whose pictures are told by their seeds: disks of a size, or nothing at all."""

    name, version, rung = "wall", "1", "embedded"

    def __init__(self, faults: Sequence[int] = (), refused: Sequence[int] = ()) -> None:
        self.faults, self.refused, self.asked = faults, refused, list[int]()

    @classmethod
    def from_room(cls, settings: ImageSettings, room: Any) -> "Wall":
        return cls()

    def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
        self.asked.append(request.seed)
        if request.seed in self.refused:
            raise EngineError(f"seed {request.seed} is refused")
        for share in (0.5, 1.0):
            if progress:
                progress(share)
        down, across = np.mgrid[0:48, 0:64]
        disk = np.hypot(down - 24, across - 32) < 5 + request.seed
        pixels = np.where(disk, 230, 40) if request.seed not in self.faults else np.zeros((48, 64))
        return Picture(np.repeat(pixels[..., None], 3, axis=2).astype(np.uint8), "wall", "drawn")

    def close(self) -> None:
        pass


def lit(request: PictureRequest, pixels: Pixels) -> float:
    return float((pixels > 128).mean())


def test_what_shows_nothing_is_dropped_and_told() -> None:
    batch = generate_batch(Wall(faults=(1, 3)), list(with_seeds(ask(), 5)), keep=5)
    assert [each.request.seed for each in batch.kept] == [0, 2, 4]
    assert [(each.number, each.reason.partition(":")[0]) for each in batch.dropped] == [(1, "black"), (3, "black")]
    assert batch.summary().splitlines()[:2] == [
        "3 of 5 pictures kept",
        "1, seed 1: black: 100.00% of it is darker than 10%",
    ]


def test_the_best_are_kept_and_the_rest_is_told_with_its_place() -> None:
    batch = generate_batch(Wall(), list(with_seeds(ask(), 5)), keep=2, judge=Judge(lit, threshold=0.04))
    assert [each.request.seed for each in batch.kept] == [4, 3]
    assert [each.number for each in batch.dropped] == [0, 1, 2]
    assert batch.dropped[0].reason.endswith("is below 0.040")
    assert batch.dropped[2].reason.endswith("is good, and in place 3, of which 2 are kept")
    assert all(each.score == lit(each.request, each.picture.pixels) for each in batch.kept)


def test_without_a_scorer_the_first_good_ones_are_kept() -> None:
    batch = generate_batch(Wall(faults=(0,)), list(with_seeds(ask(), 4)), keep=2)
    assert [each.number for each in batch.kept] == [1, 2]
    assert batch.dropped[1].reason == "good, and 2 were there before it"
    assert generate_batch(Wall(faults=(0,)), [ask()], 1, Judge(allow_blank=True)).kept[0].score is None


def test_a_score_that_is_no_number_is_not_good() -> None:
    batch = generate_batch(Wall(), [ask()], 1, Judge(lambda *_: float("nan")))
    assert [each.reason for each in batch.dropped] == ["its score nan is below 0.000"]


def test_one_that_cannot_be_made_does_not_end_the_batch_and_one_without_memory_does() -> None:
    batch = generate_batch(Wall(refused=(1,)), list(with_seeds(ask(), 3)), keep=3)
    assert [each.number for each in batch.kept] == [0, 2]
    assert batch.dropped[0].reason == "not made: seed 1 is refused"

    class Full(Wall):
        def generate(self, request: PictureRequest, progress: Progress | None = None) -> Picture:
            raise MemoryPressureError("nothing is free")

    with pytest.raises(MemoryPressureError, match="nothing is free"):
        generate_batch(Full(), [ask()], keep=1)
    with pytest.raises(ConfigError, match="keep = 0"):
        generate_batch(Wall(), [ask()], keep=0)


def test_progress_is_that_of_the_whole_and_cancels_it() -> None:
    heard: list[float] = []
    generate_batch(Wall(), list(with_seeds(ask(), 2)), 2, progress=heard.append)
    assert heard == [0.25, 0.5, 0.75, 1.0]
    wall = Wall()

    def cancel(share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_batch(wall, list(with_seeds(ask(), 3)), 2, progress=cancel)
    assert wall.asked == [0, 1]


def test_a_true_model_that_learnt_nothing_makes_noise_which_is_dropped(tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    engine = engine_of(pictures.save_flux(tmp_path / "flux"))
    batch = generate_batch(engine, list(with_seeds(ask(width=128, height=128), 3)), keep=1)
    assert batch.kept == ()
    assert {each.reason.partition(":")[0] for each in batch.dropped} <= {"noise", "washed out", "empty"}


TABLE = """
ada:
  before: Ada, a small robot
  after: thick outline
  negative: photo
  loras: ["ada:0.8", ink]
  references: [ada.png]
  seed: same
bob: {before: Bob, seed: each}
cat: {seed: 7}
"""


@pytest.fixture
def cast(tmp_path: Path) -> Path:
    (tmp_path / "ada.png").touch()
    (tmp_path / "characters.yaml").write_text(TABLE)
    return tmp_path / "characters.yaml"


def test_a_character_is_in_every_prompt(cast: Path) -> None:
    table = read_characters(cast)
    registry = Registry(
        {name: NamedLora(name, Path(f"{name}.safetensors"), "sdxl", weight=0.3) for name in ("ada", "ink")}
    )
    ada = character(table, "ada")
    assert ada.references == (cast.parent / "ada.png",)
    request = ask("she waves", negative_prompt="blur", loras=(Lora("ink", 1.0),))
    dressed = ada.dress(request, registry)
    assert dressed.prompt == "Ada, a small robot, she waves, thick outline"
    assert dressed.negative_prompt == "blur, photo"
    assert dressed.loras == (Lora("ink", 1.0), Lora("ada", 0.8))
    assert ada.dress(ask("x"), registry).loras == (Lora("ada", 0.8), Lora("ink", 0.3))
    assert replace(dressed, prompt="", negative_prompt="", loras=(), seed=0) == ask("")
    with pytest.raises(EngineError, match="no LoRA named 'ink'"):
        ada.dress(request, Registry())


def test_seeds_follow_the_rule(cast: Path) -> None:
    table = read_characters(cast)
    ada, bob, cat = (table[name] for name in ("ada", "bob", "cat"))
    assert ada.seed_of(ask("one")) == ada.seed_of(ask("two"))
    assert bob.seed_of(ask("one")) != bob.seed_of(ask("two"))
    assert bob.seed_of(ask("one")) == bob.seed_of(ask("one"))
    assert cat.seed_of(ask("one")) == 7
    assert cat.seed_of(ask("one", seed=3)) == 3
    assert ada.seed_of(ask()) != Character("other").seed_of(ask())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ada]", "holds no table of characters"),
        ("ada: robot", "ada holds a str, not a table"),
        ("ada: {prompt: x}", r"unknown key ada\.prompt; known: before, after"),
        ("ada: {seed: often}", r"ada\.seed = 'often'; write same, each, or a number"),
        ("ada: {seed: true}", r"ada\.seed = True"),
        ("ada: {loras: ink}", r"ada\.loras = 'ink'; write a list"),
        ("ada: {references: [no.png]}", r"ada\.references names .*no\.png, which is not there"),
        ("'a b': {}", "a name has letters"),
        ("ada: {", "cannot be read as a table"),
    ],
)
def test_a_table_that_is_wrong_is_told_by_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "characters.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said):
        read_characters(file)
    with pytest.raises(EngineError, match="no character named 'x'; there are: none"):
        character({}, "x")


@pytest.fixture(scope="module")
def schnell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("diffusers")
    # With pixels of eight for one, as published; else 512 x 512 would be sixteen times as many tokens.
    return pictures.save_flux(tmp_path_factory.mktemp("models") / "schnell", decoder_blocks=4)


def test_a_picture_is_written_into_the_buffer_in_place(schnell: Path) -> None:
    torch = pytest.importorskip("torch")
    with vortex.load_flux_schnell("cpu", "none", schnell) as painter:
        buffer = np.zeros((512, 512, 3), np.uint8)
        tensor = torch.zeros(512, 512, 3, dtype=torch.uint8)
        place, home = buffer.ctypes.data, tensor.data_ptr()
        assert painter.generate("a cat", num_inference_steps=1, seed=5, output=buffer) is buffer
        assert painter.generate("a cat", num_inference_steps=1, seed=5, output=tensor) is tensor
        assert (buffer.ctypes.data, tensor.data_ptr()) == (place, home)
        assert buffer.std() > 1
        assert np.array_equal(buffer, tensor.numpy())
        assert painter.last is not None
        assert painter.last.notes == ()
        painter.generate("a cat", "a dog", num_inference_steps=1, guidance_scale=2.0, seed=5)
        assert len(painter.last.notes) == 2
        assert np.array_equal(painter.last.pixels, buffer)


def test_a_buffer_of_another_shape_is_refused_before_anything_is_loaded(schnell: Path) -> None:
    torch = pytest.importorskip("torch")
    room = room_of()
    painter = load_flux_schnell("cpu", model=schnell, room=room)
    sealed = np.zeros((512, 512, 3), np.uint8)
    sealed.flags.writeable = False
    for output, said in (
        (
            np.zeros((512, 256, 3), np.uint8),
            r"output is uint8 of \(512, 256, 3\); schnell writes uint8 of \(512, 512, 3\)",
        ),
        (np.zeros((512, 512, 3), np.float32), "output is float32 of"),
        (torch.zeros(3, 512, 512, dtype=torch.uint8), r"output is uint8 of \(3, 512, 512\)"),
        (sealed, "cannot be written"),
    ):
        with pytest.raises(EngineError, match=said):
            painter.generate("a cat", output=output)
    assert list(room.residency) == []


def test_another_model_is_not_taken_for_schnell(schnell: Path, tmp_path: Path) -> None:
    dev = pictures.save_flux(tmp_path / "dev", guidance_embeds=True)
    with pytest.raises(
        ModelError, match=r"is Flux dev, not Flux schnell; vortex models pull black-forest-labs/FLUX\.1-schnell"
    ):
        load_flux_schnell("cpu", model=dev, room=room_of())
    with pytest.raises(ModelError, match="vortex models pull"):
        load_flux_schnell("cpu", room=room_of())
    with pytest.raises(EngineError, match="no quantization named 'fp4'; there are: none, int8, nf4"):
        load_flux_schnell("cpu", "fp4", schnell, room_of())  # type: ignore[arg-type]


def test_the_public_name_costs_nothing_until_it_is_used() -> None:
    code = "import vortex, sys; print('torch' in sys.modules); vortex.load_flux_schnell; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr
