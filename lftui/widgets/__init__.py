"""The console's widgets: each draws what it is given, and knows nothing of runs' supervisors."""
