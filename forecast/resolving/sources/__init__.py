"""Where answers are looked up: one file for each kind of source, and the registry of them."""
