"""The supervisor: owns a run, its journal and its generator, and serves the consoles.

It outlives the terminal. It imports neither Locust nor gevent nor Textual.
"""
