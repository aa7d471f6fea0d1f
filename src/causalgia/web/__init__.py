"""The explorer: an API over the library, long work as jobs, and the page that shows both.

Light to import: what answers is loaded by `causalgia.web.command`.
"""

__all__: list[str] = []
