"""What the documents show runs as it stands there: the blocks of a section, from top to bottom.

A block whose first line is a comment with the name of a file is that file, which later blocks of
the section can read or import; any other Python block is run.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/afferents.md",
    "docs/stimulation.md",
    "docs/neurostimulation.md",
    "docs/drugs_and_mutations.md",
    "docs/bring_your_own_channel.md",
    "docs/fitting.md",
    "docs/fibre.md",
    "docs/cord.md",
    "docs/brain.md",
    "docs/cord_circuit.md",
    "docs/treatments.md",
    "docs/trials.md",
    "docs/patients.md",
    "docs/gallery.md",
)
BLOCK = re.compile(r"^```(python|toml|mod)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"[#:] (\w+\.(?:py|toml|mod))\n")


def sections() -> dict[str, list[tuple[str, str]]]:
    """Language and text of the blocks of each section that holds Python."""
    found = {}
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        for part in re.split(r"^#+ (?=[A-Z])", text, flags=re.MULTILINE)[1:]:
            blocks = BLOCK.findall(part)
            if any(language == "python" for language, _ in blocks):
                found[f"{document}: {part.splitlines()[0]}"] = blocks
    return found


SECTIONS = sections()


def run(blocks: list[tuple[str, str]], folder: Path) -> None:
    """Write the files of a section into a folder, and run its other Python blocks there."""
    names: dict[str, object] = {"__name__": "example"}
    for language, text in blocks:
        if named := FILE.match(text):
            (folder / named[1]).write_text(text, encoding="utf-8")
        elif language == "python":
            # As a reader's own file would: without the imports from the future of this one.
            exec(compile(text, "example", "exec", dont_inherit=True), names)


@pytest.fixture
def example_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the example recordings to run in, from which modules can be imported."""
    (tmp_path / "examples" / "data").mkdir(parents=True)
    for file in (ROOT / "examples" / "data").glob("*.csv"):
        (tmp_path / "examples" / "data" / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_the_sections_with_examples_are_found() -> None:
    titles = " ".join(SECTIONS)
    for expected in ("A case", "Mechanisms", "A channel", "A cause", "A drug"):
        assert expected in titles


@pytest.mark.parametrize("section", [name for name in SECTIONS if "README" not in name])
def test_an_example_runs(section: str, example_folder: Path) -> None:
    # Each ends in assertions on what it shows.
    assert "assert " in "".join(text for _, text in SECTIONS[section])
    run(SECTIONS[section], example_folder)


def test_a_block_before_the_generator_leaves_the_pain_and_one_behind_it_ends_it(
    example_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(SECTIONS["README.md: Mechanisms"], example_folder)
    printed = capsys.readouterr().out.splitlines()
    healthy, injured, wrist, root = (float(line.split()[-1]) for line in printed)
    assert healthy < 0.5 < 3.0 < injured
    assert wrist > 0.8 * injured
    assert root < 0.1 * injured


def test_a_case_is_answered_from_python(
    example_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (ROOT / "examples").glob("*.toml"):
        (example_folder / "examples" / file.name).write_bytes(file.read_bytes())
    run(SECTIONS["README.md: A case"], example_folder)
    printed = dict(re.findall(r"^(\S+) +(\d+\.\d)$", capsys.readouterr().out, re.MULTILINE))
    assert "none" in printed and len(printed) > 3
    assert all(0.0 <= float(pain) <= 10.0 for pain in printed.values())


def test_half_of_nav1_8_raises_a_threshold(
    example_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(SECTIONS["README.md: A nerve fiber"], example_folder)
    healthy, halved = (float(line.split()[-2]) for line in capsys.readouterr().out.splitlines())
    assert 0.15 < healthy < 0.3
    assert halved > healthy


def test_an_installed_cause_is_found_by_name(tmp_path: Path) -> None:
    """The entry point of the example, in a package as an installer leaves it behind."""
    (section,) = (name for name in SECTIONS if "A cause" in name)
    files = {found[1]: text for _, text in SECTIONS[section] if (found := FILE.match(text))}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    declared = [tomllib.loads(t) for language, t in SECTIONS[section] if language == "toml"]
    (groups,) = (table["project"]["entry-points"] for table in declared)
    lines = [
        line
        for group, entries in groups.items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in entries.items()))
    ]
    about = tmp_path / "my_lab-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: my-lab\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n")
    code = "from causalgia import causes; print(causes.find('chemotherapy').label)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "Chemotherapy"


def test_the_printed_plan_is_that_of_the_compiled_course() -> None:
    from causalgia.course.plan import describe

    printed = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = [
        f"| {row['order']} | {row['step']} | {row['floor']} | {row['does']} |" for row in describe()
    ]
    assert "\n".join(table) in printed


def test_the_readme_does_not_flatter_the_numbers() -> None:
    from causalgia.evidence import all_parameters
    from causalgia.mechanisms.map import as_parameters

    statuses = [entry.status for entry in (*all_parameters(), *as_parameters())]
    said = re.search(
        r"Of about (\d+), some (\d+) .* fewer than (\d+) were measured .* about (\d+) are assumed",
        " ".join((ROOT / "README.md").read_text(encoding="utf-8").split()),
    )
    assert said is not None
    total, fitted, measured, assumed = map(int, said.groups())
    # Round figures, so that not every new number is a new README.
    assert total == pytest.approx(len(statuses), rel=0.05)
    assert fitted == pytest.approx(statuses.count("fitted"), rel=0.05)
    assert statuses.count("measured") < measured <= statuses.count("measured") + 20
    assert assumed == pytest.approx(statuses.count("assumed"), rel=0.05)


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_links_and_named_files_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    here = (ROOT / document).parent
    linked = re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", text)
    for target in (first or second for first, second in linked):
        assert (here / target).exists(), target
    for name in re.findall(r"`((?:[a-z]+/)+[a-z_0-9]+(?:\.[a-z]+|/))`", text):
        places = (ROOT, ROOT / "src", ROOT / "src" / "causalgia")
        made = name.startswith("reports/cervical") or "author_year" in name
        known = made or any((place / name).exists() for place in places)
        assert known, name


def test_the_commands_of_the_readme_exist() -> None:
    from typer.main import get_command

    from causalgia.cli import app

    known = {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in get_command(app).commands.items()  # type: ignore[attr-defined]
        if not command.hidden
    }
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "`causalgia " in line]
    assert len(lines) >= 4
    for line in lines:
        command = re.findall(r"`causalgia (\w+)", line)[0]
        assert set(re.findall(r"--[a-z-]+", line)) <= known[command], line
    assert set(known) == set(re.findall(r"^\| `causalgia (\w+)", text, re.MULTILINE))
