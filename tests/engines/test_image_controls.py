"""ControlNets: one, several, none; for the right model; and what they look at."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import pictures
from factories.weights import write_json
from picture_room import QUIET, ask, engine_of, room_of
from PIL import Image, ImageDraw

from vortex.core.errors import EngineError, ModelError
from vortex.core.settings import RuntimeSettings
from vortex.engines.image.base import Control, Pixels
from vortex.engines.image.controls import find_edges, is_line_drawing, mode_of, read_guide, read_picture
from vortex.engines.image.diffusion import DiffusionImage
from vortex.runtime.room import EngineRoom

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytestmark = [*QUIET]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    pictures.save_sdxl(root / "sdxl")
    pictures.save_flux(root / "flux", guidance_embeds=True)
    pictures.save_sdxl_control(root / "sdxl-canny", seed=1)
    pictures.save_sdxl_control(root / "sdxl-depth", seed=2)
    pictures.save_flux_control(root / "flux-union")
    (root / "sdxl.yaml").write_text("controls: {canny: sdxl-canny, depth: sdxl-depth, openpose: flux-union}\n")
    (root / "flux.yaml").write_text("controls: {canny: flux-union, depth: flux-union, openpose: sdxl-canny}\n")
    return root


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "house.png"
    picture = Image.new("RGB", (64, 48), (90, 140, 220))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 20, 50, 44), fill=(200, 60, 40))
    draw.ellipse((4, 4, 16, 16), fill=(250, 240, 90))
    picture.save(file)
    return file


@pytest.fixture(params=["sdxl", "flux"])
def engine(request: pytest.FixtureRequest, models: Path) -> DiffusionImage:
    return engine_of(models / request.param, lora_registry=str(models / f"{request.param}.yaml"))


def paint(engine: DiffusionImage, *controls: Control, **how: Any) -> Pixels:
    return engine.generate(ask(controls=controls, **how)).pixels


def test_they_guide_as_much_as_is_asked(engine: DiffusionImage, house: Path) -> None:
    base = paint(engine).astype(int)
    changes = [np.abs(paint(engine, Control("depth", house, scale)) - base).mean() for scale in (0.0, 1e-6, 0.05, 1.0)]
    assert changes[0] == 0
    # Noise is the same with and without a control, so that a scale near 0 gives nearly the same picture.
    assert changes[1] < 0.05
    assert changes[1] < changes[2] < changes[3]
    assert np.array_equal(paint(engine), base)


def test_several_work_together(engine: DiffusionImage, house: Path) -> None:
    canny, depth = Control("canny", house, 0.5), Control("depth", house, 0.5)
    made = engine.generate(ask(controls=(canny, depth)))
    assert made.model.endswith(" + canny 0.5 + depth 0.5")
    singles = [paint(engine, each) for each in (canny, depth)]
    assert all(not np.array_equal(made.pixels, each) for each in singles)
    assert np.array_equal(made.pixels, paint(engine, canny, depth))


def test_they_guide_what_begins_from_a_picture(engine: DiffusionImage, house: Path) -> None:
    how: dict[str, Any] = {"start": house, "strength": 0.8, "num_inference_steps": 4}
    heard: list[float] = []
    guided = engine.generate(ask(controls=(Control("depth", house),), **how), heard.append).pixels
    assert not np.array_equal(guided, paint(engine, **how))
    # Of four steps at 0.8, Stable Diffusion XL makes three and Flux four.
    assert len(heard) in (3, 4)
    assert heard == pytest.approx([(number + 1) / len(heard) for number in range(len(heard))])


def test_they_are_leased_beside_the_model_and_given_back(models: Path, house: Path) -> None:
    with room_of() as room:
        engine = engine_of(models / "sdxl", room, lora_registry=str(models / "sdxl.yaml"))
        held: list[int] = []
        engine.generate(ask(controls=(Control("depth", house),)), lambda _: held.append(len(room.residency.held())))
        assert held == [2, 2]
        assert {each.leases for each in room.residency.placements()} == {0}
        engine.close()
        assert room.residency.held() == {}


@pytest.mark.parametrize("name", ["sdxl", "flux"])
def test_blocks_that_come_one_by_one_are_guided_as_the_whole_is(models: Path, house: Path, name: str) -> None:
    how: dict[str, Any] = {"controls": (Control("depth", house), Control("canny", house, 0.5))}
    registry = str(models / f"{name}.yaml")
    plain = engine_of(models / name, lora_registry=registry)
    needs = [
        (way.footprint.weights_bytes + way.footprint.activation_bytes) * 1.05
        for way in plain._model.ways("float32", "cpu")[1:]
    ]
    # Room for the blocks and the two ControlNets, not for the whole beside them.
    with room_of(sum(needs) / 2 / 0.9e9) as room:
        blocks = engine_of(models / name, room, lora_registry=registry)

        def cancel(share: float) -> None:
            raise KeyboardInterrupt

        for request in (ask(), ask(**how), ask(**how, start=house)):
            with pytest.raises(KeyboardInterrupt):
                blocks.generate(request, cancel)
            made = blocks.generate(request)
            assert made.way == "float32, a block at a time"
            assert np.array_equal(made.pixels, plain.generate(request).pixels)


def test_one_for_another_model_is_refused_naming_both(models: Path, house: Path, tmp_path: Path) -> None:
    pose = Control("openpose", house)
    sdxl = engine_of(models / "sdxl", lora_registry=str(models / "sdxl.yaml"))
    with pytest.raises(
        ModelError, match=r"flux-union: is a FluxControlNetModel; openpose for .*sdxl .*ControlNetModel"
    ):
        paint(sdxl, pose)
    flux = engine_of(models / "flux", lora_registry=str(models / "flux.yaml"))
    with pytest.raises(ModelError, match=r"sdxl-canny: is a ControlNetModel; openpose for .*flux"):
        paint(flux, pose)
    write_json(tmp_path / "other/config.json", {"_class_name": "ControlNetModel", "cross_attention_dim": 768})
    (tmp_path / "r.yaml").write_text("controls: {depth: other}")
    other = engine_of(models / "sdxl", lora_registry=str(tmp_path / "r.yaml"))
    with pytest.raises(ModelError, match=r"other: was made for cross_attention_dim 768; .*sdxl .* has 64"):
        paint(other, Control("depth", house))


def test_the_one_that_is_meant_is_named_where_none_is_there(models: Path, house: Path) -> None:
    with pytest.raises(ModelError, match=r"vortex models pull diffusers/controlnet-canny-sdxl-1\.0"):
        paint(engine_of(models / "sdxl"), Control("canny", house))

    def find(name: str) -> Path:
        return models / {"diffusers/controlnet-canny-sdxl-1.0": "sdxl-canny"}[name]

    stored = engine_of(models / "sdxl", EngineRoom(RuntimeSettings("cpu"), find))
    registered = engine_of(models / "sdxl", lora_registry=str(models / "sdxl.yaml"))
    assert np.array_equal(paint(stored, Control("canny", house)), paint(registered, Control("canny", house)))


def test_wrong_requests_are_refused(models: Path, house: Path, tmp_path: Path) -> None:
    engine = engine_of(models / "sdxl", lora_registry=str(models / "sdxl.yaml"))
    with pytest.raises(EngineError, match="scale of the control canny = 3 must lie between 0 and 2"):
        paint(engine, Control("canny", house, 3.0))
    with pytest.raises(EngineError, match="no kind of control named 'scribble'; there are: openpose, depth, canny"):
        paint(engine, Control("scribble", house))  # type: ignore[arg-type]
    broken = tmp_path / "broken.png"
    broken.write_bytes(house.read_bytes()[:60])
    with pytest.raises(EngineError, match=r"broken\.png: cannot be read as a picture"):
        paint(engine, Control("depth", broken))


def test_edges_are_found_where_they_are(house: Path) -> None:
    pixels = np.asarray(Image.open(house).resize((256, 192), Image.Resampling.NEAREST))
    edges = find_edges(pixels)
    assert edges.shape == pixels.shape
    assert set(np.unique(edges)) == {0, 255}
    lines = edges[..., 0] > 0
    # The box spans 80 to 203 across and 80 to 179 down; its sides are lines of about one pixel.
    assert lines[100:160, 76:84].any(axis=1).all()
    assert lines[100:160, 76:84].sum() <= 2 * 60
    assert lines[76:84, 100:180].any(axis=0).all()
    assert not lines[100:160, 100:180].any()
    assert is_line_drawing(edges)
    assert not is_line_drawing(pixels)


def test_faint_noise_has_no_edges_and_a_ramp_none() -> None:
    random = np.random.default_rng(0)
    assert not find_edges(random.normal(120, 3, (64, 64, 3)).astype(np.uint8)).any()
    ramp = np.repeat(np.linspace(0, 255, 128)[None, :, None], 96, axis=0).repeat(3, axis=2).astype(np.uint8)
    assert not find_edges(ramp).any()


def test_weak_edges_stay_only_beside_strong_ones() -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    # One line whose contrast fades, and one that is weak from end to end.
    pixels[:, 32:] = np.linspace(200, 40, 64).astype(np.uint8)[:, None, None]
    alone = np.zeros((64, 64, 3), np.uint8)
    alone[:, 32:] = 40
    assert (find_edges(pixels)[2:-2, 28:36, 0] > 0).any(axis=1).all()
    assert not find_edges(alone).any()


def test_a_photo_for_canny_is_turned_into_edges_and_that_is_said(house: Path, tmp_path: Path) -> None:
    guide, notes = read_guide(Control("canny", house), 64, 48)
    assert is_line_drawing(guide.pixels)
    assert notes == ("The edges of house.png were found first; it is no drawing of white lines on black.",)
    file = tmp_path / "lines.png"
    Image.fromarray(guide.pixels).save(file)
    again, said = read_guide(Control("canny", file), 64, 48)
    assert np.array_equal(again.pixels, guide.pixels)
    assert said == ()
    assert np.array_equal(read_guide(Control("depth", house), 64, 48)[0].pixels, np.asarray(Image.open(house)))


def test_a_photo_is_turned_the_way_its_camera_was_held(tmp_path: Path) -> None:
    file = tmp_path / "turned.jpg"
    picture = Image.new("RGB", (48, 64), "black")
    picture.paste("white", (0, 0, 48, 8))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(file, exif=exif, quality=95)
    pixels, notes = read_picture(file, 64, 48)
    assert notes == ()
    assert pixels[:, -4:].mean() > 200
    assert pixels[:, :4].mean() < 50


def test_a_union_is_told_which_kind_is_meant() -> None:
    class Net:
        class config:
            num_mode = 10

    class Single:
        class config:
            num_mode = None

    assert [mode_of(Net, kind) for kind in ("canny", "depth", "openpose")] == [0, 2, 4]
    assert mode_of(Single, "canny") is None


def test_a_union_guides_by_the_kind(models: Path, house: Path, tmp_path: Path) -> None:
    from diffusers import FluxControlNetModel

    torch.manual_seed(3)
    union = FluxControlNetModel(**pictures.FLUX_WIDTHS, num_mode=10)
    for parameter in union.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.3)
    union.save_pretrained(tmp_path / "union")
    (tmp_path / "r.yaml").write_text("controls: {depth: union, openpose: union}")
    engine = engine_of(models / "flux", lora_registry=str(tmp_path / "r.yaml"))
    depth, pose = (paint(engine, Control(kind, house)) for kind in ("depth", "openpose"))  # type: ignore[arg-type]
    both = paint(engine, Control("depth", house), Control("openpose", house))
    assert len({each.tobytes() for each in (depth, pose, both)}) == 3
