"""The cord: published circuits and neurons, and what has been measured on real ones."""
