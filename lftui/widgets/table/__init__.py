"""A table over a model of any length: only the rows in sight are ever formatted."""
