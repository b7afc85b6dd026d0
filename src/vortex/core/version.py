"""The version of the product, in the one place that all floors can see."""

VERSION = "0.1.0"
