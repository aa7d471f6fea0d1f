"""Long work: a queue on disk, and processes that work through it."""

__all__: list[str] = []
