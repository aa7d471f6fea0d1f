"""Words, numbers and signs of a mechanism file, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from causalgia.channels.nmodl.syntax import Source

__all__ = ["Token", "Tokens", "tokens_of"]

_PATTERN = re.compile(
    r"(?P<space>[ \t\r\f]+)|(?P<newline>\n)|(?P<comment>[:?][^\n]*)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|==|!=|&&|\|\||<->|->|[-+*/^=<>!(){},'\[\]~%])"
    r"|(?P<other>.)"
)
_TITLE = re.compile(r"^[ \t]*TITLE\b[^\n]*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*COMMENT\b.*?^[ \t]*ENDCOMMENT\b", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Token:
    """A word, a number, a sign or the end."""

    kind: str
    text: str
    line: int


def tokens_of(text: str, source: Source) -> Tokens:
    """Cut a file into tokens, without its comments and its title."""
    for prose in (_COMMENT, _TITLE):
        text = prose.sub(lambda found: "\n" * found[0].count("\n"), text)
    found = []
    line = 1
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "newline":
            line += 1
        elif kind not in ("space", "comment"):
            if match[0] in ("VERBATIM", "INCLUDE"):
                raise source.unsupported(line, match[0])
            if match[0] not in ("UNITSON", "UNITSOFF"):
                found.append(Token(kind, match[0], line))
    found.append(Token("end", "the end of the file", line))
    return Tokens(found, source)


class Tokens:
    """Tokens read one after the other."""

    def __init__(self, tokens: list[Token], source: Source) -> None:
        self.source = source
        self._tokens = tokens
        self._place = 0

    @property
    def next(self) -> Token:
        """The token to come."""
        return self._tokens[self._place]

    @property
    def after(self) -> Token:
        """The token after the one to come."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The token to come, which is then past."""
        token = self.next
        if token.kind != "end":
            self._place += 1
        return token

    def at(self, *texts: str) -> bool:
        """Whether the token to come is one of these."""
        return self.next.kind != "number" and self.next.text in texts

    def accept(self, text: str) -> bool:
        """Take a token if it is the one to come."""
        if self.at(text):
            self.take()
            return True
        return False

    def expect(self, text: str, where: str) -> Token:
        """Take a token that must come."""
        if not self.at(text):
            raise self.unexpected(f"{text!r} {where}")
        return self.take()

    def name(self, where: str) -> Token:
        """Take a name."""
        if self.next.kind != "name":
            raise self.unexpected(f"a name {where}")
        return self.take()

    def number(self, where: str) -> float:
        """Take a number with its sign."""
        sign = -1.0 if self.accept("-") else 1.0
        if self.next.kind != "number":
            raise self.unexpected(f"a number {where}")
        return sign * float(self.take().text)

    def unit(self) -> str:
        """Pass over a unit in parentheses, if there is one; units are not checked."""
        if not self.at("("):
            return ""
        text = self.take().text
        depth = 1
        while depth:
            token = self.take()
            if token.kind == "end":
                raise self.unexpected("')' after a unit")
            depth += (token.text == "(") - (token.text == ")")
            text += token.text
        return text

    def unexpected(self, wanted: str) -> Exception:
        """The error of a file that goes on otherwise than it should."""
        found = self.next.text if self.next.kind == "end" else repr(self.next.text)
        return self.source.error(self.next.line, f"syntax: expected {wanted}, found {found}")
