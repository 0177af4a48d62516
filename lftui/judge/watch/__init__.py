"""The guard's eyes: which limits are broken now, whether the target answers, what is to be done."""
