import asyncio
import logging
import socket

import httpx
import pytest

from index.errors import UsageError
from qa.cli import main
from tests.web.conftest import serving
from web.app import _is_fault
from web.serve import require_free


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_one_line_and_status_2(taken, capsys, built_folder):
    status = main(["serve", "--port", str(taken), "--store", str(built_folder)])
    err = capsys.readouterr().err
    assert status == 2
    assert err.count("\n") == 1 and f"127.0.0.1:{taken}" in err and "--port" in err


def test_a_free_port_is_free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    require_free("127.0.0.1", port)


def test_an_address_of_nowhere_is_told():
    with pytest.raises(UsageError, match="地址“no such host”不对"):
        require_free("no such host", 7860)


def test_a_port_that_is_no_port_is_told(capsys):
    assert main(["serve", "--port", "70000"]) == 2
    assert "port" in capsys.readouterr().err


def test_it_stops_without_a_word_while_pages_are_open(tmp_path, built_folder):
    log = tmp_path / "log.txt"
    with httpx.Client(trust_env=False, timeout=30) as browser, serving(built_folder, log) as url:
        alive = browser.send(
            browser.build_request("GET", f"{url}/gradio_api/heartbeat/anyone"), stream=True
        )
        assert next(alive.iter_text()).startswith("data: ALIVE")
    assert "ERROR" not in log.read_text()


def test_a_request_cut_off_by_stopping_is_no_fault():
    def logged(error):
        return logging.LogRecord("", logging.ERROR, "", 0, "", None, (type(error), error, None))

    assert not _is_fault(logged(asyncio.CancelledError()))
    assert _is_fault(logged(ValueError()))
    assert _is_fault(logging.LogRecord("", logging.ERROR, "", 0, "", None, None))
