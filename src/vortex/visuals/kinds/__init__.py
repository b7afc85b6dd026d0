"""The kinds of shots: one file a kind, found by the table of ``visuals.kinds.table``."""
