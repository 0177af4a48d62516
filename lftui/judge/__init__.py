"""Verdicts: figures turned into answers, as pure functions of a RunState."""
