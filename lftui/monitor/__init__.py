"""The target's own metrics, read by the supervisor while a run is on (docs/monitoring.md).

Each source is read by itself, at its own pace, with a time limit and a size limit; whatever is
wrong with one, the run and the others go on.
"""
