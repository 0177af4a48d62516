"""What screens ask for, done outside of them: files, child processes, the network."""
