"""The shot in manim: still parts first, so that manim keeps them as one picture, then parts that follow a clock.

Run with manim's own interpreter: ``python peer_manim.py VARIANT OUTPUT.mp4``. As the manual teaches, what follows the
voice has an updater. An updater makes manim draw every frame, also while the scene holds, because the captions run on.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import manim
import manimpango
import scene
from PIL import ImageFont

VARIANT, OUTPUT = sys.argv[1], Path(sys.argv[2])
UNIT = scene.HEIGHT / 8
"""Pixels of manim's unit of length."""


def at(x: float, y: float) -> list[float]:
    return [(x - scene.WIDTH / 2) / UNIT, (scene.HEIGHT / 2 - y) / UNIT, 0]


def written(text: tuple, file: Path, family: str, fill: str) -> manim.Text:
    """Return words whose ink lies where the font file puts it, left end and baseline as given."""
    words, x, baseline, size = text
    mask, (dx, dy) = ImageFont.truetype(str(file), size).getmask2(words, anchor="ls")
    left, top, right, bottom = mask.getbbox()
    made = manim.Text(words, font=family, weight="SEMIBOLD" if file == scene.BOLD else "NORMAL", color=fill)
    made.width = (right - left) / UNIT
    return made.move_to(at(x + dx + (left + right) / 2, baseline + dy + (top + bottom) / 2))


def polyline(points: list, colour: str, pixels: float) -> manim.VMobject:
    line = manim.VMobject(stroke_color=colour, stroke_width=pixels * 100 / UNIT)
    return line.set_points_as_corners([at(*point) for point in points])


def disc(x: float, y: float, radius: float, colour: str) -> manim.Circle:
    made = manim.Circle(radius / UNIT, fill_color=colour, fill_opacity=1, stroke_width=0)
    return made.move_to(at(x, y))


class Shot(manim.Scene):
    def construct(self) -> None:
        self.camera.background_color = scene.GROUND
        self.add_still_parts()
        self.clock = manim.ValueTracker(0)
        self.clock.add_updater(lambda tracker, dt: tracker.increment_value(dt))
        self.add(self.clock)
        self.add_bullets()
        self.add_dot()
        self.add_path()
        self.speak()

    def now(self) -> float:
        return scene.scene_time(self.clock.get_value(), VARIANT)

    def add_still_parts(self) -> None:
        left, top, right, bottom = scene.PLOT
        self.add(written(scene.TITLE, scene.BOLD, "Inter", scene.INK))
        self.add(written(scene.FORMULA, scene.MATHS, "Noto Sans Math", scene.INK))
        self.add(polyline([(left, top), (left, bottom), (right, bottom)], scene.SOFT, 3))
        points = [scene.curve(i / scene.CURVE_POINTS) for i in range(scene.CURVE_POINTS + 1)]
        self.add(polyline(points, scene.BLUE, 5))
        self.add(*(polyline([scene.NODES[a], scene.NODES[b]], scene.FAINT, 4) for a, b in scene.EDGES))
        self.add(*(disc(x, y, scene.NODE_RADIUS, scene.FAINT) for x, y in scene.NODES))
        left, top, right, bottom = scene.CAPTION_BAR
        bar = manim.RoundedRectangle(16 / UNIT, width=(right - left) / UNIT, height=(bottom - top) / UNIT)
        bar.set_stroke(width=0).set_fill(scene.FAINT, 1).move_to(at((left + right) / 2, (top + bottom) / 2))
        self.add(bar)

    def add_bullets(self) -> None:
        for index, (words, x, baseline, size) in enumerate(scene.BULLETS):
            text = written((words, x + 34, baseline, size), scene.REGULAR, "Inter", scene.INK)
            point = manim.VGroup(disc(x + 8, baseline - 16, 8, scene.AMBER), text)
            home, shown = point.get_center(), {"share": None}

            def follow(point: manim.VGroup, index: int = index, home: list = home, shown: dict = shown) -> None:
                share = scene.bullet_share(index, self.now())
                if share != shown["share"]:
                    shown["share"] = share
                    point.set_opacity(share).move_to(home + manim.LEFT * scene.BULLET_SLIDE * (1 - share) / UNIT)

            follow(point)
            self.add(point.add_updater(follow))

    def add_dot(self) -> None:
        dot = disc(0, 0, scene.DOT_RADIUS, scene.AMBER)
        tip = {"max_tip_length_to_length_ratio": 1, "tip_length": scene.ARROW_HEAD / UNIT}
        arrow = manim.Arrow(manim.LEFT, manim.RIGHT, buff=0, color=scene.AMBER, stroke_width=6 * 100 / UNIT, **tip)

        def follow(_: manim.Mobject) -> None:
            tail, end = scene.arrow(self.now())
            arrow.put_start_and_end_on(at(*tail), at(*end))
            dot.move_to(at(*tail))

        both = manim.VGroup(arrow, dot)
        follow(both)
        self.add(both.add_updater(follow))

    def add_path(self) -> None:
        line = manim.VMobject(stroke_color=scene.AMBER, stroke_width=8 * 100 / UNIT)
        discs = [disc(*scene.NODES[i], scene.NODE_RADIUS, scene.AMBER).set_opacity(0) for i in scene.PATH]

        def follow(_: manim.Mobject) -> None:
            points = scene.path_points(scene.path_share(self.now()))
            if len(points) > 1:
                line.set_points_as_corners([at(*point) for point in points])
            for node, made in zip(scene.PATH, discs, strict=True):
                if scene.NODES[node] in points and made.get_fill_opacity() == 0:
                    made.set_opacity(1)

        self.add(manim.VGroup(line, *discs).add_updater(follow))

    def speak(self) -> None:
        """Show one caption line after the other for as long as its words are spoken."""
        for line in scene.captions():
            places = [(word.text, word.x, scene.CAPTION_BASELINE, scene.CAPTION_SIZE) for word in line]
            texts = manim.VGroup(*(written(place, scene.REGULAR, "Inter", scene.INK) for place in places))
            lit = {"index": -1}

            def follow(texts: manim.VGroup, line: list = line, lit: dict = lit) -> None:
                seconds = self.clock.get_value()
                index = sum(word.start <= seconds + 1e-6 for word in line) - 1
                if index != lit["index"]:
                    texts[lit["index"]].set_color(scene.INK)
                    texts[index].set_color(scene.AMBER)
                    lit["index"] = index

            self.add(texts.add_updater(follow))
            self.wait(line[-1].end - line[0].start)
            self.remove(texts)


def main() -> None:
    for file in (scene.REGULAR, scene.BOLD, scene.MATHS):
        manimpango.register_font(str(file))
    size = {"pixel_width": scene.WIDTH, "pixel_height": scene.HEIGHT, "frame_rate": scene.FPS}
    with tempfile.TemporaryDirectory() as folder:
        quiet = {"media_dir": folder, "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none"}
        with manim.tempconfig(size | quiet):
            shot = Shot()
            shot.render()
            shutil.move(shot.renderer.file_writer.movie_file_path, OUTPUT)


if __name__ == "__main__":
    main()
