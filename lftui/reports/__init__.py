"""What a run leaves behind: its exports, each a pure function of what was folded.

`summary` is lftui's own, `locust_json` and `locust_csv` are Locust's formats, `markdown`, `junit`
and `github` are for pull requests and pipelines, `hlog` is HdrHistogram's, `steps_csv` has the
steps. What they show by the second is folded from the records beside RunState (`seconds`,
`history`, `hlog`). What several of them say is said once: `run_facts`, `step_figures`, `markup`.
`write` puts finished text into files and is the only module here that touches any.
"""
