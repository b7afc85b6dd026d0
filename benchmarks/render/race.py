"""Let Vortex and its peers draw the same shot in turns, as whole processes, and say how they compare."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image

from benchmarks import measure
from benchmarks.measure import Command, Cost
from benchmarks.render import encoder_alone, scene
from benchmarks.result import Bar, Result, Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = HERE.parent / "work"
REMOTION = WORK / "remotion"
VARIANTS: tuple[scene.Variant, ...] = ("moving", "held")
BARS = {"moving": {"manim": 5, "Remotion": 12, "MoviePy": 14}, "held": {"manim": 10, "Remotion": 25, "MoviePy": 30}}
COMPARED_AT_S = 7.3
OWN, ENCODER = "Vortex", "encoder alone"


def film(name: str, variant: str) -> Path:
    """Return where a renderer leaves its film."""
    return WORK / f"{name.lower().replace(' ', '-')}-{variant}.mp4"


def own(variant: scene.Variant) -> Command:
    """Return the command of Vortex itself."""
    return Command((sys.executable, "-m", "benchmarks.render.own", variant, str(film(OWN, variant))), ROOT)


def encoder(variant: scene.Variant) -> Command:
    """Return the command that encodes the ready frames, and make those."""
    frames = WORK / f"frames-{variant}.yuv"
    lossless = WORK / f"lossless-{variant}.mp4"
    subprocess.run([sys.executable, "-m", "benchmarks.render.own", variant, str(lossless), "0"], cwd=ROOT, check=True)
    encoder_alone.dump(lossless, frames)
    output = film(ENCODER, variant)
    return Command((sys.executable, "-m", "benchmarks.render.encoder_alone", str(frames), str(output)), ROOT)


def python_peer(name: str, file: str) -> Callable[[scene.Variant], Command | None]:
    """Return what makes the command of a peer that has a Python of its own."""

    def command(variant: scene.Variant) -> Command | None:
        python = WORK / f"venv-{name.lower()}" / "bin" / "python"
        return Command((str(python), file, variant, str(film(name, variant))), HERE) if python.exists() else None

    return command


def remotion(variant: scene.Variant) -> Command | None:
    """Bundle the shot for Remotion, which is not counted, and return its command."""
    program, browser = REMOTION / "node_modules" / ".bin" / "remotion", shutil.which("chromium")
    if not program.exists() or browser is None:
        return None
    source = REMOTION / variant
    (source / "public").mkdir(parents=True, exist_ok=True)
    scene.write(source / "scene.json", variant)
    shutil.copy(HERE / "peer_remotion.tsx", source / "index.tsx")
    for font in (scene.REGULAR, scene.BOLD, scene.MATHS):
        shutil.copy(font, source / "public")
    bundle = f"bundle-{variant}"
    arguments = [program, "bundle", f"{variant}/index.tsx", f"--public-dir={variant}/public", f"--out-dir={bundle}"]
    subprocess.run(arguments, cwd=REMOTION, check=True, capture_output=True)
    options = (f"--browser-executable={browser}", "--concurrency=2", "--log=error")
    return Command((str(program), "render", bundle, "Shot", str(film("Remotion", variant)), *options), REMOTION)


RACERS: dict[str, Callable[[scene.Variant], Command | None]] = {
    OWN: own,
    ENCODER: encoder,
    "manim": python_peer("manim", "peer_manim.py"),
    "Remotion": remotion,
    "MoviePy": python_peer("MoviePy", "peer_moviepy.py"),
}


def picture(path: Path, seconds: float) -> Image.Image:
    """Return the frame at ``seconds`` in colour, and check that the film has all its frames."""
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        frames = [frame for index, frame in enumerate(opened.decode(stream)) if index == round(seconds * scene.FPS)]
        if stream.frames != scene.SECONDS * scene.FPS or (stream.width, stream.height) != (scene.WIDTH, scene.HEIGHT):
            raise RuntimeError(f"{path.name}: {stream.frames} frames of {stream.width}x{stream.height}, not the shot")
    return frames[0].to_image()


def difference(name: str, variant: str) -> float:
    """Return the mean difference of a film's frame from ours, in levels of 255."""
    ours, theirs = (np.asarray(picture(film(each, variant), COMPARED_AT_S), np.int16) for each in (OWN, name))
    return float(np.abs(theirs - ours).mean())


def contact_sheet(names: Sequence[str], variant: str) -> Path:
    """Put the same moment of every film on one picture, to be compared by eye."""
    sheet = Image.new("RGB", (960 * 2, 540 * -(-len(names) // 2)))
    for index, name in enumerate(names):
        small = picture(film(name, variant), COMPARED_AT_S).resize((960, 540))
        sheet.paste(small, (index % 2 * 960, index // 2 * 540))
    path = WORK / f"render-{variant}.png"
    sheet.save(path)
    return path


def table(variant: str, costs: Mapping[str, Cost]) -> Table:
    """Return what each renderer took, beside ours."""
    rows = []
    for name, cost in costs.items():
        slower = (cost.wall_s / costs[OWN].wall_s, cost.cpu_s / costs[OWN].cpu_s)
        size = film(name, variant).stat().st_size // 1000
        rows.append((name, cost.wall_s, cost.cpu_s, cost.peak_mb, *slower, size, difference(name, variant)))
    columns = ("renderer", "wall s", "CPU s", "peak MB", "× our wall", "× our CPU", "file KB", "difference")
    return Table(f"{variant}: {scene.SECONDS} s of 1080p{scene.FPS}", columns, tuple(rows))


def bars(variant: str, costs: Mapping[str, Cost]) -> list[Bar]:
    """Return the promises that this variant is measured against."""
    ours = costs[OWN]
    kept = [
        Bar(f"{variant}: times faster than {name}", costs[name].wall_s / ours.wall_s, limit)
        for name, limit in BARS[variant].items()
        if name in costs
    ]
    kept.append(Bar(f"{variant}: wall over encoder alone", ours.wall_s / costs[ENCODER].wall_s, 1.2, "at most"))
    if variant == "held":
        kept.append(Bar("held: times real time", scene.SECONDS / ours.wall_s, 10))
    return [*kept, Bar(f"{variant}: peak MB", ours.peak_mb, 260, "at most")]


def run(quick: bool) -> Result:
    """Measure both variants, three rounds each, or one when ``quick``."""
    rounds, tables, kept, missing = 1 if quick else 3, [], [], set()
    WORK.mkdir(exist_ok=True)
    for variant in VARIANTS:
        commands = {name: command(variant) for name, command in RACERS.items()}
        missing |= {name for name, command in commands.items() if command is None}
        present = {name: command for name, command in commands.items() if command is not None}
        costs = {name: measure.median(each) for name, each in measure.interleaved(present, rounds).items()}
        tables.append(table(variant, costs))
        kept += bars(variant, costs)
        contact_sheet(tuple(costs), variant)
        (WORK / f"frames-{variant}.yuv").unlink()
    return Result("Rendering one shot", tuple(tables), tuple(kept), notes(missing), {"rounds": rounds})


def notes(missing: set[str]) -> tuple[str, ...]:
    """Return what a reader has to know to trust the figures."""
    said = [
        "Whole processes from start to film, in turns, medians of the rounds; Remotion's bundle is made before.",
        "Every renderer encodes with its own defaults for H.264; ours is x264 veryfast, crf 20.",
        "In `held` the captions run on: an updater makes manim draw every frame, MoviePy and Remotion always do.",
        "Difference: mean over the frame at 7.3 s against ours, in levels of 255.",
        "The memory of the encoder alone is mostly the file of frames that it maps.",
    ]
    return (*said, *(f"{name} is not installed and was left out; see render/setup.sh." for name in sorted(missing)))
