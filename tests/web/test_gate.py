"""The gate: who gets in, from where, with how much; and what every answer carries."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from fastapi.testclient import TestClient

from causalgia.errors import InputError
from causalgia.web.access import COOKIE, Access
from causalgia.web.settings import Limits, Settings

TOKEN = "a-token-of-some-length"
HEALTH, LIBRARY, PATHWAY = "/api/v1/health", "/api/v1/library", "/api/v1/pathway"
NOTHING: dict[str, Any] = {}


def is_problem(answer: Any, status: int, phrase: str = "") -> bool:
    """Whether an answer is one line that says what is wrong."""
    said = answer.json()
    assert answer.status_code == status, said
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(said) == {"type", "title", "status", "detail"} and said["status"] == status
    assert "\n" not in said["detail"] and "Traceback" not in said["detail"]
    assert phrase in said["detail"], said["detail"]
    return True


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8420", "[::1]:8420", "LOCALHOST:1"])
def test_names_of_this_machine_are_known(client: TestClient, host: str) -> None:
    assert client.get(HEALTH, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example:8420", "localhost@evil.example", "localhost:x"),
        *("127.0.0.1.evil.example", "10.0.0.1", "", "localhost/../x", "[::1", "localhost:99999999"),
    ],
)
def test_other_names_are_not_so_that_no_site_can_pose_as_this_one(
    client: TestClient, host: str
) -> None:
    assert is_problem(client.get(HEALTH, headers={"Host": host}), 421, "Host")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    assert is_problem(client.post(PATHWAY, json=NOTHING, headers=headers), 403, "other sites")
    assert is_problem(client.delete(f"/api/v1/jobs/{'0' * 24}", headers=headers), 403)


def test_the_page_itself_may(client: TestClient) -> None:
    headers = {"Origin": "http://localhost:8420", "Sec-Fetch-Site": "same-origin"}
    assert is_problem(client.post(PATHWAY, json=NOTHING, headers=headers), 422, "points")


def test_a_form_of_another_site_is_no_json(client: TestClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(PATHWAY, content=b'{"points": [{}]}', headers={"Content-Type": kind})
        assert answer.status_code in (400, 422)


def test_nobody_elsewhere_is_told_that_he_may_read(client: TestClient) -> None:
    asks = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.get(HEALTH, headers=asks), client.options(PATHWAY, headers=asks)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_every_answer_is_guarded(client: TestClient) -> None:
    for path in ("/", HEALTH, "/nowhere", "/api/v1/openapi.json"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy and "*" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


def test_pages_that_load_from_elsewhere_are_not_there(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert is_problem(client.get(path), 404)


def test_a_body_that_is_too_large_is_not_read_on(serve: Any) -> None:
    client = serve(limits=Limits(body_bytes=1000))
    large = b" " * 1001
    assert is_problem(client.post(PATHWAY, content=large), 413, "1000 bytes")

    def parts() -> Any:
        yield from [large[:600], large[600:]]

    # In pieces, without a length declared beforehand.
    assert is_problem(client.post(PATHWAY, content=parts()), 413)
    for length in ("99999999999999999999999", "-1", "many"):
        answer = client.post(PATHWAY, content=b"{}", headers={"Content-Length": length})
        assert answer.status_code in (400, 413)


def test_a_body_that_trickles_is_not_waited_for(serve: Any) -> None:
    app = serve(limits=Limits(body_s=0.05)).app
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": PATHWAY, "headers": headers}
    asyncio.run(app({**scope, "query_string": b"", "asgi": {"version": "3.0"}}, receive, send))
    assert sent[0]["status"] == 408


def test_nobody_else_reaches_a_server_without_a_token() -> None:
    for host in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(InputError, match="token is needed"):
            Settings(host=host)
        assert Settings(host=host, token=TOKEN).token == TOKEN
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        assert Settings(host=host).token is None
    for token in ("short", "with spaces in the middle", "mit-Umlauten-äöüäöüäöü"):
        with pytest.raises(InputError, match="at least 16"):
            Settings(token=token)


def test_a_server_open_to_others_knows_its_addresses_and_names() -> None:
    there = Settings(host="0.0.0.0", token=TOKEN, known=("lab.example",))
    for name in ("localhost", "10.1.2.3", "[::1]", "fe80::1", "Lab.example", socket.gethostname()):
        assert there.knows(name), name
    assert not there.knows("evil.example")
    assert not Settings().knows("10.1.2.3")


def test_without_the_token_nothing_is_told(serve: Any) -> None:
    client = serve(token=TOKEN)
    for path in ("/", LIBRARY, "/api/v1/openapi.json", "/api/v1/jobs", "/nowhere"):
        answer = client.get(path)
        assert is_problem(answer, 401, "Bearer TOKEN")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert client.get(HEALTH).json()["status"] == "ok"
    assert is_problem(client.post(PATHWAY, json=NOTHING), 401)


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer \xe9"],
)
def test_a_wrong_token_is_none(serve: Any, given: str) -> None:
    headers = {"Authorization": given.encode("latin-1")}
    assert is_problem(serve(token=TOKEN).get("/api/v1/jobs", headers=headers), 401)


def test_the_token_opens(serve: Any) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert serve(token=TOKEN).get("/api/v1/jobs", headers=headers).json() == {"jobs": []}


def test_the_link_hands_out_a_cookie_once(serve: Any) -> None:
    access = Access(TOKEN)
    client = serve(token=TOKEN, access=access)
    link = f"/enter?key={access.key}"
    assert is_problem(client.get("/enter?key=wrong"), 401, "used before")
    answer = client.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/api/v1/jobs").status_code == 200  # the client keeps cookies
    client.cookies.clear()
    assert is_problem(client.get(link), 401)
    assert is_problem(client.get("/api/v1/jobs", headers={"Cookie": f"{COOKIE}=x"}), 401)
    # It outlives a restart with the same token, and no other.
    assert Access(TOKEN).cookie == access.cookie != Access(TOKEN + "x").cookie


def test_guessing_is_slowed_down(serve: Any) -> None:
    client = serve(token=TOKEN, limits=Limits(failed_tokens=3))
    wrong, right = ({"Authorization": f"Bearer {t}"} for t in ("x" * 20, TOKEN))
    assert [client.get("/", headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert is_problem(client.get("/", headers=right), 429, "wait a minute")
    assert client.get(HEALTH).status_code == 200
