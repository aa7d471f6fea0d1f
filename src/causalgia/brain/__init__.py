"""Descending control and perception: what is felt and how strongly."""
