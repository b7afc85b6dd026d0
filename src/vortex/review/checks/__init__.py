"""The checks, one file a subject: pure functions from plain measurements to findings."""
