"""lftui: a load-test console on Locust."""

__version__ = "0.1.0"
