"""Channels and pumps of single publications, which only their presets use."""
