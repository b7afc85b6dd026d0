"""Vortex turns a document or a topic into a narrated, cited, checked film on your own machine."""

__version__ = "0.1.0"
__all__ = ["__version__"]
