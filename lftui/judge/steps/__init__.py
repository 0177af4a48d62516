"""What the steps of a run show: verdicts, knee, capacity, the scalability law, and how sure."""
