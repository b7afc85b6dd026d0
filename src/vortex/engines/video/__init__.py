"""Makers of takes."""
