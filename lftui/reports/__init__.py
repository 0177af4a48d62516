"""What a run leaves behind: its exports, each a pure function of what was folded and judged.

`told` is what all of them are made of. `html`, `summary`, `markdown`, `junit`, `github`,
`steps_csv` and `baseline` are lftui's own; `locust_csv` and `locust_json` are Locust's formats,
`hlog` is that of HdrHistogram. What goes second by second is folded from the records beside
RunState (`seconds`, `history`, `series`, `hlog`), and what several of them say is said once
(`run_facts`, `step_figures`, `markup`). `write` puts finished text into files and is the only
module here that touches any.
"""
