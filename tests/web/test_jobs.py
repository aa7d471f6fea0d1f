"""Jobs from asking to fetching: done by a process of its own, with a double of the simulations."""

from __future__ import annotations

import importlib
import inspect
import json
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from causalgia.errors import InputError
from causalgia.pathway.response import TESTS
from causalgia.reports.progress import listening
from causalgia.web.jobs.kinds import KINDS, check, identify, place
from causalgia.web.messages import JobRequest
from causalgia.web.settings import Limits

from .conftest import application, fiber_job
from .test_answers import a_few_lines

ROOT = Path(__file__).resolve().parents[2]
JOBS = "/api/v1/jobs"


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose jobs may take fifteen seconds, which no good one needs, and be tried twice."""
    limits = Limits(job_s=15.0, job_tries=2, queued_by_client=4)
    app = application(tmp_path_factory.mktemp("jobs"), limits=limits, workers=2)
    with TestClient(app, base_url="http://localhost:8420", raise_server_exceptions=False) as here:
        yield here


def ask(client: TestClient, **job: Any) -> dict[str, Any]:
    answer = client.post(JOBS, json=fiber_job(**job))
    assert answer.status_code in (200, 202), answer.text
    assert answer.headers["location"] == f"{JOBS}/{answer.json()['id']}"
    return answer.json()


def outcome(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """The job when it is over."""
    for _ in range(1800):
        found = client.get(f"{JOBS}/{job['id']}").json()
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found['state']}: {found['progress']}")


def test_a_job_is_done_and_its_files_are_fetched(busy: TestClient) -> None:
    job = outcome(busy, ask(busy, seed=1))
    assert (job["state"], job["error"]) == ("done", None)
    assert job["created"] <= job["started"] <= job["finished"]
    files = {file["name"]: file for file in job["files"]}
    assert set(files) == {"result.json", "report.html", "data.zarr.zip"}
    for name, file in files.items():
        answer = busy.get(f"{JOBS}/{job['id']}/files/{name}")
        assert len(answer.content) == file["bytes"]
        assert answer.headers["content-type"].startswith(file["type"].partition(";")[0])
    page = busy.get(f"{JOBS}/{job['id']}/files/report.html").headers
    assert page["content-security-policy"].startswith("sandbox allow-popups")
    assert page["content-disposition"].startswith("inline")
    saved = busy.get(f"{JOBS}/{job['id']}/files/data.zarr.zip").headers
    assert saved["content-disposition"].startswith("attachment")
    assert busy.get(JOBS).json()["jobs"][0] == job


def test_the_same_document_is_the_same_job_at_once(busy: TestClient) -> None:
    job = outcome(busy, ask(busy, seed=1))
    again = fiber_job(seed=1)
    again["document"] = "\n\n# another comment\n[fiber]\ntype    = 'a_beta'"
    answer = busy.post(JOBS, json=again)
    assert (answer.status_code, answer.json()) == (200, job)
    assert ask(busy, seed=2)["id"] != job["id"]


def test_events_tell_until_it_is_over(busy: TestClient) -> None:
    job = ask(busy, seed=3)
    answer = busy.get(f"{JOBS}/{job['id']}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = [json.loads(t[6:]) for t in answer.text.splitlines() if t.startswith("data: ")]
    states = [event["state"] for event in told]
    assert states[-1] == "done"
    assert states == sorted(states, key=["queued", "running", "done"].index)


@pytest.mark.parametrize(
    ("seed", "does", "phrase"),
    [
        (10, "refuse", "fibre.toml: fiber.type: wrong after all"),
        (11, "stumble", "it broke off (ZeroDivisionError)"),
        (12, "die", "died each time it was tried"),
        (13, "wait", "took longer than"),
    ],
)
def test_what_fails_says_why_and_harms_nobody_else(
    busy: TestClient, seed: int, does: str, phrase: str
) -> None:
    job = outcome(busy, ask(busy, does=does, seed=seed))
    assert job["state"] == "failed" and phrase in job["error"], job
    assert str(ROOT) not in job["error"] and "/tmp" not in job["error"]
    assert job["files"] == []
    assert outcome(busy, ask(busy, seed=seed + 10))["state"] == "done"


def test_a_job_is_stopped_by_deleting_it(busy: TestClient) -> None:
    job = ask(busy, does="wait", seed=5)
    while busy.get(f"{JOBS}/{job['id']}").json()["state"] == "queued":
        time.sleep(0.02)
    assert busy.delete(f"{JOBS}/{job['id']}").status_code == 204
    assert busy.get(f"{JOBS}/{job['id']}").status_code == 404
    assert busy.delete(f"{JOBS}/{job['id']}").status_code == 404
    # Its process is free again before it would have given up.
    assert outcome(busy, ask(busy, seed=6))["state"] == "done"


@pytest.mark.parametrize(
    "name",
    [
        *("..%2f..%2fjobs.sqlite", "%2fetc%2fpasswd", "out-1", "%2e%2e", "result.json%00", "nope"),
        *("..%2fresult.json", "result.json/", "a" * 500),
    ],
)
def test_only_files_of_the_list_are_handed_out(busy: TestClient, name: str) -> None:
    job = outcome(busy, ask(busy, seed=1))
    assert busy.get(f"{JOBS}/{job['id']}/files/{name}").status_code in (404, 405, 422)


@pytest.mark.parametrize("id", ["x", "0" * 23, "Z" * 24, "%2e%2e%2fjobs", "0" * 24])
def test_names_of_no_job_are_refused(busy: TestClient, id: str) -> None:
    for path in ("", "/events", "/files/result.json"):
        assert busy.get(f"{JOBS}/{id}{path}").status_code in (404, 422)


def request_of(**given: Any) -> JobRequest:
    return JobRequest.model_validate(given)


EXAMPLES = {
    "case": "shingles.toml",
    "assess": "assess_arm_pain.toml",
    "trial": "trials/pregabalin_postherpetic.toml",
    "fibre": "fibre_slowing.toml",
    "cord": "cord_gate.toml",
}


@pytest.mark.parametrize(("kind", "example"), EXAMPLES.items())
def test_the_examples_are_taken(kind: str, example: str) -> None:
    document = (ROOT / "examples" / example).read_text(encoding="utf-8")
    check(request_of(kind=kind, document=document))
    first, other = (identify(request_of(kind=kind, document=document, seed=s)) for s in (1, 2))
    assert first != other and len(first) == 24


COMMANDS = {
    "case": "causalgia.reports.command.run_case",
    "assess": "causalgia.reports.assessment_command.run_assess",
    "trial": "causalgia.reports.trial_command.run_trial",
    "fibre": "causalgia.reports.fiber_command.run_fiber",
    "cord": "causalgia.reports.cord_command.run_cord",
    "prognosis": "causalgia.reports.prognosis_command.run_prognosis",
    "pathway": "causalgia.web.jobs.whole_pathway.run_whole_pathway",
}


@pytest.mark.parametrize(("kind", "command"), COMMANDS.items())
def test_a_job_calls_its_command_as_it_is(
    kind: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the command's options are called, the job's are found there."""
    module, _, name = command.rpartition(".")
    options = inspect.signature(getattr(importlib.import_module(module), name))
    called: list[inspect.BoundArguments] = []
    monkeypatch.setattr(command, lambda *args, **given: called.append(options.bind(*args, **given)))
    asked = {"kind": kind, "document": "cause = 'shingles'\nage = 70", "seed": 5}
    request = request_of(**asked, patients=64 if kind in ("case", "trial", "prognosis") else None)
    file = place(request, tmp_path)
    KINDS[kind].run(file, request, tmp_path / "out", tmp_path / "kept")
    (found,) = called
    assert found.arguments["out"] == tmp_path / "out"
    if "patients" in options.parameters:
        assert found.arguments["patients"] == 64
    if "seed" in options.parameters:
        assert found.arguments["seed"] == 5
    assert set(COMMANDS) == set(KINDS)


def test_a_question_of_prognosis_is_taken() -> None:
    document = "cause = 'shingles'\nage = 70\ntreat = ['antiviral']\ndelay = ['3 days']"
    check(request_of(kind="prognosis", document=document, patients=64))


STATES = """
[[states]]
name = "untreated"
[states.mechanisms]
"kcc2@cord" = 0.4
[[states]]
name = "treated"
"""


def test_membranes_stand_beside_stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []

    def respond(values: np.ndarray, *, fibers: int, seed: int) -> SimpleNamespace:
        seen.append(values)
        tests = np.ones((len(TESTS), 1))
        return SimpleNamespace(
            rating=tests * fibers,
            projection_Hz=tests * seed,
            afferent_Hz=np.ones((len(TESTS), 3, 1)),
        )

    monkeypatch.setattr("causalgia.pathway.biophysical.respond", respond)
    monkeypatch.setattr("causalgia.pathway.surrogate.respond", a_few_lines)
    request = request_of(kind="pathway", document=STATES, seed=5)
    check(request)
    file = place(request, tmp_path)
    told: list[str] = []
    with listening(told.append):
        KINDS["pathway"].run(file, request, tmp_path / "out", tmp_path / "kept")
    found = json.loads((tmp_path / "out" / "pathway.json").read_text(encoding="utf-8"))
    untreated, treated = found["states"]
    assert (untreated["name"], treated["name"]) == ("untreated", "treated")
    assert untreated["membranes"]["rest"]["rating"] == 8.0
    assert untreated["stand_in"]["rest"]["rating"] >= treated["stand_in"]["rest"]["rating"]
    assert (seen[0] != seen[1]).sum() == 1
    assert "untreated (1 of 2): every membrane is integrated, 0 s so far" in told
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h2>treated</h2>" in page and "Pinprick" in page


TRIAL = """
title = "A compound of one's own"
weeks = 4
patients = 20
[[condition]]
cause = "shingles"
[[arms]]
name = "placebo"
[[arms]]
name = "mine"
[[arms.treatments]]
name = "mine.toml"
"""


def test_a_compound_of_ones_own_comes_along() -> None:
    text = next((ROOT / "examples" / "compounds").glob("*.toml")).read_text(encoding="utf-8")
    check(request_of(kind="trial", document=TRIAL, compounds={"mine.toml": text}))
    with pytest.raises(InputError, match="no file is read here"):
        check(request_of(kind="trial", document=TRIAL))
    with pytest.raises(InputError, match=r"compounds: a fibre takes none"):
        check(request_of(**fiber_job(), compounds={"mine.toml": text}))


@pytest.mark.parametrize(
    "path", ["/etc/x.toml", "../x.toml", "x.TOML", " x.toml ", "mine.toml/../x.toml", "x.toml\t"]
)
def test_no_document_names_a_file_of_the_machine(path: str, tmp_path: Path) -> None:
    case = (ROOT / "examples" / "shingles.toml").read_text(encoding="utf-8")
    hostile = json.dumps(path)
    for kind, document in (
        ("trial", TRIAL.replace('"mine.toml"', hostile)),
        ("case", f"{case}\n[[treatments]]\nname = {hostile}\n"),
        ("fibre", f"[fiber]\ntype = {hostile}\n"),
        ("cord", f"[circuit]\nname = {hostile}\n"),
        ("case", f"[{hostile}]\nx = 1\n"),
    ):
        assert tomllib.loads(document)
        with pytest.raises(InputError, match=r"names a file, and no file is read here"):
            check(request_of(kind=kind, document=document, compounds={}))


LARGE = TRIAL.replace("mine.toml", "duloxetine").replace("20", "2000000")
LONG = TRIAL.replace("mine.toml", "duloxetine").replace("20", "20000").replace("= 4", "= 200")


@pytest.mark.parametrize(
    ("job", "phrase"),
    [
        ({"kind": "case", "document": "x"}, "document: not valid TOML"),
        ({"kind": "case", "document": "a = " + "[" * 5000}, "document: "),
        ({"kind": "case", "document": "a = " + "9" * 5000}, "document: not valid TOML"),
        ({"kind": "case", "document": "\u0000"}, "document: not valid TOML"),
        ({"kind": "fibre", "document": "[fiber]\ntype = 'x'"}, "unknown fiber 'x'"),
        ({**fiber_job(), "patients": 5}, "patients: a fibre has none"),
        ({"kind": "trial", "document": LARGE}, "patients: 2000000; allowed: at most 20000"),
        ({"kind": "trial", "document": LONG}, "allowed: 1000000 weeks of all patients together"),
        (
            {"kind": "fibre", "document": "fiber.type = 'a_beta'\nrecord.duration = '1 hour'"},
            "record.duration; allowed: at most 10 s",
        ),
        ({"kind": "prognosis", "document": "cause = 'x'"}, "unknown cause 'x'"),
        ({"kind": "prognosis", "document": "cause = 'shingles'\ndelay = ['1 day']"}, "delay"),
        ({"kind": "pathway", "document": "fibers = 4"}, "states"),
        ({"kind": "pathway", "document": STATES.replace("0.4", "9.0")}, "kcc2@cord: 9; allowed"),
        ({"kind": "pathway", "document": STATES.replace("kcc2", "kcc3")}, "no mechanism"),
        ({"kind": "pathway", "document": f"fibers = 99\n{STATES}"}, "number of fibers"),
    ],
)
def test_a_wrong_document_is_refused_in_one_line(
    busy: TestClient, job: dict[str, Any], phrase: str
) -> None:
    answer = busy.post(JOBS, json=job)
    said = answer.json()["detail"]
    assert answer.status_code == 422 and phrase in said, said
    assert "/tmp" not in said and "causalgia-" not in said and "\n" not in said


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "shell"},
        {"document": ""},
        {"document": "x" * 200_001},
        {"seed": -1},
        {"seed": 1.5},
        {"seed": "1"},
        {"patients": 10**9},
        {"compounds": {"../x.toml": "a"}},
        {"compounds": {f"c{i}.toml": "a" for i in range(5)}},
        {"unknown": 1},
        {"document": "\ud800"},
    ],
)
def test_a_wrong_request_is_refused(busy: TestClient, change: dict[str, Any]) -> None:
    content = json.dumps({**fiber_job(), **change})
    answer = busy.post(JOBS, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
