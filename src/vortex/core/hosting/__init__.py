"""Plugins that work in a process of their own: manifests, policy, the sandbox, and who runs them.

Nothing is imported here, because every call of a plugin starts a process that imports this package.
"""

__all__: list[str] = []
