"""Load from several processes and machines: Locust's master and workers, made truthful.

    worker's Meter ─ WorkerReport, each second, beside Locust's own report ─> Master ─> Fleet
                                                     master's Meter <─ added up ──────────┘

The master's meter then holds what all workers did, and its ticker cuts it like any other.
"""
