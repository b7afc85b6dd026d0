"""Pixels, sound and time: encoding, decoding, loudness, muxing."""
