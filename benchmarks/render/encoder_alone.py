"""Encode the ready frames of the shot and do nothing else: the floor under every renderer that makes H.264.

``python -m benchmarks.render.encoder_alone FRAMES OUTPUT.mp4``. The settings are the ones of Vortex's own writer; every
frame goes through the encoder, repeated or not. The frames lie in one file, 4:2:0 as the encoder wants them, and are
mapped, not copied. ``dump`` makes that file.
"""

import sys
from pathlib import Path

import av
import numpy as np
from av.codec.context import ThreadType
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace

from vortex.media import encode

WIDTH, HEIGHT, FPS = 1920, 1080, 30


def dump(lossless: Path, frames: Path) -> None:
    """Write the pictures of a losslessly coded film as raw 4:2:0 frames."""
    with av.open(str(lossless)) as film, frames.open("wb") as target:
        for picture in film.decode(video=0):
            target.write(picture.reformat(format="yuv420p").to_ndarray().tobytes())


def main() -> None:
    """Encode ``FRAMES`` into ``OUTPUT``."""
    pictures = np.memmap(sys.argv[1], np.uint8, "r").reshape(-1, HEIGHT * 3 // 2, WIDTH)
    with av.open(sys.argv[2], "w", format="mp4") as film:
        more = encode.x264_parameters("veryfast")
        options = {"preset": "veryfast", "crf": "20", "forced-idr": "1", "x264-params": more}
        stream = film.add_stream("libx264", FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.thread_count = encode._NUM_THREADS
        stream.codec_context.thread_type = ThreadType.FRAME
        stream.codec_context.color_range, stream.codec_context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_numpy_buffer(picture, format="yuv420p")
            frame.pict_type = PictureType.I if index % (encode.IDR_INTERVAL_S * FPS) == 0 else PictureType.NONE
            frame.pts = index
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


if __name__ == "__main__":
    main()
