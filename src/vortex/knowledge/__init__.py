"""What is known: documents read into blocks, passages, and the search over them.

The doors are ``documents.read_document``, ``passages.make_passages`` and ``collection.Collection``. They are imported
from their files, so that importing the package loads no PDF library and no numpy.
"""
