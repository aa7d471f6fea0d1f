"""Names of the package in plain code become links to where they are described.

The types of signatures, which `_builder.reference_pages` writes by their full names, are linked as
well. Roles that a writer sets by hand are checked by Sphinx as ever.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

__all__ = ["setup"]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?:\(\))?")


def _short_names(env: Any) -> Mapping[str, list[str]]:
    """Full names by their last part, made once for all pages."""
    found: Mapping[str, list[str]] | None = getattr(env, "causalgia_short_names", None)
    if found is None:
        made: dict[str, list[str]] = defaultdict(list)
        for full in env.domaindata["py"]["objects"]:
            made[full.rpartition(".")[2]].append(full)
        found = env.causalgia_short_names = dict(made)
    return found


def _resolve(env: Any, text: str, module: str | None) -> str | None:
    """The full name that is meant by a text, if it is one."""
    objects = env.domaindata["py"]["objects"]
    name = text.removesuffix("()")
    if name in objects:
        return name
    if module is not None:
        if f"{module}.{name}" in objects:
            return f"{module}.{name}"
        if "." not in name and len(name) > 3:
            same = [full for full in _short_names(env).get(name, ()) if len(full.split(".")) < 6]
            if len(same) == 1:
                return same[0]
    return None


class CodeLinks(SphinxPostTransform):
    """Turns plain code that names something of the package into a link."""

    default_priority = 400

    def run(self, **kwargs: Any) -> None:
        """Look at every piece of code of a page."""
        page = self.env.current_document.docname
        is_reference = page.startswith("reference/causalgia")
        for literal in list(self.document.findall(nodes.literal)):
            if isinstance(literal.parent, nodes.reference):
                continue
            text = literal.astext()
            if not NAME.fullmatch(text):
                continue
            module = _module_of(literal) if is_reference else None
            full = _resolve(self.env, text, module)
            if full is not None and not _is_own_head(literal, full):
                self._link(literal, full, page)

    def _link(self, literal: nodes.literal, full: str, page: str) -> None:
        entry = self.env.domaindata["py"]["objects"][full]
        builder = self.app.builder
        address = builder.get_relative_uri(page, entry.docname) + f"#{entry.node_id}"
        link = nodes.reference("", "", internal=True, refuri=address, reftitle=full)
        literal.replace_self(link)
        link += literal


def _module_of(node: nodes.Node) -> str | None:
    """The module whose description a node stands in."""
    current: Any = node
    while current is not None:
        for child in getattr(current, "children", ()):
            if child.tagname == "desc_signature" and child.get("module"):
                return str(child["module"])
        current = current.parent
    return "causalgia"


def _is_own_head(node: nodes.Node, full: str) -> bool:
    """Whether a node stands in the description of the very name."""
    current: Any = node.parent
    while current is not None:
        for child in getattr(current, "children", ()):
            if child.tagname == "desc_signature" and full in child.get("ids", ()):
                return True
        current = current.parent
    return False


class TypeLinks(SphinxPostTransform):
    """Resolves the types of signatures, before Sphinx would search all names for each of them."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        """Link what is public here by its full name; leave every other type as it stands."""
        objects = self.env.domaindata["py"]["objects"]
        page = self.env.current_document.docname
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("refdomain") != "py" or not isinstance(_signature_of(node), nodes.Node):
                continue
            inner = node.children
            entry = objects.get(node["reftarget"])
            if entry is not None:
                address = self.app.builder.get_relative_uri(page, entry.docname)
                link = nodes.reference("", "", internal=True, refuri=f"{address}#{entry.node_id}")
                link["reftitle"] = node["reftarget"]
                link += _without_conditions(inner)
                node.replace_self(link)
            else:
                node.replace_self(_without_conditions(inner))


def _without_conditions(inner: Any) -> list[nodes.Node]:
    """What is shown of a type whose short and full name Sphinx both keeps."""
    short = [one for one in inner if one.get("condition") == "resolved"]
    return [child for one in short for child in one.children] if short else list(inner)


def _signature_of(node: Any) -> Any:
    while node is not None and not isinstance(node, addnodes.desc_signature):
        node = node.parent
    return node


def setup(app: Any) -> dict[str, bool]:
    """Make the transform known to Sphinx."""
    app.add_post_transform(CodeLinks)
    app.add_post_transform(TypeLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
