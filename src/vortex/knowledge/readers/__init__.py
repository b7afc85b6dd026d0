"""Readers, one file a format: bytes in, blocks out."""
