"""The reference of the Python interface, from docstrings, which are Markdown with LaTeX.

One page a package; its modules are sections, and every name of `__all__` an object that Sphinx
knows, with its signature, so that names in the text become links (see `_builder.links`).
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import causalgia

__all__ = ["MODULES", "pages", "public_names"]

MODULES = (
    "causalgia",
    *sorted(
        found.name
        for found in pkgutil.walk_packages(causalgia.__path__, "causalgia.")
        if not found.name.endswith("__main__")
    ),
)
"""Every module of the package."""

FLOORS = (
    *("errors", "cache", "quantities", "tables", "evidence", "channels", "cable", "afferents"),
    *("fitting", "cord", "brain", "mechanisms", "pathway", "causes", "treatments", "course"),
    *("patients", "trials", "reports", "validation", "doctor", "web", "command_options", "cli"),
)
"""The order in which the reference has them: that of the signal's way."""


def public_names(module: ModuleType) -> list[str]:
    """What a module lists in `__all__`; packages that hand names on list none of their own."""
    return [name for name in getattr(module, "__all__", ()) if not name.startswith("__")]


def pages() -> dict[str, str]:
    """The pages by file: an overview, and one for each package."""
    grouped: dict[str, list[ModuleType]] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        is_package = hasattr(module, "__path__")
        page = name if is_package else name.rpartition(".")[0]
        grouped.setdefault(page, []).append(module)
    made = {f"{page}.md": _page(page, modules) for page, modules in grouped.items()}
    return {"index.md": _overview(list(grouped)), **made}


def _order(page: str) -> tuple[int, str]:
    floor = page.split(".")[1] if "." in page else ""
    return (FLOORS.index(floor) if floor in FLOORS else -1, page)


def _overview(names: list[str]) -> str:
    names = sorted(names, key=_order)
    rows = "\n".join(f"| [{name}]({name}.md) | {_first_sentence(name)} |" for name in names)
    toc = "\n".join(names)
    return (
        "# Python\n\nEvery public name, package by package in the order of the signal's way. Units "
        "stand in the names of arguments (`duration_ms`) or in their words, shapes of arrays in "
        "brackets [compartment, batch].\n\n| package | what it is |\n|---|---|\n"
        f"{rows}\n\n```{{toctree}}\n:hidden:\n{toc}\n```\n"
    )


def _first_sentence(name: str) -> str:
    said = inspect.getdoc(importlib.import_module(name)) or ""
    return " ".join(said.split("\n\n")[0].split()).replace("|", r"\|")


def _page(page: str, modules: list[ModuleType]) -> str:
    package, *rest = modules if modules[0].__name__ == page else (None, *modules)
    parts = [f"# {page}"]
    if package is not None:
        parts += [_module_words(package), *_handed_on(package), *_objects(package)]
    for module in rest:
        short = module.__name__.removeprefix(f"{page}.")
        parts += [f"## {short}", f"```{{py:module}} {module.__name__}\n```"]
        parts += [_module_words(module), *_objects(module)]
    if package is not None:
        parts.insert(1, f"```{{py:module}} {page}\n```")
    return "\n\n".join(part for part in parts if part) + "\n"


def _module_words(module: ModuleType) -> str:
    return _markdown(inspect.getdoc(module))


def _handed_on(package: ModuleType) -> list[str]:
    """What a package offers by itself of its modules."""
    tree = _tree(package)
    names = [
        f"`{node.module}.{alias.name}`"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    ]
    return ["From here can be imported: " + ", ".join(names) + "."] if names else []


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


@cache
def _described(module: ModuleType) -> dict[str, str]:
    """The texts right below constants."""
    found = {}
    for node, below in pairwise(_tree(module).body):
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", 0)]
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(below.value.value, str):
                    found[target.id] = inspect.cleandoc(below.value.value)
    return found


def _objects(module: ModuleType) -> Iterator[str]:
    for name in public_names(module):
        value = getattr(module, name)
        if inspect.ismodule(value):
            continue
        if inspect.isclass(value):
            yield _class(module, name, value)
        elif inspect.isroutine(value):
            yield _callable(module, name, value)
        else:
            yield _constant(module, name, value)


def _directive(kind: str, head: str, module: str, body: str, ticks: int) -> str:
    fence = "`" * ticks
    return f"{fence}{{py:{kind}}} {head}\n:module: {module}\n\n{body}\n{fence}"


def _constant(module: ModuleType, name: str, value: Any) -> str:
    said = _described(module).get(name, "")
    home = _home(module, value, name)
    if home is not module and not said:
        said = _described(home).get(name, "")
    shown = _value(value)
    body = _markdown(said) + (f"\n\nIt is `{shown}`." if shown else "")
    return _directive("data", name, module.__name__, body, 5)


def _home(module: ModuleType, value: Any, name: str) -> ModuleType:
    for node in _tree(module).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return importlib.import_module(str(node.module))
    return module


def _value(value: Any) -> str:
    """A short value as it is written."""
    if isinstance(value, bool | int | float | str | tuple | frozenset):
        text = repr(value)
        if len(text) <= 100 and "`" not in text and " at 0x" not in text and "\n" not in text:
            return text
    return ""


def _callable(module: ModuleType, name: str, value: Callable[..., Any]) -> str:
    body = _markdown(inspect.getdoc(value))
    head = f"{name}{_signature(value, module)}"
    return _directive("function", head, module.__name__, body, 5)


def _class(module: ModuleType, name: str, value: type) -> str:
    said = inspect.getdoc(value) or ""
    if said.startswith(f"{name}("):
        said = ""
    body = _markdown(said)
    members = [*_members(module, name, value)]
    kind = "exception" if issubclass(value, BaseException) else "class"
    head = name if inspect.isabstract(value) else f"{name}{_signature(value, module)}"
    return _directive(kind, head, module.__name__, "\n\n".join([body, *members]), 7)


def _members(module: ModuleType, owner: str, value: type) -> Iterator[str]:
    """Methods and properties that a class says itself."""
    for name, found in vars(value).items():
        if name.startswith("_"):
            continue
        said = _markdown(inspect.getdoc(getattr(value, name, None) or found))
        if isinstance(found, property):
            yield _directive("property", f"{owner}.{name}", module.__name__, said, 5)
        elif isinstance(found, classmethod | staticmethod):
            kind = "classmethod" if isinstance(found, classmethod) else "staticmethod"
            head = f"{owner}.{name}{_signature(getattr(value, name), module)}"
            yield _directive(kind, head, module.__name__, said, 5)
        elif inspect.isfunction(found) or hasattr(found, "__wrapped__"):
            head = f"{owner}.{name}{_signature(found, module, is_method=True)}"
            yield _directive("method", head, module.__name__, said, 5)


def _signature(value: Any, module: ModuleType, *, is_method: bool = False) -> str:
    """How it is called, types by their full names, of which the page shows the last part."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return "()"
    given = list(found.parameters.values())
    if is_method and given and given[0].name == "self":
        given = given[1:]
    clean = [
        one.replace(annotation=_Type.of(one.annotation, module), default=_Default.of(one.default))
        for one in given
    ]
    result = _Type.of(found.return_annotation, module)
    if inspect.isclass(value):
        result = inspect.Signature.empty
    text = str(found.replace(parameters=clean, return_annotation=result))
    return re.sub(r"\s+", " ", text)


class _Type:
    """A type that prints as it is written, names of this package in full."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, annotation: Any, module: ModuleType) -> Any:
        if annotation is inspect.Parameter.empty:
            return annotation
        if isinstance(annotation, str):
            text = annotation
        elif inspect.isclass(annotation) and not getattr(annotation, "__args__", None):
            text = annotation.__name__
        else:
            text = str(annotation)
        text = re.sub(r"\b(?:typing|collections\.abc|jaxtyping|numpy)\.", "", text)
        names = _full_names(module)
        return cls(NAME.sub(lambda found: found[1] or names.get(found[2], found[2]), text))

    def __repr__(self) -> str:
        return self.text


# Text in quotes (the shapes of arrays) and parts of longer names are left alone.
NAME = re.compile(r"""("[^"]*"|'[^']*'|\w+(?:\.\w+)+)|([A-Za-z_]\w*)""")


@cache
def _full_names(module: ModuleType) -> dict[str, str]:
    """The public names of this package that a module knows, in full."""
    found = {name: f"{module.__name__}.{name}" for name in public_names(module)}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("causalgia"):
            home = importlib.import_module(str(node.module))
            for alias in node.names:
                full = _defined(home, alias.name)
                if full:
                    found[alias.asname or alias.name] = full
    return found


def _defined(home: ModuleType, name: str) -> str:
    """Where a name is public: in its module, or the one that this has it from."""
    if name in public_names(home):
        return f"{home.__name__}.{name}"
    for node in _tree(home).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return f"{node.module}.{name}"
    return ""


class _Default:
    """A default that prints short, without addresses in memory."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, value: Any) -> Any:
        if value is inspect.Parameter.empty:
            return value
        if inspect.isclass(value) or inspect.isroutine(value):
            return cls(value.__name__)
        text = repr(value)
        return cls("..." if " at 0x" in text or "<" in text or len(text) > 60 else text)

    def __repr__(self) -> str:
        return self.text


def _markdown(said: str | None) -> str:
    """A docstring as it may stand on a page: its headings, if any, are bold words."""
    text = said or ""
    return re.sub(r"^#+ (.*)$", r"**\1**", text, flags=re.MULTILINE)
