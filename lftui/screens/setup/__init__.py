"""The Setup screen: what to run, on what, with which load."""
