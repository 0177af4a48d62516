"""The small widgets of Setup's forms: a line each, by keys alone, plain in ASCII."""
