"""What a run leaves behind: its exports, each a pure function of what was folded.

`html` is the report for people, `summary` is lftui's own for programs, `locust_json` and
`locust_csv` are Locust's formats. What those show by the second is folded from the records beside
RunState (`seconds`, `history`). `write` puts finished text into files and is the only module here
that touches any.
"""
