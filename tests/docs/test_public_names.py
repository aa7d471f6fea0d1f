"""Whatever a package hands out says what it is."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from itertools import pairwise
from types import ModuleType

import pytest

import causalgia

# The stored stand-ins are tied to the statements of these modules, texts below a constant included.
FROZEN = {"causalgia.afferents.zones": {"FIBER_BUILDERS"}}
FOUND = (found.name for found in pkgutil.walk_packages(causalgia.__path__, "causalgia."))
MODULES = ["causalgia", *sorted(name for name in FOUND if not name.endswith("__main__"))]


def public_names(module: ModuleType) -> list[str]:
    """What a module lists in `__all__`, or a package hands on by `import x as x`."""
    if hasattr(module, "__all__"):
        return [name for name in module.__all__ if not name.startswith("__")]
    tree = ast.parse(inspect.getsource(module))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [alias.name for node in imports for alias in node.names if alias.asname == alias.name]


def described_constants(module: ModuleType) -> set[str]:
    """Names given a value at the top of a module and a text right below it."""
    body = ast.parse(inspect.getsource(module)).body
    described = set()
    for node, below in pairwise(body):
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", 0)]
            described |= {target.id for target in targets if isinstance(target, ast.Name)}
    return described


def is_described(module: ModuleType, name: str) -> bool:
    value = getattr(module, name)
    if inspect.ismodule(value) or not (inspect.isclass(value) or inspect.isroutine(value)):
        return any(name in described_constants(m) for m in defining_modules(module, name))
    words = inspect.getdoc(value) or ""
    # A dataclass without words of its own is given its signature.
    return bool(words) and not words.startswith(f"{name}(")


def defining_modules(module: ModuleType, name: str) -> list[ModuleType]:
    """The module and, where it hands the name on, the one it has it from."""
    found = [module]
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            found.append(importlib.import_module(str(node.module)))
    return found


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_described(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, name
    names = [public for public in public_names(module) if public not in FROZEN.get(name, ())]
    silent = [public for public in names if not is_described(module, public)]
    assert not silent, f"without words: {', '.join(silent)}"


@pytest.mark.parametrize("name", MODULES)
def test_public_methods_are_described(name: str) -> None:
    module = importlib.import_module(name)
    classes = [getattr(module, public) for public in public_names(module)]
    silent = [
        f"{kind.__name__}.{method}"
        for kind in classes
        if inspect.isclass(kind)
        for method, value in vars(kind).items()
        if not method.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property | classmethod))
        and not inspect.getdoc(getattr(kind, method))
    ]
    assert not silent, f"without words: {', '.join(silent)}"


def test_the_check_notices_silence() -> None:
    """A module without words is caught, so that the tests above can fail."""
    module = importlib.import_module("causalgia.mechanisms")
    assert "FIBERS" in public_names(module) and is_described(module, "FIBERS")
    module.SILENT = ("c",)  # type: ignore[attr-defined]
    try:
        assert not is_described(module, "SILENT")
    finally:
        del module.SILENT  # type: ignore[attr-defined]
