"""The setup check: what a run needs, looked at before there is one.

Each topic is a module with a function that returns findings. None of them imports Locust; the
locustfiles are loaded by child processes.
"""
