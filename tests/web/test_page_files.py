"""The page's files: right types, kept by browsers for good, and nothing else from the disk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from causalgia.web.page_files import load_page


def test_the_page_has_addresses_that_change_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "index.html").write_text(
        '<link href="./style.css"><script src="./main.js"></script><a href="/api/v1/health">x</a>'
    )
    (tmp_path / "style.css").write_text("body { color: black }")
    (tmp_path / "main.js").write_text('import "./figures/body.js";')
    (tmp_path / "figures" / "body.js").write_text("export {};")
    (tmp_path / "notes.md").write_text("not for the browser")
    page = load_page(tmp_path)
    assert set(page.files) == {"index.html", "style.css", "main.js", "figures/body.js"}
    text = page.index.content.decode()
    assert f'href="/page/{page.hash}/style.css"' in text and 'href="/api/v1/health"' in text
    assert page.files["main.js"].type.startswith("text/javascript")
    (tmp_path / "style.css").write_text("body { color: navy }")
    assert load_page(tmp_path).hash != page.hash


def test_files_are_sent_once(client: TestClient) -> None:
    first = client.get("/")
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    page = load_page()
    for name, file in page.files.items():
        answer = client.get(f"/page/{page.hash}/{name}")
        assert answer.headers["content-type"] == file.type
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content == file.content


@pytest.mark.parametrize(
    "name",
    [
        *("../page_files.py", "..%2fpage_files.py", "/etc/passwd", "%2e%2e/%2e%2e/cli.py", "x.js"),
        *("index.html/", "", "."),
    ],
)
def test_nothing_else_is_found(client: TestClient, name: str) -> None:
    answer = client.get(f"/page/{load_page().hash}/{name}")
    assert answer.status_code == 404
    assert client.get("/page/0000/index.html").status_code == 404


def test_nothing_of_the_page_is_inline_or_from_elsewhere() -> None:
    for name, file in load_page().files.items():
        text = file.content.decode("utf-8", "replace")
        if name.endswith(".html"):
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", text), name
        if name.endswith((".html", ".css", ".js")):
            assert not re.search(r"(src|href)=[\"']?(https?:)?//|url\([\"']?(https?:)?//", text), (
                name
            )
