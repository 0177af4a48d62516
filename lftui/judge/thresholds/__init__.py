"""Limits: how they are written, and figures held against them."""
