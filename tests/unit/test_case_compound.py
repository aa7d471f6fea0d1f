"""A compound of one's own among the treatments of a case: a file, as in a trial."""

from __future__ import annotations

from pathlib import Path

from causalgia import read_case
from causalgia.treatments import find

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_a_treatment_of_a_case_may_be_a_file(tmp_path: Path) -> None:
    compound = EXAMPLES / "compounds" / "nav1_8_blocker.toml"
    before, marker, rest = (
        (EXAMPLES / "shingles.toml").read_text("utf-8").partition("[[treatments]]")
    )
    own = f'{marker}\nname = "{compound.as_posix()}"\n\n'
    file = tmp_path / "case.toml"
    file.write_text(before + own + marker + rest, encoding="utf-8")
    request = read_case(file).requests[0]
    # It is found again by the name that is kept.
    assert find(request.name) == find(compound.as_posix())
