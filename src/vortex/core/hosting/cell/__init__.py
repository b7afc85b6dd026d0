"""What runs inside the process of a plugin: it walls itself in, proves it, and only then runs the plugin.

It imports the standard library alone, and little of it, because every call pays for the start.
"""

__all__: list[str] = []
