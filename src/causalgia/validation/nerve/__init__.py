"""The nerve: channels, published fibers and neurons, and what has been measured on real ones."""
