"""A LoadTestShape of a locustfile, run ahead against a simulated clock, in a process of its own.

Run as `python -P -m lftui.generator.preview`. A line on stdin says what to preview (a command
line may hold secrets, so it is in no `argv`), a line on stdout answers; what the locustfile
prints goes nowhere. The process then waits to be ended, with all that the locustfile started.
"""
