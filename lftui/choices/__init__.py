"""What an operator can choose before a run, and has chosen."""

from lftui.choices.choice import Choice

__all__ = ["Choice"]
