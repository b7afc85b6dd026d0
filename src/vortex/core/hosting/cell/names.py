"""Names that the host and the process of a plugin share."""

NAMESPACES, ROOT, LANDLOCK, SECCOMP = "namespaces", "root", "landlock", "seccomp"
WALLS = (NAMESPACES, ROOT, LANDLOCK, SECCOMP)
"""What a kernel can put around a process, in the order in which it is put up."""

NETWORK, WRITING, READING, SIGNALS, CHILDREN = "network", "writing", "reading", "signals", "children"
PROTECTIONS = {
    NETWORK: "it can reach no network and no other program's socket",
    WRITING: "it can change nothing outside its working folder",
    READING: "it can read only itself, Python and the system's libraries",
    SIGNALS: "it can signal no other process",
    CHILDREN: "it can start no process that outlives it",
}
"""What walls are for, each tried from within."""

KNOWN = "known"
"""Name of the file in each of the two folders with which writing and reading are tried."""

TOO_DEEP = "is nested too deep"
