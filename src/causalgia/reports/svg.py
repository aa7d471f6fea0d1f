"""Small helpers to draw SVG by hand: a canvas, numbers, scales."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

__all__ = ["Canvas", "Scale", "number", "points", "smooth"]


def number(value: float) -> str:
    """A coordinate in few characters."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def points(pairs: Iterable[tuple[float, float]]) -> str:
    """The path through the points, as straight lines."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in pairs)


def smooth(pairs: Sequence[tuple[float, float]]) -> str:
    """A smooth curve through the points (Catmull-Rom, as cubic pieces)."""
    text = f"M{number(pairs[0][0])} {number(pairs[0][1])}"
    for i in range(len(pairs) - 1):
        before, start, end = pairs[max(i - 1, 0)], pairs[i], pairs[i + 1]
        after = pairs[min(i + 2, len(pairs) - 1)]
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        text += "C" + " ".join(number(v) for pair in (first, second, end) for v in pair)
    return text


@dataclass(frozen=True)
class Scale:
    """A straight map from data to picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value lies in the picture."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass
class Canvas:
    """One picture: elements are added in painting order, `render` gives the text.

    Colors come from the page's style by class, so that light and dark need one picture.
    """

    width: float
    height: float
    alt: str
    name: str
    elements: list[str] = field(default_factory=list)

    def add(self, tag: str, content: str | None = None, /, **attributes: object) -> None:
        """Add one element; `class_` stands for class and `_` in names for `-`."""
        text = "".join(
            f' {key.rstrip("_").replace("_", "-")}="{self._value(value)}"'
            for key, value in attributes.items()
            if value is not None
        )
        end = "/>" if content is None else f">{content}</{tag}>"
        self.elements.append(f"<{tag}{text}{end}")

    @staticmethod
    def _value(value: object) -> str:
        return number(value) if isinstance(value, float) else escape(str(value))

    def path(self, d: str, class_: str, **attributes: object) -> None:
        """A path."""
        self.add("path", d=d, class_=class_, **attributes)

    def line(self, start: tuple[float, float], end: tuple[float, float], class_: str) -> None:
        """A straight line."""
        self.path(points([start, end]), class_)

    def text(
        self, x: float, y: float, text: str, class_: str = "label", *, anchor: str = "start"
    ) -> None:
        """One line of text; `anchor` is start, middle or end."""
        self.add("text", escape(text), x=float(x), y=float(y), class_=class_, text_anchor=anchor)

    def render(self, class_: str) -> str:
        """The picture as an element of a page, with its description."""
        body = "\n".join(self.elements)
        return (
            f'<svg class="{class_}" viewBox="0 0 {number(self.width)} {number(self.height)}" '
            f'role="img" aria-label="{escape(self.alt)}" '
            f'xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>'
        )
