"""Bookkeeping of work: a store of jobs with leases, progress, cancellation and resumption."""
