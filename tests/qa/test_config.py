from pathlib import Path

import pytest

from index.errors import UsageError
from qa.config import CONFIG_FILE, load_settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults(folder):
    settings = load_settings()
    assert settings.store.parts[-2:] == ("cewen", "store")
    assert (settings.encoder, settings.top_k) == (None, 10)
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)


def test_options_beat_the_environment_beats_the_file(folder, monkeypatch):
    (folder / CONFIG_FILE).write_text('top_k = 3\nport = 8000\nstore = "甲"\n', encoding="utf-8")
    monkeypatch.setenv("CEWEN_PORT", "8001")
    monkeypatch.setenv("CEWEN_STORE", "乙")
    settings = load_settings(store=Path("丙"), encoder=None)
    assert (settings.top_k, settings.port, settings.store) == (3, 8001, Path("丙"))


@pytest.mark.parametrize(("name", "value"), [("CEWEN_PORT", "http"), ("CEWEN_TOP_K", "0")])
def test_a_value_that_does_not_fit_is_named(folder, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(
        UsageError, match=f"{name.removeprefix('CEWEN_').lower()} 的值“{value}”不对"
    ):
        load_settings()


def test_an_unknown_key_in_the_file_is_named(folder):
    (folder / CONFIG_FILE).write_text("topk = 3\n", encoding="utf-8")
    with pytest.raises(UsageError, match="topk"):
        load_settings()


def test_a_file_that_is_no_toml_is_named(folder):
    (folder / CONFIG_FILE).write_text("top_k : 3", encoding="utf-8")
    with pytest.raises(UsageError, match=CONFIG_FILE):
        load_settings()
