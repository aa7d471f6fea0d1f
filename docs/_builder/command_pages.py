"""The reference of the command line and of the HTTP interface, from what they declare."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.main import get_command

from _builder.text import anchor, cell, table
from causalgia.cli import app

__all__ = ["command_page", "http_page"]


def command_page() -> str:
    """Every command with all its options."""
    group: Any = get_command(app)
    parts = [
        "# Command line",
        f"{group.help} Run `causalgia COMMAND`, or `python3 start.py COMMAND` in a clone of the "
        "repository. What is wrong in the input ends in one line on standard error and exit "
        "status 2, a simulation that failed in status 1.",
        _options(group.params),
    ]
    for name, command in group.commands.items():
        if command.hidden:
            continue
        positional = [p.metavar or p.name.upper() for p in _arguments(command.params)]
        usage = " ".join(["causalgia", name, *positional, "[OPTIONS]"])
        parts += [f"(command-{anchor(name)})=\n## causalgia {name}", f"```text\n{usage}\n```"]
        parts += [_words(command.help or ""), _options(command.params)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _arguments(parameters: list[Any]) -> list[Any]:
    return [p for p in parameters if p.param_type_name == "argument"]


def _words(said: str) -> str:
    """Help as Markdown: its examples are code."""
    lines = said.split("\n")
    shown = [f"    {line.strip()}" if line.startswith("  ") else line for line in lines]
    text, _, examples = "\n".join(shown).partition("Examples:")
    commands = [line.strip() for line in examples.splitlines() if line.strip()]
    block = "\n".join(commands)
    return text.strip() + (f"\n\n```sh\n{block}\n```" if commands else "")


def _options(parameters: list[Any]) -> str:
    rows = []
    for one in parameters:
        if getattr(one, "hidden", False):
            continue
        is_argument = one.param_type_name == "argument"
        names = (
            [one.metavar or one.name.upper()] if is_argument else [*one.opts, *one.secondary_opts]
        )
        shown = ", ".join(f"`{name}`" for name in names)
        kind = "" if is_argument or one.is_flag else f"`{one.metavar or 'NUMBER'}`"
        said = getattr(one, "help", None) or ""
        if (least := getattr(one, "min", None)) is not None:
            said += f" At least {least:g}."
        if (most := getattr(one, "max", None)) is not None:
            said += f" At most {most:g}."
        rows.append((shown, kind, said, _default(one)))
    return table(("option", "value", "what it does", "unless given"), rows) if rows else ""


def _default(one: Any) -> str:
    value = one.default
    if value is None or value is False or callable(value) or value == ():
        return ""
    text = str(value)
    return "" if "Sentinel" in text or "UNSET" in text else f"`{text}`"


def http_page() -> str:
    """Every path of the server, from its own description."""
    from causalgia.web.app import make_app
    from causalgia.web.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        described = make_app(Settings(jobs=Path(folder)), warm=False).openapi()
    about = described["info"]
    parts = [
        "# HTTP interface",
        f"{about['description']} `causalgia serve` offers it under the paths below; the server's "
        "own description is `/api/v1/openapi.json` (OpenAPI "
        f"{described['openapi']}). How to use it: [serve](../serve.md).",
    ]
    schemas = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            parts += _operation(path, method, operation)
    parts.append("## Schemas")
    parts += [_schema(name, schema) for name, schema in sorted(schemas.items())]
    return "\n\n".join(part for part in parts if part) + "\n"


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> list[str]:
    said = operation.get("description") or operation.get("summary") or ""
    parts = [f"## {method.upper()} {path}".replace("{", r"\{").replace("}", r"\}"), said]
    rows = [
        (f"`{p['name']}`", p["in"], _type(p.get("schema", {})), p.get("description", ""))
        for p in operation.get("parameters", ())
    ]
    if rows:
        parts.append(table(("parameter", "in", "type", "what it is"), rows))
    if body := operation.get("requestBody"):
        kinds = [
            f"{_type(content.get('schema', {}))} as `{kind}`"
            for kind, content in body["content"].items()
        ]
        parts.append("Asked with " + " or ".join(kinds) + ".")
    answers = []
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {"": {}}).items():
            shown = f"`{kind}`" if kind else ""
            schema = _type(content.get("schema", {}))
            answers.append((status, answer.get("description", ""), schema, shown))
    problems = [status for status, *_ in answers if status.startswith(("4", "5"))]
    good = [row for row in answers if row[0] not in problems]
    parts.append(table(("status", "answer", "body", "media type"), good))
    if problems:
        parts.append(f"Else a {_link('Problem')} with status {', '.join(problems)}.")
    return parts


def _link(name: str) -> str:
    return f"[{name}](#schema-{anchor(name)})"


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return _link(schema["$ref"].rpartition("/")[2])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[key]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"table of {_type(schema['additionalProperties'])}"
    return str(kind)


LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "minLength": "{} letters or more",
    "maxLength": "at most {} letters",
    "maxItems": "at most {} entries",
    "maxProperties": "at most {} entries",
    "default": "unless given {}",
}


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = []
    for field, one in schema.get("properties", {}).items():
        inner = [one, *one.get("anyOf", ())]
        limits = [
            words.format(f"`{part[key]}`")
            for part in inner
            for key, words in LIMITS.items()
            if part.get(key) is not None
        ]
        said = cell(one.get("description", ""))
        mark = "" if field in required else "optional"
        rows.append((f"`{field}`", _type(one), mark, ", ".join(limits), said))
    head = f"(schema-{anchor(name)})=\n### {name}\n\n{schema.get('description', '')}"
    if not rows:
        return f"{head}\n\n{_type(schema)}"
    return head + "\n\n" + table(("field", "type", "", "limits", "what it is"), rows)
