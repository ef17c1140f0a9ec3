"""Whoever hangs up in the middle of something leaves nothing behind, not even a word in the log."""

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.conftest import serving

BOUNDARY = "xxx"
PART = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="半.txt"\r\n\r\n'
    "四川省2017年工作总结\n四川省设立了风险补偿基金。\n"
).encode()
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("cut") / "log.txt"


@pytest.fixture(scope="module")
def url(built_folder, log):
    with serving(built_folder, log) as url:
        yield url


def cut_off(url, path, kind, body, length):
    """Say that so much will come, send `body`, and hang up."""
    place = urlsplit(url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {url}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(head.encode() + body)


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/documents-read", FORM, PART),
        ("/documents-read", FORM, b""),
        ("/documents-add", FORM, PART),
        ("/api/ask", "application/json", b'{"question": "'),
        ("/mcp", "application/json", b"{"),
        ("/gradio_api/queue/join?", "application/json", b'{"data": ['),
    ],
)
def test_a_body_that_ends_in_the_middle(url, log, path, kind, body):
    cut_off(url, path, kind, body, 100_000)
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert "半.txt" not in client.get("/documents").text
    said = log.read_text()
    assert "Traceback" not in said and "ERROR" not in said


def test_a_question_nobody_waits_for_any_more(url, log):
    asked = json.dumps({"question": "哪些省份设立了质押融资风险补偿基金"}).encode()
    for _ in range(20):
        cut_off(url, "/api/ask", "application/json", asked, len(asked))
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        assert client.get("/api/search", params={"question": "专利保险"}).status_code == 200
    said = log.read_text()
    assert "Traceback" not in said and "ERROR" not in said
