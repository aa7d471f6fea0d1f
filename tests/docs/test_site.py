"""The site is built without a warning, holds together, and says what the code says."""

from __future__ import annotations

import html
import importlib
import math
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

for name in ("sphinx", "myst_nb", "furo", "latex2mathml"):
    pytest.importorskip(name, reason="the packages of the documentation are not installed")

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_docs.py"
sys.path.insert(0, str(ROOT / "docs"))


# The site is built once for all of them.
pytestmark = pytest.mark.slow


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pages, built once; a warning is an error there."""
    out = tmp_path_factory.mktemp("site")
    done = run_script("--out", str(out))
    assert done.returncode == 0, done.stderr[-4000:]
    assert "WARNING" not in done.stderr
    return out / "html"


@dataclass(frozen=True)
class Page:
    """What a page offers and asks for."""

    places: frozenset[str]
    links: frozenset[str]
    loaded: frozenset[str]


@cache
def read(file: Path) -> Page:
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    links = {html.unescape(found) for found in re.findall(r"<a [^>]*?href=\"([^\"]*)\"", text)}
    loaded = re.findall(r"<(?:img|script|source) [^>]*?src=\"([^\"]*)\"", text)
    loaded += re.findall(r"<link [^>]*?rel=\"(?:stylesheet|icon)\"[^>]*?href=\"([^\"]*)\"", text)
    places = re.findall(r" id=\"([^\"]*)\"", text)
    return Page(frozenset(places), frozenset(links), frozenset(map(html.unescape, loaded)))


def test_no_link_within_the_site_is_broken(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 60
    broken = [
        f"{page.relative_to(site)}: {link}"
        for page in pages
        for link in read(page).links
        if not leads_somewhere(page, link)
    ]
    assert not broken, broken[:20]


def leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, place = link.partition("#")
    file = (page.parent / unquote(path.partition("?")[0])) if path else page
    if not file.resolve().is_file():
        return False
    return not place or file.suffix != ".html" or unquote(place) in read(file.resolve()).places


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        for address in read(page).loaded:
            assert not re.match(r"([a-z]+:)?//", address), f"{page.name}: {address}"
            file = page.parent / unquote(address.partition("?")[0])
            assert address.startswith("data:") or file.is_file(), f"{page.name}: {address}"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?https?:", sheet.read_text(encoding="utf-8")), sheet


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    from _builder.reference_pages import MODULES, public_names

    places = {p for page in (site / "reference").glob("*.html") for p in read(page).places}
    silent = [
        f"{module}.{name}"
        for module in MODULES
        for name in public_names(importlib.import_module(module))
        if f"{module}.{name}" not in places
    ]
    assert not silent, silent[:20]


def test_every_command_and_option_is_listed(site: Path) -> None:
    from typer.main import get_command

    from causalgia.cli import app

    text = html.unescape((site / "reference" / "commands.html").read_text(encoding="utf-8"))
    shown = set(re.findall(r"<span class=\"pre\">([^<]*)</span>", text))
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        if not command.hidden:
            assert f"causalgia {name}" in text
            assert {o for p in command.params for o in p.opts if o.startswith("--")} <= shown


def test_every_path_of_the_server_is_listed(site: Path, tmp_path: Path) -> None:
    from causalgia.web.app import make_app
    from causalgia.web.settings import Settings

    text = html.unescape((site / "reference" / "http.html").read_text(encoding="utf-8"))
    for path in make_app(Settings(jobs=tmp_path), warm=False).openapi()["paths"]:
        assert path in text


def test_every_number_and_source_is_listed(site: Path) -> None:
    from causalgia.evidence import all_parameters, load_sources
    from causalgia.mechanisms.map import as_parameters

    numbers = (site / "model" / "numbers.html").read_text(encoding="utf-8")
    assert numbers.count("<tr id=") == len(all_parameters()) + len(as_parameters())
    places = read(site / "model" / "sources.html").places
    assert {f"source-{key.replace('_', '-').lower()}" for key in load_sources()} <= places


def test_stored_runs_are_shown_with_where_they_come_from(site: Path) -> None:
    import json

    for file in (ROOT / "docs" / "results").glob("validate_*.json"):
        run = json.loads(file.read_text(encoding="utf-8"))
        page = site / "validation" / f"{file.stem.removeprefix('validate_')}.html"
        text = html.unescape(page.read_text(encoding="utf-8"))
        assert f"{run['result']['passed']} of {run['result']['total']}" in text
        assert run["commit"] in text and run["date"] in text
        assert text.count('class="verdict') == len(run["result"]["rows"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--runs", "validate_nerves"), "'validate_nerves' is not one; did you mean"),
        (("--out", str(SCRIPT)), "is a file; give a folder"),
    ],
)
def test_wrong_input_ends_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    done = run_script(*arguments)
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_every_form_of_a_rate_can_be_written_down() -> None:
    from _builder.equations import rate

    from causalgia.channels.rates import AbstractRate

    known = set(rate.registry)  # type: ignore[attr-defined]
    forms = {kind for kind in all_below(AbstractRate) if kind.__module__.startswith("causalgia.")}
    assert len(forms) > 10
    assert not forms - known


def all_below(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from all_below(below)


# What a browser shows of a formula, computed: MathML as Python.

OPERATORS = {"−": "-", "⋅": "*", "·": "*", "×": "*", "≥": ">=", "⁡": ""}
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


def variable(text: str) -> str:
    """A name that Python takes, which it would else bring into this form by itself."""
    text = unicodedata.normalize("NFKC", text)
    return "x" + "".join(c if c.isalnum() else f"_{ord(c)}_" for c in text if not c.isspace())


def python_of(node: ElementTree.Element) -> str:
    """An expression; symbols are variables of the names that they show."""
    tag, children = node.tag.removeprefix(NAMESPACE), list(node)
    if tag in ("math", "mrow", "mtd"):
        return sequence(children)
    if tag == "mfrac":
        return f"(({python_of(children[0])})/({python_of(children[1])}))"
    if tag == "msup":
        base, power = children
        if "".join(base.itertext()) == "e":
            return f"exp({python_of(power)})"
        return f"(({python_of(base)})**({python_of(power)}))"
    if tag == "mtable":
        (below, condition), (above, _) = (list(row) for row in children)
        return f"(({python_of(below)}) if {python_of(condition)} else ({python_of(above)}))"
    if tag == "mn":
        return str(node.text)
    return variable("".join(node.itertext()))


def sequence(children: list[ElementTree.Element]) -> str:
    """Children side by side: where no operator stands between them they are multiplied."""
    text, open_end = "", True
    for child in children:
        tag = child.tag.removeprefix(NAMESPACE)
        if tag == "mspace":
            continue
        if tag == "mo":
            shown = (child.text or "").strip()
            if shown == "{":
                continue
            starts = shown == "("
            text += ("*" if starts and not open_end else "") + OPERATORS.get(shown, shown)
            open_end = shown != ")"
        elif tag == "mi" and child.text == "max":
            text, open_end = text + ("" if open_end else "*") + "max", True
        else:
            text, open_end = text + ("" if open_end else "*") + python_of(child), False
    return text


def equations(section: str) -> Mapping[str, str]:
    """What is set equal to what in the displayed formulas of a part of a page."""
    found = {}
    for text in re.findall(r"<math [^>]*display=\"block\".*?</math>", section, re.DOTALL):
        (row,) = list(ElementTree.fromstring(text))
        children = list(row)
        at = next(i for i, child in enumerate(children) if child.text == "=")
        name = "".join(text for child in children[:at] for text in child.itertext())
        found[variable(name)] = sequence(children[at + 1 :])
    return found


class Shown(dict[str, float]):
    """Values of what is shown, each computed when it is asked for."""

    def __init__(self, formulas: Mapping[str, str], given: Mapping[str, float]) -> None:
        super().__init__({variable(name): value for name, value in given.items()})
        self.formulas = formulas

    def __missing__(self, name: str) -> float:
        if name in ("exp", "max"):
            return {"exp": math.exp, "max": max}[name]  # type: ignore[return-value]
        self[name] = float(eval(self.formulas[name], {"__builtins__": {}}, self))
        return self[name]


def shown_gates(site: Path) -> Iterator[tuple[str, str, Mapping[str, str], object]]:
    """Each gate of the library that is made of rates: its channel, symbol, formulas, itself."""
    from causalgia.channels.gates import OpenClose, Relaxation
    from causalgia.channels.library import CHANNELS

    pages = [p.read_text(encoding="utf-8") for p in (site / "model").glob("channels-*.html")]
    parts = {
        part.partition('"')[0]: part for page in pages for part in page.split('id="channel-')[1:]
    }
    for name, entry in CHANNELS.items():
        formulas = equations(parts[name.replace("_", "-")])
        for symbol, gate in zip(entry.gates, entry(entry.reference_degC + 8.0).gates, strict=True):
            if isinstance(gate, OpenClose | Relaxation):
                *before, letter = symbol.split()
                yield name, letter + "".join(before), formulas, gate


def test_equations_are_those_that_are_simulated(site: Path) -> None:
    """What the pages show, computed at voltages and a temperature, is what the gates do."""
    import jax
    import jax.numpy as jnp

    from causalgia.channels.library import CHANNELS

    checked = 0
    with jax.enable_x64(True):
        for name, symbol, formulas, gate in shown_gates(site):
            if name in ("trpv1", "trpm8", "trpa1"):  # their rates themselves change with heat
                continue
            degrees = CHANNELS[name].reference_degC + 8.0
            for voltage in (-97.3, -64.1, -21.7, 18.9):
                values = Shown(formulas, {"V": voltage, "T": degrees})
                end = variable(symbol[0] + (symbol[1:] + "," if symbol[1:] else "") + "∞")
                steady, speed = gate.kinetics(jnp.asarray(voltage))  # type: ignore[attr-defined]
                where = f"{name} {symbol} at {voltage} mV"
                assert values[end] == pytest.approx(float(steady), rel=1e-3), where
                assert values[variable(f"τ{symbol}")] == pytest.approx(
                    1.0 / float(speed), rel=1e-3
                ), where
                checked += 1
    assert checked > 200


def test_a_wrong_equation_would_be_noticed(site: Path) -> None:
    import jax.numpy as jnp

    name, symbol, formulas, gate = next(shown_gates(site))
    values = Shown(formulas, {"V": -40.0, "T": 31.0})
    steady, _ = gate.kinetics(jnp.asarray(-41.0))  # type: ignore[attr-defined]
    assert values[variable(f"{symbol}∞")] != pytest.approx(float(steady), rel=1e-3), name
