"""The report of a run, to be read from top to bottom."""
