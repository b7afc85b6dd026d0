"""What the zip and XML libraries raise on damaged files; every reader of packed formats translates these."""

import zipfile
import zlib

from lxml import etree

DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""An entry may lack, lie about its place, be packed in an unknown way, or be encrypted."""
