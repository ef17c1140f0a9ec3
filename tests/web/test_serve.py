import socket

import pytest

from index.errors import UsageError
from qa.cli import main
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
