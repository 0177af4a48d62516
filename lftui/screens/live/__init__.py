"""The Live screen: a run while it lasts."""
