"""The console's screens. They post messages; `app.py` alone acts on a run."""
