"""How a console hangs on a run: live at its supervisor's socket, or a stored one played back."""
