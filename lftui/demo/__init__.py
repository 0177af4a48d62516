"""The demo target: the La Factoria API that the scenarios in `locustfiles/` speak to.

A real HTTP server in a process of its own, on loopback unless `--bind` opens it to other machines:
`python -m lftui.demo --port 0`.
Its response times follow `baseline.json` while it is at ease, and it has real bottlenecks
(`pools.py`), so that a ramp shows a knee, then queueing, then 503s.
"""
