"""Pixels, sound and time.

Encoding by changed rectangles (``encode``), joining (``mux``), measuring and mastering (``loudness``, ``master``), and
reading files back (``probe``, ``frames``, ``sound_file``). Knows nothing of documents, shots or films.
"""
