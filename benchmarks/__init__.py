"""The measurements behind lftui's budgets: `python -m benchmarks`, stored in docs/benchmarks.md."""
