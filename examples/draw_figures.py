"""Draw the article's figures: three vector drawings written as SVG and one picture computed from real frames.

The drawings are made here and not by hand, so that a number in the text and the line that shows it have one source.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FIGURES = Path(__file__).parent / "figures"
INK, SOFT, PAPER = "#22303c", "#5f6d7a", "#ffffff"
BLUE, ORANGE, GREEN = "#2563a8", "#d9622b", "#2f8a5b"
WIDTH, HEIGHT, STEP = 320, 180, 4
BLOCK, REACH = 16, 8


def svg(width: int, height: int, *shapes: str) -> str:
    """Wrap shapes into an SVG document."""
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="DejaVu Sans, Libertinus Serif, sans-serif">\n{body}\n</svg>\n'
    )


def text(x: float, y: float, words: str, size: int = 15, fill: str = INK, anchor: str = "middle") -> str:
    """Return a line of text whose baseline is at ``y``."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">{words}</text>'


def box(x: float, y: float, width: float, height: float, fill: str = PAPER, stroke: str = INK) -> str:
    """Return a rectangle with slightly rounded corners."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="1.5"/>'
    )


def disc(x: float, y: float, radius: float, fill: str) -> str:
    """Return a filled circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def strip() -> str:
    """Draw eight frames of a falling ball over their times in milliseconds."""
    shapes, width, height, gap = [], 82, 120, 10
    for i in range(8):
        x = 12 + i * (width + gap)
        shapes += [box(x, 14, width, height), f'<path d="M{x:g} 124 h{width}" stroke="{SOFT}" stroke-width="1.5"/>']
        shapes += [disc(x + width / 2, 28 + 84 * (i / 7) ** 2, 10, ORANGE), text(x + width / 2, 156, f"{i + 1}")]
        shapes.append(text(x + width / 2, 178, f"{1000 * i / 24:.0f} ms", 13, SOFT))
    return svg(750, 190, *shapes)


def chroma() -> str:
    """Draw a block of pixels apart into its brightness values and its shared colour values."""
    shapes, cell = [], 44
    for row in range(4):
        for column in range(4):
            x, y = column * cell, 34 + row * cell
            shapes += [box(20 + x, y, cell, cell, "#eef1f4"), disc(20 + x + cell / 2, y + cell / 2, 9, INK)]
    for row in range(2):
        for column in range(2):
            for left, colour in ((270, BLUE), (520, ORANGE)):
                x, y = left + column * 2 * cell, 34 + row * 2 * cell
                shapes += [box(x, y, 2 * cell, 2 * cell, "#eef1f4"), disc(x + cell, y + cell, 13, colour)]
    for x, name, count in ((108, "brightness", 16), (358, "blueness", 4), (608, "redness", 4)):
        shapes += [text(x, 22, name), text(x, 234, f"{count} values", 14, SOFT)]
    shapes += [text(233, 128, "+", 24), text(483, 128, "+", 24)]
    return svg(716, 246, *shapes)


def arrow(start: tuple[float, float], end: tuple[float, float], rise: float) -> str:
    """Return a curved arrow from ``start`` to ``end`` whose control points stand ``rise`` above the higher of them."""
    (x, y), (to_x, to_y) = start, end
    way, top = (1 if to_x > x else -1), min(y, to_y) - rise
    return (
        f'<path d="M{x:g} {y:g} C{x + way * 8:g} {top:g} {to_x - way * 14:g} {top:g} {to_x:g} {to_y - 6:g}" '
        f'fill="none" stroke="{SOFT}" stroke-width="2"/>'
        f'<path d="M{to_x:g} {to_y:g} l-5 -10 l10 0 z" fill="{SOFT}" '
        f'transform="rotate({-way * 10} {to_x:g} {to_y:g})"/>'
    )


def group() -> str:
    """Draw a group of seven frames with an arrow to each from what it is copied from."""
    kinds, width, gap = "IBBPBBP", 78, 22
    colours = {"I": BLUE, "P": GREEN, "B": ORANGE}
    sizes = {"I": 92, "P": 62, "B": 34}
    centre = [14 + width / 2 + i * (width + gap) for i in range(7)]
    shapes = []
    for i, kind in enumerate(kinds):
        tall = sizes[kind]
        shapes.append(box(centre[i] - width / 2, 222 - tall, width, tall, colours[kind], colours[kind]))
        shapes += [
            text(centre[i], 222 - tall / 2 + 7, kind, 20, PAPER),
            text(centre[i], 246, f"frame {i + 1}", 13, SOFT),
        ]
    head = [218 - sizes[kind] for kind in kinds]
    for anchor, target in ((0, 3), (3, 6)):
        shapes.append(arrow((centre[target] - 10, head[target]), (centre[anchor] + 12, head[anchor]), 96))
        for between in (anchor + 1, anchor + 2):
            shapes.append(arrow((centre[between] - 8, head[between]), (centre[anchor] + 26, head[anchor]), 48))
            shapes.append(arrow((centre[between] + 8, head[between]), (centre[target] - 26, head[target]), 48))
    return svg(716, 258, *shapes)


def frame(index: int) -> NDArray[np.uint8]:
    """Return one frame of the little film: a ball that flies over hills.

    Args:
        index: Frame number from 0; the ball advances by ``STEP`` pixels a frame.

    Returns:
        Brightness, ``HEIGHT`` rows by ``WIDTH`` columns.
    """
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    cloud = np.sin(x / 19 + 2 * np.sin(y / 23)) * np.sin(y / 13 + x / 47)
    picture = 205 - 0.4 * y + 16 * cloud
    for base, high, wave, shade in ((120, 16, 61, 150), (142, 12, 37, 112), (162, 8, 23, 74)):
        ground = base + high * np.sin(x / wave + base)
        picture = np.where(y > ground, shade + 5 * np.sin(x / 3.1) * np.sin(y / 2.3), picture)
    centre_x, centre_y = 40 + STEP * index % (WIDTH - 80), 76 - index // 2
    distance = np.hypot(x - centre_x, y - centre_y)
    ball = 60 + 4 * np.clip(36 - np.hypot(x - centre_x + 10, y - centre_y + 10), 0, 36)
    edge = np.clip(30.5 - distance, 0, 1)
    return np.clip(picture * (1 - edge) + ball * edge, 0, 255).astype(np.uint8)


def compensated(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return what remains of ``after`` when every block is copied from the best place in ``before``.

    Args:
        before: Brightness of the earlier frame.
        after: Brightness of the later frame, of the same shape.

    Returns:
        Signed rest for every pixel.
    """
    padded = np.pad(before.astype(np.int16), REACH, mode="edge")
    rest = np.zeros(after.shape, np.int16)
    for top in range(0, after.shape[0], BLOCK):
        for left in range(0, after.shape[1], BLOCK):
            block = after[top : top + BLOCK, left : left + BLOCK].astype(np.int16)
            tall, wide = block.shape
            rests = (
                block - padded[top + dy : top + dy + tall, left + dx : left + dx + wide]
                for dy in range(2 * REACH + 1)
                for dx in range(2 * REACH + 1)
            )
            rest[top : top + tall, left : left + wide] = min(rests, key=lambda r: int(np.abs(r).sum()))
    return rest


def motion() -> Image.Image:
    """Paint two frames, their difference and the rest after motion compensation side by side."""
    before, after = frame(20), frame(21)
    plain = np.abs(after.astype(np.int16) - before)
    rest = np.abs(compensated(before, after))
    lit = [np.clip(3 * values, 0, 255).astype(np.uint8) for values in (plain, rest)]
    names = ("frame 20", "frame 21", "plain difference", "after motion compensation")
    sheet = Image.new("L", (2 * 640 + 20, 2 * 424), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=36)
    for i, (values, name) in enumerate(zip((before, after, *lit), names, strict=True)):
        x, y = i % 2 * 660, i // 2 * 424
        sheet.paste(Image.fromarray(values).resize((640, 360), Image.Resampling.BICUBIC), (x, y))
        pen.text((x + 320, y + 386), name, fill=40, font=font, anchor="mm")
    return sheet


def main() -> None:
    """Write all figures beside the article."""
    FIGURES.mkdir(exist_ok=True)
    for name, drawing in (("strip", strip()), ("chroma", chroma()), ("group", group())):
        (FIGURES / f"{name}.svg").write_text(drawing, encoding="utf8")
    motion().save(FIGURES / "motion.png", optimize=True)


if __name__ == "__main__":
    main()
