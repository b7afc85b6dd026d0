"""Sight by CLIP: what is judged by two models, how scores become chances, and who is not believed."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from factories import eyes

from vortex.core.errors import ConfigError, EngineError, ModelError, VortexError
from vortex.core.settings import RuntimeSettings, SightSettings
from vortex.engines.sight.calibration import FILE_NAME, Calibration, fit_calibration, separation
from vortex.engines.sight.clip import VIT_B_32, VIT_L_14, ClipSight
from vortex.engines.sight.ensemble import Pair
from vortex.engines.sight.identity import DINOV2_BASE
from vortex.engines.sight.intake import Intake
from vortex.engines.sight.keyframes import keyframes
from vortex.engines.sight.pairs import read_pairs
from vortex.engines.sight.selfcheck import plain_pictures
from vortex.engines.sight.siglip import BASE
from vortex.runtime.pipelines import NetworkMover
from vortex.runtime.room import EngineRoom
from vortex.studio import Studio

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny CLIP that was trained until it sees."""
    return eyes.save_clip(tmp_path_factory.mktemp("models") / "seeing", eyes.train_clip())


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of another size with random weights."""
    return eyes.save_clip(tmp_path_factory.mktemp("models") / "blind", eyes.make_clip(width=48, dims=24, seed=1))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[EngineRoom]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with EngineRoom(RuntimeSettings("cpu"), Path) as here:
        yield here


def clip(room: EngineRoom, model: Path, large: Path | None = None) -> ClipSight:
    return ClipSight.from_room(SightSettings("clip", str(model), str(large or "")), room)


def pairs(seed: int, count: int) -> list[Pair]:
    texts, pictures = eyes.colored_pictures(seed, count)
    return [(text, picture[None]) for text, picture in zip(texts, pictures, strict=True)]


def test_sizes_of_the_published_models() -> None:
    """What the specifications say is what the true shapes weigh."""
    from transformers import CLIPConfig, CLIPModel, Dinov2Config, Dinov2Model, SiglipConfig, SiglipModel

    large = {
        "text_config": {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12},
        "vision_config": {
            "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
            "patch_size": 14,
        },
        "projection_dim": 768,
    }  # fmt: skip
    with torch.device("meta"):
        networks = (
            (VIT_B_32, CLIPModel(CLIPConfig())),
            (VIT_L_14, CLIPModel(CLIPConfig(**large))),
            (BASE, SiglipModel(SiglipConfig(text_config={"bos_token_id": 1, "eos_token_id": 1}))),
            (DINOV2_BASE, Dinov2Model(Dinov2Config(image_size=518, patch_size=14))),
        )
    for spec, network in networks:
        count = sum(each.numel() for each in network.parameters())
        assert (spec.needed_bytes("float32"), spec.needed_bytes("float16")) == (4 * count, 2 * count)


def test_a_model_that_sees_passes_its_check_and_can_be_calibrated(room: EngineRoom, seeing: Path) -> None:
    sight = clip(room, seeing)
    assert sight.self_checks()[0].passed
    assert not sight.compare("a red square", plain_pictures()[1][:1]).is_calibrated
    (fitted,) = sight.calibrate(pairs(5_001, 60))
    assert fitted.origin == "fitted"
    texts, pictures = eyes.colored_pictures(5_002, 40)
    shown = zip(texts, pictures, strict=True)
    matching = [sight.compare(text, picture[None]) for text, picture in shown]
    swapped = [
        sight.compare(text, picture[None]).score
        for text, other, picture in zip(texts, texts[::-1], pictures[::-1], strict=True)
        if text != other
    ]
    assert all(each.is_calibrated for each in matching)
    assert np.mean([each.score > 0.5 for each in matching]) > 0.85
    assert np.mean(np.array(swapped) < 0.5) > 0.7


def test_scores_are_chances(room: EngineRoom, seeing: Path) -> None:
    """Of pairs that were not fitted to, as many match as their scores say."""
    sight = clip(room, seeing)
    sight.calibrate(pairs(5_001, 60))
    texts, pictures = eyes.colored_pictures(5_003, 60)
    cosines = sight.embed_texts(texts) @ sight.embed_pictures(pictures).T
    map_ = sight._judges[0].calibration
    scores = np.vectorize(map_.score)(cosines)
    same = np.array([[one == other for other in texts] for one in texts])
    weight = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    sure = scores > 0.8
    assert (weight * same)[sure].sum() / weight[sure].sum() > 0.75
    unlikely = scores < 0.2
    assert (weight * same)[unlikely].sum() / weight[unlikely].sum() < 0.25


def test_random_weights_are_refused_a_map(room: EngineRoom, blind: Path) -> None:
    sight = clip(room, blind)
    assert not sight.self_checks()[0].passed
    with pytest.raises(EngineError, match=r"stand out by .* at least 4 are needed"):
        sight.calibrate(pairs(5_001, 60))


def test_a_map_is_kept_with_its_weights(room: EngineRoom, seeing: Path, tmp_path: Path) -> None:
    (fitted,) = clip(room, seeing).calibrate(pairs(5_001, 60))
    again = clip(room, seeing)
    assert again._judges[0].calibration == fitted
    assert again.compare("a red square", plain_pictures()[1][:1]).is_calibrated
    assert not (seeing / FILE_NAME).exists()
    (kept,) = (tmp_path / "cache" / "vortex" / "sight").iterdir()
    assert json.loads(kept.read_text())["weights"] == kept.stem


def test_a_map_beside_weights_goes_first_unless_it_is_anothers(
    room: EngineRoom, blind: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = eyes.save_clip(tmp_path / "model", eyes.train_clip())
    sight = clip(room, model)
    (fitted,) = sight.calibrate(pairs(5_001, 60), beside_weights=True)
    assert (model / FILE_NAME).is_file()
    assert clip(room, model)._judges[0].calibration == fitted
    copy = tmp_path / "copy"
    copy.mkdir()
    for each in blind.iterdir():
        (copy / each.name).write_bytes(each.read_bytes())
    (copy / FILE_NAME).write_bytes((model / FILE_NAME).read_bytes())
    assert clip(room, copy)._judges[0].calibration.origin == "assumed"
    assert "was fitted to other weights" in caplog.text
    (copy / FILE_NAME).write_text("{}")
    with pytest.raises(ModelError, match="no record of a model"):
        clip(room, copy).compare("a cat", plain_pictures()[1][:1])


@pytest.mark.parametrize(
    "value", [{"slope": "steep"}, {"slope": -3}, {"slope": float("nan")}, {"midpoint": 7}, {"num_pairs": None}]
)
def test_a_map_that_makes_no_sense_is_named(room: EngineRoom, tmp_path: Path, value: dict[str, object]) -> None:
    model = eyes.save_clip(tmp_path / "model", eyes.train_clip())
    clip(room, model).calibrate(pairs(5_001, 60), beside_weights=True)
    known = json.loads((model / FILE_NAME).read_text())
    known["calibration"] |= value
    (model / FILE_NAME).write_text(json.dumps(known))
    with pytest.raises(ModelError, match="makes no sense"):
        clip(room, model).compare("a cat", plain_pictures()[1][:1])


def test_a_cache_that_cannot_be_written_is_no_hindrance(
    seeing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with EngineRoom(RuntimeSettings("cpu"), Path) as room:
        assert clip(room, seeing).self_checks()[0].passed
        with pytest.raises(ModelError, match="cannot be written"):
            clip(room, seeing).calibrate(pairs(5_001, 60))
    assert "has to be asked again next time" in caplog.text


def test_where_one_model_fits_each_is_loaded_once(
    seeing: Path, blind: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    sizes = [sum(each.stat().st_size for each in folder.glob("*.safetensors")) for folder in (seeing, blind)]
    activations = 4 * 16 * 17 * (10 * 48 + 2 * 4 * 17)
    limit = (max(sizes) + activations) * 1.15 / 1e9
    loads: list[str] = []
    original = NetworkMover.load
    monkeypatch.setattr(
        NetworkMover, "load", lambda self, *given: loads.append(self.folder.name) or original(self, *given)
    )
    with EngineRoom(RuntimeSettings("cpu", limit * 0.99, limit), Path) as room:
        found = clip(room, seeing, blind).compare("a red square", plain_pictures()[1][:2])
        assert len(room.residency.held()) == 1
    assert loads == ["seeing", "blind"]
    assert len(found.per_model) == 2


def test_two_models_are_weighed_and_doubted_where_they_differ(room: EngineRoom, seeing: Path, blind: Path) -> None:
    both = clip(room, seeing, blind)
    assert both.version == "1: 0.4 × seeing + 0.6 × blind"
    assert clip(room, seeing).version == "1: seeing alone"
    outliers = 0
    for text, frames in pairs(5_004, 12):
        found = both.compare(text, frames)
        small, large = found.per_model
        assert found.score == pytest.approx(0.4 * small + 0.6 * large)
        assert found.is_outlier == (abs(small - large) > 0.15)
        assert found.embedding.shape == (16,)
        assert not found.is_calibrated
        outliers += found.is_outlier
    assert outliers


def test_the_self_check_is_asked_once(room: EngineRoom, seeing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = clip(room, seeing).self_checks()
    monkeypatch.setattr("vortex.engines.sight.ensemble.self_check", pytest.fail)
    assert clip(room, seeing).self_checks() == asked


def test_broken_weights_are_named(room: EngineRoom, tmp_path: Path) -> None:
    network = eyes.make_clip()
    torch.nn.init.constant_(network.visual_projection.weight, float("nan"))
    with pytest.raises(ModelError, match="not finite"):
        clip(room, eyes.save_clip(tmp_path / "nan", network)).embed_pictures(plain_pictures()[1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("preprocessor_config.json", None),
        ("preprocessor_config.json", "{}"),
        ("vocab.json", None),
        ("config.json", "{}"),
    ],
)
def test_a_folder_that_lacks_something_is_refused(
    room: EngineRoom, tmp_path: Path, name: str, text: str | None
) -> None:
    model = eyes.save_clip(tmp_path / "model")
    (model / name).unlink() if text is None else (model / name).write_text(text)
    with pytest.raises(ModelError, match=str(model)):
        clip(room, model).compare("a cat", plain_pictures()[1][:1])


def test_a_folder_as_it_was_published_says_the_same(room: EngineRoom, tmp_path: Path) -> None:
    """OpenAI's folders hold numbers of places as tensors, and a configuration that names a wrong last token."""
    from safetensors.torch import load_file, save_file

    new, old = eyes.save_clip(tmp_path / "new"), eyes.save_clip(tmp_path / "old")
    tensors = load_file(old / "model.safetensors")
    tensors["text_model.embeddings.position_ids"] = torch.arange(77)[None]
    tensors["vision_model.embeddings.position_ids"] = torch.arange(17)[None]
    save_file(tensors, old / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((old / "config.json").read_text())
    config["text_config"] |= {"bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}
    config |= {"text_config_dict": None, "vision_config_dict": None, "torch_dtype": "float32"}
    (old / "config.json").write_text(json.dumps(config))
    wanted, found = (clip(room, each).embed_texts(["a cat", "a red square on the mat"]) for each in (new, old))
    assert np.array_equal(found, wanted)


def test_a_network_that_does_not_see_is_refused(room: EngineRoom, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'dinov2' is none of clip, siglip"):
        clip(room, eyes.save_dinov2(tmp_path / "dinov2")).embed_texts(["a cat"])


@pytest.mark.parametrize("save", [eyes.save_clip, eyes.save_siglip, eyes.save_dinov2])
@pytest.mark.parametrize("size", [(40, 64), (300, 200), (224, 224), (7, 90)])
def test_pictures_are_taken_in_as_the_library_does(save: object, size: tuple[int, int], tmp_path: Path) -> None:
    from transformers import AutoImageProcessor

    model = save(tmp_path / "model")  # type: ignore[operator]
    frames = np.random.default_rng(1).integers(0, 256, (2, *size, 3), dtype=np.uint8)
    wanted = AutoImageProcessor.from_pretrained(model, backend="pil")(list(frames), return_tensors="np")["pixel_values"]
    assert np.abs(Intake.read(model).take(frames) - wanted).max() < 1e-5


def test_keyframes_are_spread_evenly() -> None:
    frames = np.arange(100, dtype=np.uint8).reshape(100, 1, 1, 1)
    assert keyframes(frames).ravel().tolist() == [10, 30, 50, 70, 90]
    assert keyframes(frames[:5]).ravel().tolist() == [0, 1, 2, 3, 4]
    assert keyframes(frames[:6]).ravel().tolist() == [0, 1, 3, 4, 5]


def test_a_map_recovers_the_one_that_made_the_pairs() -> None:
    """Two normal clouds of equal spread have a logistic chance: slope (a - b) / variance, midpoint (a + b) / 2."""
    dice = np.random.default_rng(3)
    cosines = dice.normal(0.20, 0.03, (400, 400))
    cosines[np.diag_indices(400)] = dice.normal(0.30, 0.03, 400)
    found = fit_calibration(cosines)
    assert found.slope == pytest.approx(0.10 / 0.03**2, rel=0.15)
    assert found.midpoint == pytest.approx(0.25, abs=0.005)


def test_pairs_that_are_told_apart_entirely_do_not_make_a_step() -> None:
    cosines = np.full((30, 30), 0.2) + np.random.default_rng(1).normal(0, 1e-3, (30, 30))
    cosines[np.diag_indices(30)] += 0.1
    found = fit_calibration(cosines)
    assert 0.9 < found.score(0.3) < 1
    assert 0 < found.score(0.2) < 0.1


def test_too_few_pairs_are_refused() -> None:
    with pytest.raises(EngineError, match="19 pairs: at least 20"):
        fit_calibration(np.eye(19))


def test_separation_of_chance_is_near_zero_with_spread_one() -> None:
    dice = np.random.default_rng(2)
    found = [separation(dice.normal(size=(10, 10)) + dice.normal(size=10) * 5) for _ in range(400)]
    assert abs(np.mean(found)) < 0.2
    assert np.std(found) == pytest.approx(1, abs=0.12)
    assert max(found) < 4
    assert separation(np.eye(10)) == pytest.approx(9)
    assert separation(np.ones((10, 10))) == 0


def test_a_map_is_monotone_and_bounded() -> None:
    scores = [Calibration(100.0, 0.235, "assumed").score(each) for each in (-1, 0.1, 0.235, 0.3, 1)]
    assert scores == sorted(scores)
    assert scores[2] == 0.5
    assert min(scores) >= 0
    assert max(scores) <= 1


def test_pairs_are_read_from_a_file(tmp_path: Path) -> None:
    found = read_pairs(eyes.save_pairs(tmp_path, 3))
    texts, pictures = eyes.colored_pictures(5_001, 3)
    assert [text for text, _ in found] == texts
    assert np.array_equal(np.concatenate([picture for _, picture in found]), pictures)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: write a text and a picture"),
        ('{"text": "a"}', "line 2: write a text and a picture"),
        ('{"text": 1, "picture": "pair-0.png"}', "line 2: write a text and a picture"),
        ('{"text": "a", "picture": "pair-0.png", "weight": 1}', "line 2: write a text and a picture"),
        ("[1]", "line 2: write a text and a picture"),
        ('{"text": "a", "picture": "no.png"}', r"line 2: no picture .*no\.png"),
    ],
)
def test_lines_that_are_no_pairs_are_named(tmp_path: Path, line: str, message: str) -> None:
    path = eyes.save_pairs(tmp_path, 1)
    path.write_text(path.read_text() + line)
    with pytest.raises(VortexError, match=message):
        read_pairs(path)
    with pytest.raises(ConfigError, match="no such file"):
        read_pairs(tmp_path / "absent.jsonl")


def test_the_command_calibrates(seeing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = eyes.save_pairs(tmp_path / "pairs", 40)
    named = {"sight.engine": "clip", "sight.model": str(seeing), "runtime.device": "cpu"}
    (fitted,) = Studio(named).calibrate(path).values()
    assert fitted.origin == "fitted"
    assert len(list((tmp_path / "cache" / "vortex" / "sight").iterdir())) == 1
    with pytest.raises(ConfigError, match="it has no scores to fit; set it to clip"):
        Studio({}).calibrate(path)
