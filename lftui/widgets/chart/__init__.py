"""Line charts in braille (or ASCII) whose redraw changes few cells."""
