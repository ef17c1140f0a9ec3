import traceback
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


@pytest.mark.parametrize(
    ("variable", "value", "file"),
    [
        ("CEWEN_LLM_API_KEY", "SECRET", ""),
        ("CEWEN_LLM_APIKEY", "SECRET", ""),
        ("CEWEN_LLM_KEY", "SECRET", ""),
        ("CEWEN_LLM", "SECRET", ""),
        ("CEWEN_LLM", '{"api_key": ["SECRET"]}', ""),
        ("CEWEN_LLM_BASE_URL", "http://office:SECRET@llm/v1", "top_k = 0"),
        ("CEWEN_TOP_K", "3", '[llm]\napikey = "SECRET"'),
        ("CEWEN_TOP_K", "3", '[llm]\napi_key = ["SECRET"]'),
        ("CEWEN_TOP_K", "3", 'llm = "SECRET"'),
        ("CEWEN_TOP_K", "3", 'OPENAI_API_KEY = "SECRET"'),
        ("CEWEN_TOP_K", "3", '[llm]\napi_key = "SECRET'),
    ],
)
def test_a_key_is_never_repeated_wherever_it_was_written(
    folder, monkeypatch, variable, value, file
):
    key = "sk-very-secret"
    monkeypatch.setenv(variable, value.replace("SECRET", key))
    (folder / CONFIG_FILE).write_text(file.replace("SECRET", key), encoding="utf-8")
    try:
        told = repr(load_settings())
    except UsageError as error:
        told = "".join(traceback.format_exception(error))
        assert "\n" not in str(error) and str(error).endswith("。")
    assert key not in told
