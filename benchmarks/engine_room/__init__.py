"""The engine room, measured: what the memory budget promises under random loads."""
