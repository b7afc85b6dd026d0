"""Measurements of Vortex and of what people would use instead: ``python -m benchmarks NAME``."""
