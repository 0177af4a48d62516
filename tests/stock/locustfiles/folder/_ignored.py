"""A directory as locustfile: a name that starts with an underscore is not loaded."""

raise RuntimeError("this file must not be loaded")
