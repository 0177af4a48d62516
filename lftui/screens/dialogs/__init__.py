"""Small screens on top of others: they ask one thing, and escape leaves all as it is."""
