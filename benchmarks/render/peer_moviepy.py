"""The shot in MoviePy 2: still parts as image clips with moving positions and fades, drawn parts as frame functions.

Run with MoviePy's own interpreter: ``python peer_moviepy.py VARIANT OUTPUT.mp4``. What does not move is painted once
into the background, and what moves is composed over no more than its own rectangle, as the manual advises.
"""

import math
import sys
from collections.abc import Callable

import numpy as np
import scene
from moviepy import CompositeVideoClip, ImageClip, VideoClip
from PIL import Image, ImageDraw, ImageFont

VARIANT, OUTPUT = sys.argv[1], sys.argv[2]
FINE = 2
"""Moving drawings are painted at this factor and reduced, since Pillow does not smooth edges."""


def write_text(pen: ImageDraw.ImageDraw, text: tuple, font: object, fill: str) -> None:
    words, x, baseline, size = text
    pen.text((x, baseline), words, font=ImageFont.truetype(str(font), size), fill=fill, anchor="ls")


def background() -> ImageClip:
    large = Image.new("RGB", (FINE * scene.WIDTH, FINE * scene.HEIGHT), scene.GROUND)
    pen = ImageDraw.Draw(large)
    left, top, right, bottom = (FINE * value for value in scene.PLOT)
    pen.line([(left, top), (left, bottom), (right, bottom)], fill=scene.SOFT, width=3 * FINE)
    points = [scene.curve(i / scene.CURVE_POINTS) for i in range(scene.CURVE_POINTS + 1)]
    pen.line([(FINE * x, FINE * y) for x, y in points], fill=scene.BLUE, width=5 * FINE, joint="curve")
    for a, b in scene.EDGES:
        pen.line([tuple(FINE * v for v in scene.NODES[i]) for i in (a, b)], fill=scene.FAINT, width=4 * FINE)
    for x, y in scene.NODES:
        circle(pen, x, y, scene.NODE_RADIUS, scene.FAINT)
    pen.rounded_rectangle([FINE * v for v in scene.CAPTION_BAR], 16 * FINE, fill=scene.FAINT)
    picture = large.resize((scene.WIDTH, scene.HEIGHT), Image.Resampling.BOX)
    pen = ImageDraw.Draw(picture)
    write_text(pen, scene.TITLE, scene.BOLD, scene.INK)
    write_text(pen, scene.FORMULA, scene.MATHS, scene.INK)
    return ImageClip(np.asarray(picture)).with_duration(scene.SECONDS)


def circle(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str) -> None:
    pen.ellipse([FINE * (x - radius), FINE * (y - radius), FINE * (x + radius), FINE * (y + radius)], fill=fill)


def clock(seconds: float) -> float:
    return scene.scene_time(seconds, VARIANT)


def bullet(index: int) -> VideoClip:
    words, x, baseline, size = scene.BULLETS[index]
    font = ImageFont.truetype(str(scene.REGULAR), size)
    picture = Image.new("RGBA", (round(font.getlength(words)) + 60, 64), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse([0, 20, 16, 36], fill=scene.AMBER)
    pen.text((34, 44), words, font=font, fill=scene.INK, anchor="ls")
    clip = ImageClip(np.asarray(picture)).with_duration(scene.SECONDS)
    still = clip.mask.get_frame(0)
    mask = VideoClip(lambda t: still * scene.bullet_share(index, clock(t)), is_mask=True, duration=scene.SECONDS)

    def place(t: float) -> tuple[float, float]:
        return x - scene.BULLET_SLIDE * (1 - scene.bullet_share(index, clock(t))), baseline - 44

    return clip.with_mask(mask).with_position(place)


def drawn(box: tuple[int, int, int, int], draw: Callable[[ImageDraw.ImageDraw, float], None]) -> VideoClip:
    """Return a transparent clip over ``box`` that ``draw`` paints for every moment."""
    left, top, right, bottom = box
    seen: dict[str, object] = {}

    def paint(t: float) -> np.ndarray:
        if seen.get("t") != t:
            large = Image.new("RGBA", (FINE * (right - left), FINE * (bottom - top)), (0, 0, 0, 0))
            draw(ImageDraw.Draw(large), t)
            seen["t"], seen["frame"] = t, np.asarray(large.resize((right - left, bottom - top), Image.Resampling.BOX))
        return seen["frame"]

    clip = VideoClip(lambda t: paint(t)[..., :3], duration=scene.SECONDS)
    mask = VideoClip(lambda t: paint(t)[..., 3] / 255, is_mask=True, duration=scene.SECONDS)
    return clip.with_mask(mask).with_position((left, top))


def moving_dot(box: tuple[int, int, int, int]) -> VideoClip:
    def draw(pen: ImageDraw.ImageDraw, t: float) -> None:
        (x, y), (tip_x, tip_y) = ((px - box[0], py - box[1]) for px, py in scene.arrow(clock(t)))
        angle, head = math.atan2(tip_y - y, tip_x - x), scene.ARROW_HEAD
        neck = (tip_x - head * math.cos(angle), tip_y - head * math.sin(angle))
        pen.line([(FINE * x, FINE * y), (FINE * neck[0], FINE * neck[1])], fill=scene.AMBER, width=6 * FINE)
        side = (-math.sin(angle) * head / 2, math.cos(angle) * head / 2)
        corners = [(tip_x, tip_y), (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1])]
        pen.polygon([(FINE * a, FINE * b) for a, b in corners], fill=scene.AMBER)
        circle(pen, x, y, scene.DOT_RADIUS, scene.AMBER)

    return drawn(box, draw)


def growing_path(box: tuple[int, int, int, int]) -> VideoClip:
    def draw(pen: ImageDraw.ImageDraw, t: float) -> None:
        points = [(x - box[0], y - box[1]) for x, y in scene.path_points(scene.path_share(clock(t)))]
        if len(points) > 1:
            pen.line([(FINE * x, FINE * y) for x, y in points], fill=scene.AMBER, width=8 * FINE, joint="curve")
        for x, y in (scene.NODES[i] for i in scene.PATH):
            if (x - box[0], y - box[1]) in points:
                circle(pen, x - box[0], y - box[1], scene.NODE_RADIUS, scene.AMBER)

    return drawn(box, draw)


def caption_clips() -> list[VideoClip]:
    font, clips = ImageFont.truetype(str(scene.REGULAR), scene.CAPTION_SIZE), []
    left, top, right, bottom = (round(value) for value in scene.CAPTION_BAR)
    for line in scene.captions():
        for lit in line:
            picture = Image.new("RGB", (right - left - 40, bottom - top - 20), scene.FAINT)
            pen = ImageDraw.Draw(picture)
            for word in line:
                fill = scene.AMBER if word is lit else scene.INK
                place = (word.x - left - 20, scene.CAPTION_BASELINE - top - 10)
                pen.text(place, word.text, font=font, fill=fill, anchor="ls")
            clip = ImageClip(np.asarray(picture)).with_start(lit.start).with_duration(lit.end - lit.start)
            clips.append(clip.with_position((left + 20, top + 10)))
    return clips


def main() -> None:
    layers = [background(), *(bullet(i) for i in range(4)), moving_dot((860, 190, 1900, 620))]
    layers += [growing_path((130, 600, 930, 920)), *caption_clips()]
    film = CompositeVideoClip(layers, size=(scene.WIDTH, scene.HEIGHT)).with_duration(scene.SECONDS)
    film.write_videofile(OUTPUT, fps=scene.FPS, audio=False, logger=None)


if __name__ == "__main__":
    main()
