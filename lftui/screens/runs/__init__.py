"""Stored runs: to open, compare, play back, export, note and delete."""
