"""What writes the generated pages of the documentation: see `scripts/build_docs.py`."""
