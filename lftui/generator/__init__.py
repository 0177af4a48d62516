"""The generator's rooms: everything that lives in the process that measures.

The hub (gevent's loop, in which the users run) counts, packs and sends, and does nothing else.
What may wait, a pipe or a log, waits in a native thread (`native.py`).
"""
