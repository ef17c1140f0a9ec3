"""Guessing has to wait, by a clock that nobody sets, in a memory that does not grow."""

from base64 import b64encode

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from index.errors import UsageError
from qa.config import load_settings
from web import throttle
from web.access import Guard, read_accounts
from web.throttle import IN_ALL, MOST_ADDRESSES, WINDOW_SECONDS, Throttle

ALLOWED = 3
STEP = WINDOW_SECONDS / ALLOWED


class Clock:
    def __init__(self):
        self.now = 5000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def doorman(clock):
    return Throttle(ALLOWED, clock)


def fail(doorman, address, times, start=0):
    for n in range(start, start + times):
        doorman.failed(address, b"%d" % n)


def test_after_so_many_failures_an_address_waits_and_others_do_not(doorman):
    fail(doorman, "10.0.0.1", ALLOWED - 1)
    assert doorman.wait("10.0.0.1") == 0
    fail(doorman, "10.0.0.1", 1, start=ALLOWED)
    assert doorman.wait("10.0.0.1") == pytest.approx(STEP)
    assert doorman.wait("10.0.0.2") == 0


def test_each_step_of_time_gives_one_more_try(doorman, clock):
    fail(doorman, "10.0.0.1", ALLOWED)
    clock.now += STEP - 1
    assert doorman.wait("10.0.0.1") == pytest.approx(1)
    clock.now += 1
    assert doorman.wait("10.0.0.1") == 0
    fail(doorman, "10.0.0.1", 1, start=100)
    assert doorman.wait("10.0.0.1") == pytest.approx(STEP)
    clock.now += WINDOW_SECONDS * 10
    fail(doorman, "10.0.0.1", ALLOWED - 1, start=200)
    assert doorman.wait("10.0.0.1") == 0


def test_the_same_wrong_password_counts_once(doorman):
    for _ in range(100):
        doorman.failed("10.0.0.1", b"stale")
    assert doorman.wait("10.0.0.1") == 0


def test_a_success_forgives_nothing(doorman):
    fail(doorman, "10.0.0.1", ALLOWED)
    doorman.succeeded("10.0.0.1")
    assert doorman.wait("10.0.0.1") > 0


def test_many_addresses_together_wait_but_not_where_someone_came_in(doorman, clock):
    doorman.succeeded("10.9.9.9")
    for n in range(ALLOWED * IN_ALL):
        doorman.failed(f"10.0.1.{n}", b"guess")
    assert doorman.wait("10.8.8.8") == pytest.approx(STEP / IN_ALL)
    assert doorman.wait("10.9.9.9") == 0
    clock.now += throttle.TRUSTED_SECONDS
    for n in range(ALLOWED * IN_ALL):
        doorman.failed(f"10.0.2.{n}", b"guess")
    assert doorman.wait("10.9.9.9") > 0


def test_addresses_that_one_visitor_can_choose_among_are_one(doorman):
    for n in range(ALLOWED):
        doorman.failed(f"2001:db8::{n}", b"%d" % n)
        doorman.failed(f"::ffff:10.0.0.{n}", b"x")
    assert doorman.wait("2001:db8::ffff") > 0
    assert doorman.wait("2001:db8:0:1::1") == 0
    assert doorman.wait("10.0.0.1") == 0
    fail(doorman, "::ffff:10.0.0.7", ALLOWED)
    assert doorman.wait("10.0.0.7") > 0


def test_its_memory_is_bounded(doorman):
    for n in range(MOST_ADDRESSES + 500):
        address = f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"
        doorman.failed(address, b"x")
        doorman.succeeded(address)
    fail(doorman, "10.77.0.1", 1000)
    assert len(doorman._counts) == len(doorman._trusted) == MOST_ADDRESSES
    assert len(doorman._counts["10.77.0.1"].guesses) == ALLOWED


def asked(client, account):
    token = b64encode(account.encode()).decode()
    return client.get("/api/x", headers={"Authorization": f"Basic {token}"})


def test_who_fails_too_often_is_told_when_to_come_again(clock):
    from pydantic import SecretStr

    app = Starlette(routes=[Route("/api/x", lambda _: PlainTextResponse("in"))])
    guard = Guard(app, read_accounts(SecretStr("a:right")), Throttle(ALLOWED, clock))
    client = TestClient(guard)
    for n in range(ALLOWED):
        assert client.get("/api/x").status_code == 401
        assert asked(client, f"a:{n}").status_code == 401
    late = asked(client, "a:right")
    assert (late.status_code, late.headers["retry-after"]) == (429, "100")
    assert late.json() == {"error": "登录失败太多次，请100秒后再试。"}
    assert "www-authenticate" not in late.headers
    assert client.get("/api/x").status_code == 401
    clock.now += 100
    assert asked(client, "a:right").text == "in"


def test_how_often_is_a_setting(monkeypatch):
    assert load_settings().login_failures == 10
    monkeypatch.setenv("CEWEN_LOGIN_FAILURES", "2")
    assert load_settings().login_failures == 2
    monkeypatch.setenv("CEWEN_LOGIN_FAILURES", "0")
    with pytest.raises(UsageError, match="login_failures"):
        load_settings()
