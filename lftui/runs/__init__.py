"""Stored runs as rows: chosen, pruned, and followed over time. Only `run.json` is read of a run
that has ended; commands and the console show the same rows."""
