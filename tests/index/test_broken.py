"""Every broken or hostile file is refused in one clear sentence, and the store stays as it was."""

import pytest

from index import build
from index.build import build_store, edit_store
from index.errors import SourceError
from tests.fakes import WordCountEncoder
from tests.made.broken import BROKEN, TEXT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A store of one document, for all cases: none of them changes it."""
    home = tmp_path_factory.mktemp("broken")
    (home / "好.txt").write_text(TEXT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "load_encoder", lambda _: WordCountEncoder("基金"))
        build_store(home / "store", [home / "好.txt"], notify=print)
    return home / "store"


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


@pytest.mark.parametrize("case", BROKEN)
def test_it_is_refused_in_one_clear_sentence(folder, tmp_path, case):
    name, data, says = BROKEN[case]
    (tmp_path / name).write_bytes(data)
    before = contents(folder)
    with pytest.raises(SourceError, match=says) as caught:
        edit_store(folder, add=[tmp_path / name])
    assert name in str(caught.value) or "没有可以读取的文件" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert contents(folder) == before
