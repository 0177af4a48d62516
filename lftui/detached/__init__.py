"""The supervisor of a console's run: started by the console, and not ended with it."""
