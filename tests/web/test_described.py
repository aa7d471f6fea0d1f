"""The API is as its description says, whatever is sent: requests are made of that description."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from causalgia.patients.atlas.library import STORED
from causalgia.web import assessments

from .conftest import application

EXAMPLES = 8
# Which names there are, and what a document must say, a schema does not tell.
UNDESCRIBED = [positive_data_acceptance]
ADDRESSES = (
    ("GET", "/health"),
    ("GET", "/library"),
    ("POST", "/pathway"),
    ("POST", "/course"),
    ("POST", "/assess"),
    ("POST", "/jobs"),
    ("GET", "/jobs"),
    ("GET", "/jobs/{id}"),
    ("DELETE", "/jobs/{id}"),
    ("GET", "/jobs/{id}/events"),
    ("GET", "/jobs/{id}/files/{name}"),
)


@pytest.fixture(scope="module")
def described(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[schemathesis.schemas.BaseSchema]:
    app = application(tmp_path_factory.mktemp("jobs"), known=("testserver",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAUSALGIA_ATLAS", str(STORED))
        patch.setattr(assessments, "_KNOWN", [])
        # What is compiled or read the first time may take longer than an answer is waited for.
        first = TestClient(app)
        first.post("/api/v1/pathway", json={"points": [{}]})
        first.post("/api/v1/assess", json={})
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_every_address_answers_as_described(
    described: schemathesis.schemas.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    operation = described[f"/api/v1{path}"][method]
    if mode is GenerationMode.NEGATIVE and "{" not in path and method == "GET":
        pytest.skip("nothing is sent that could be wrong")
    if path == "/assess" and not STORED.exists():
        pytest.skip("no atlas comes with this state of the package")

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def answers(case: schemathesis.Case) -> None:
        answer = case.call()
        assert answer.status_code < 500
        if answer.status_code != 413:  # what is too long to be read is not looked into
            case.validate_response(answer, excluded_checks=UNDESCRIBED)

    answers()


def test_the_description_is_whole(client: TestClient) -> None:
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in str(found)
    addresses = []
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            addresses.append((method.upper(), path.removeprefix("/api/v1")))
            problem = operation["responses"]["422"]["content"]
            assert list(problem) == ["application/problem+json"], path
            assert operation["summary"]
    assert sorted(addresses) == sorted(ADDRESSES)


def test_the_documentation_names_every_address() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "serve.md").read_text(encoding="utf-8")
    for method, path in ADDRESSES:
        assert f"`{method} {path}`" in text, path
