"""The command line's contract: what goes to standard output, what to standard error, what status."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import build
from qa.cli import main
from tests.chat_server import ChatServer, fails, obeys
from tests.damage import Printer, Writer
from tests.fakes import WordCountEncoder

ROOT = Path(__file__).parents[2]

QUESTION = "哪些省份设立了质押融资风险补偿基金"
HIT_KEYS = {
    "rank", "score", "id", "document", "province", "year", "column", "column_title", "theme",
    "task", "tasks", "text", "pages", "found_by",
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cewen(capsys, built_folder):
    """Runs a command on the bundled store: (status, standard output, standard error)."""

    def run(*arguments, store=built_folder):
        place = ["--store", str(store)] if store else []
        status = main([*arguments, *place])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_search_as_json(cewen):
    status, out, err = cewen("search", QUESTION, "--top-k", "3", "--json")
    result = json.loads(out)
    assert (status, err) == (0, "")
    assert result["question"] == QUESTION
    assert [hit["rank"] for hit in result["hits"]] == [1, 2, 3]
    assert set(result["hits"][0]) == HIT_KEYS
    best = result["hits"][0]
    assert (best["province"], best["column"]) == ("安徽省", "achievement")
    assert (best["column_title"], best["pages"]) == ("2016-2017年工作成绩", [20])
    assert best["found_by"] == {"dense": 1, "bm25": 1}
    assert "\\u" not in out


def test_search_for_people_shows_province_and_column_first(cewen):
    status, out, _ = cewen("search", QUESTION, "--top-k", "1")
    assert status == 0
    assert out.splitlines()[0].split() == ["1", "安徽省", "2016-2017年工作成绩", "第20页"]
    assert "拓宽服务创新的投融资渠道" in out


def test_filters_are_options(cewen):
    _, out, _ = cewen(
        "search", QUESTION, "--province", "安徽", "--province", "四川省", "--column", "plan",
        "--theme", "拓宽", "--year", "2018", "--json",
    )  # fmt: skip
    hits = json.loads(out)["hits"]
    assert {(h["province"], h["column"], h["theme"]) for h in hits} == {
        ("安徽省", "plan", "拓宽服务创新的投融资渠道"),
        ("四川省", "plan", "拓宽服务创新的投融资渠道"),
    }


def test_ask_as_json(cewen):
    status, out, err = cewen("ask", QUESTION, "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert (answer["kind"], answer["refused"]) == ("which", False)
    assert len(answer["provinces"]) == 11
    assert set(answer["provinces"][0]) == {"province", "status", "citations"}
    assert set(answer["hits"][0]) == HIT_KEYS
    assert {"n", "id", "document", "province", "column", "theme", "task", "quote", "pages"} <= set(
        answer["citations"][0]
    )
    assert answer["checked"] == len(answer["citations"]) > 0


def test_ask_for_people_lists_provinces_by_status(cewen):
    status, out, _ = cewen("ask", QUESTION)
    assert status == 0
    assert "逐一核对11个省份" in out and "引文核对：" in out


def test_a_refused_question_is_status_1(cewen):
    status, out, _ = cewen("ask", "广东省知识产权质押融资金额是多少", "--json")
    answer = json.loads(out)
    assert (status, answer["refused"], answer["reason"]) == (1, True, "absent")


def test_a_batch_of_asked_questions(cewen, tmp_path):
    file = tmp_path / "questions.txt"
    file.write_text("\n".join([QUESTION, "", "广东的质押"]) + "\n", encoding="utf-8")
    status, out, _ = cewen("ask", "--batch", str(file), "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [line["refused"] for line in lines] == [False, True, True]
    assert "空的" in lines[1]["error"]


def test_nothing_found_is_status_1(cewen):
    arguments = ("search", "质押", "--province", "贵州", "--theme", "推进知识产权领域的改革创新")
    assert cewen(*arguments) == (1, "", "没有找到符合条件的内容。\n")
    status, out, _ = cewen(*arguments, "--json")
    assert (status, json.loads(out)["hits"]) == (1, [])


LOAN = "四川省/12/achievement/1"  # tells of 天府知来贷


def similar(cewen, *arguments):
    status, out, err = cewen("similar", *arguments, "--json")
    return status, json.loads(out), err


@pytest.mark.parametrize("asked", [LOAN, f"长江经济带十一省市知识产权工作_2016-2018/{LOAN}"])
def test_like_practices_of_a_passage_by_id_and_by_address(cewen, asked):
    status, found, err = similar(cewen, asked, "--top-k", "12")
    assert (status, err) == (0, "")
    assert set(found) == {"source", "hits"}
    assert set(found["source"]) == HIT_KEYS and set(found["hits"][0]) == HIT_KEYS
    assert found["source"]["id"].endswith(LOAN)
    assert [hit["rank"] for hit in found["hits"]] == list(range(1, 13))
    provinces = [hit["province"] for hit in found["hits"]]
    assert len(set(provinces[:10])) == 10 and "四川省" not in provinces
    assert provinces[0] == "安徽省"


def test_like_practices_of_one_that_is_described(cewen):
    described = ("设立质押融资风险补偿基金", "--from", "四川", "--top-k", "10")
    status, found, _ = similar(cewen, *described)
    assert (status, found["source"]["province"]) == (0, "四川省")
    assert found["source"]["id"].endswith(LOAN)
    provinces = [hit["province"] for hit in found["hits"]]
    assert len(set(provinces)) == 10 and "四川省" not in provinces
    # Without a province there is no source, and none is left out.
    status, found, _ = similar(cewen, described[0], "--top-k", "11")
    assert (status, found["source"], len({h["province"] for h in found["hits"]})) == (0, None, 11)


def test_like_practices_are_filtered(cewen):
    _, found, _ = similar(cewen, LOAN, "--province", "安徽", "--column", "2018年工作计划")
    assert {(h["province"], h["column"]) for h in found["hits"]} == {("安徽省", "plan")}


def test_like_practices_for_people_name_the_source_first(cewen):
    status, out, _ = cewen("similar", LOAN, "--top-k", "1")
    lines = [line.split() for line in out.splitlines() if line.strip()]
    assert status == 0
    assert lines[0] == ["所问做法"]
    assert lines[1] == ["1", "四川省", "2016-2017年工作成绩", "第43页"]
    below = lines[lines.index(["类似做法"]) + 1]
    assert below == ["1", "安徽省", "2016-2017年工作成绩", "第20页"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("高速公路通车里程",),
        ("天府知来贷", "--from", "安徽省"),
        (LOAN, "--province", "四川省"),
        ("设立质押融资风险补偿基金", "--from", "四川省", "--province", "四川省"),
    ],
)
def test_no_like_practice_is_status_1(cewen, arguments):
    assert cewen("similar", *arguments) == (1, "", "没有找到类似的做法。\n")
    status, found, _ = similar(cewen, *arguments)
    assert (status, found["hits"]) == (1, [])


def test_the_province_of_an_address_may_be_given_too(cewen):
    assert similar(cewen, LOAN, "--from", "四川") == similar(cewen, LOAN)


def test_like_practices_for_people_are_told_from_what_is_only_nearest(cewen):
    _, out, _ = cewen("similar", "江苏省/09/achievement/1")  # gives stars to agencies
    heads = [line for line in out.splitlines() if line in ("类似做法", "最接近的其他内容")]
    assert heads == ["类似做法", "最接近的其他内容"]


def test_cells_as_json(cewen):
    status, out, _ = cewen("cells", "--json")
    cells = json.loads(out)
    assert (status, len(cells)) == (0, 326)
    assert set(cells[0]) == {
        "id", "document", "province", "year", "theme", "task", "column", "column_title", "tasks", "items",
    }  # fmt: skip
    assert set(cells[0]["items"][0]) == {"id", "text", "pages", "lines"}
    shared = [c for c in cells if len(c["tasks"]) > 1]
    assert {c["column"] for c in shared} == {"plan"}


def test_cells_for_people(cewen):
    status, out, _ = cewen("cells")
    assert status == 0
    assert "18/27" in next(line for line in out.splitlines() if "安徽省" in line)


def test_a_batch_gives_a_line_a_question_in_order(cewen, tmp_path):
    file = tmp_path / "questions.txt"
    questions = [QUESTION, "", "天府知来贷是什么", "？？"]
    file.write_text("\n".join(questions) + "\n", encoding="utf-8")
    status, out, _ = cewen("search", "--batch", str(file), "--top-k", "2", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [line["question"] for line in lines] == questions
    assert [len(line["hits"]) for line in lines] == [2, 0, 2, 0]
    assert "空的" in lines[1]["error"]
    assert "error" not in lines[0]


def test_index_reports_what_came_in_and_out(cewen, tmp_path, monkeypatch, corpus_text):
    monkeypatch.setattr(build, "load_encoder", lambda _: WordCountEncoder("专利", "质押"))
    (tmp_path / "来源").mkdir()
    (tmp_path / "来源" / "表.txt").write_text(corpus_text, encoding="utf-8")
    (tmp_path / "来源" / "附件.pdf").write_bytes(b"%PDF")
    status, out, err = cewen("index", str(tmp_path / "来源"), store=tmp_path / "store")
    flat = "".join(out.split())
    assert status == 0
    assert "读入80497字" in flat and "遗失0字" in flat
    assert "未读取：附件.pdf" in flat
    assert "326格，538条" in flat
    assert "建立索引" in err and "建立索引:" not in out


def test_documents_are_added_listed_and_removed(cewen, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "load_encoder", lambda _: WordCountEncoder("专利", "质押"))
    store = tmp_path / "store"
    for seed, name in enumerate(("甲", "乙"), 1):
        text = Printer(seed).document({f"{name}省": Writer(seed).rows()})
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    assert cewen("index", "甲.txt", store=store)[0] == 0
    status, out, _ = cewen("index", "--add", "乙.txt", store=store)
    assert status == 0 and "《乙》" in out and "《甲》" not in out
    listed = json.loads(cewen("index", "--list", "--json", store=store)[1])
    assert [(entry["document"], entry["provinces"]) for entry in listed] == [
        ("甲", ["甲省"]),
        ("乙", ["乙省"]),
    ]
    assert "乙.txt" in cewen("index", "--list", store=store)[1]
    assert cewen("index", "--remove", "甲", store=store)[0] == 0
    [left] = json.loads(cewen("index", "--list", "--json", store=store)[1])
    assert left["document"] == "乙"
    assert set(left) == {"document", "file", "provinces", "years", "cells", "items"}


BAD = [
    (["index", "甲.txt", "--add", "乙.txt"], "只能选一样"),
    (["index", "--list", "--remove", "甲"], "只能选一样"),
    (["index", "--add", "乙.txt", "--encoder", "别的"], "只能选一样"),
    (["index", "--add", "没有的.txt"], "找不到文件"),
    (["index", "--remove", "没有的"], "没有叫“没有的”的文档"),
    (["search"], "请给出一个问题"),
    (["search", ""], "问题是空的"),
    (["search", "   "], "问题是空的"),
    (["search", "字" * 10_000], "太长了"),
    (["search", "质押", "--top-k", "0"], "应在 1 到 200 之间"),
    (["search", "质押", "--top-k", "-1"], "应在 1 到 200 之间"),
    (["search", "质押", "--top-k", "10000"], "应在 1 到 200 之间"),
    (["search", "质押", "--top-k", "多"], "--top-k”的值不对"),
    (["search", "质押", "--province", "火星"], "没有叫“火星”的省份。可选：上海市"),
    (["search", "质押", "--column", "预算"], "没有叫“预算”的栏目。可选：task"),
    (["search", "质押", "--theme", "航天"], "没有叫“航天”的工作重点。可选：推进"),
    (["search", "质押", "--batch", "questions.txt"], "二者取其一"),
    (["search", "--batch", "没有的.txt"], "读不了问题文件 没有的.txt"),
    (["search", "质押", "--sort"], "没有选项“--sort”"),
    (["find", "质押"], "没有命令“find”"),
    (["search", "质押", "--top-k"], "后面缺少值"),
    (["search", "质押", "融资"], "命令用法不对"),
    (["similar"], "缺少参数"),
    (["similar", "  "], "问题是空的"),
    (["similar", "？！"], "没有可以检索的文字"),
    (["similar", "质押", "--from", "火星"], "没有叫“火星”的省份。可选：上海市"),
    (["similar", "质押", "--from", ""], "没有叫“”的省份。可选：上海市"),
    (["similar", "质押", "--from", "湖"], "没有叫“湖”的省份。可选：上海市"),
    (["similar", "质押", "--province", "火星"], "没有叫“火星”的省份。可选：上海市"),
    (["similar", "质押", "--column", "预算"], "没有叫“预算”的栏目。可选：task"),
    (["similar", "质押", "--top-k", "0"], "应在 1 到 200 之间"),
    (["similar", "四川省/99/achievement/1"], "索引里没有编号为“四川省/99/achievement/1”的内容"),
    (["similar", LOAN, "--from", "火星"], "没有叫“火星”的省份。可选：上海市"),
    (["similar", LOAN, "--from", ""], "没有叫“”的省份。可选：上海市"),
    (["similar", LOAN, "--from", "安徽省"], "编号所指的内容属于四川省，不属于“安徽省”"),
    (["similar", "质押", "融资"], "命令用法不对"),
]


@pytest.mark.parametrize(("arguments", "says"), BAD)
def test_bad_usage_is_one_chinese_line_and_status_2(cewen, arguments, says):
    place = None if arguments[0] == "find" or arguments[-1] == "--top-k" else ...
    status, out, err = cewen(*arguments, **({"store": None} if place is None else {}))
    assert (status, out) == (2, "")
    assert err.startswith("错误：") and err.count("\n") == 1
    assert says in err


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.txt", b"", "空.txt：文件是空的"),
        ("图.txt", b"\x89PNG\x00\x00", "图.txt：这是图片"),
        ("线.txt", "————\n".encode(), "没有可以检索的文字"),
        ("信.docx", b"PK", "信.docx：不是 Word 文件，或者文件已损坏"),
        ("信.key", b"PK", "没有可以读取的文件"),
    ],
)
def test_a_bad_source_is_one_line_and_the_store_stays(cewen, tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    status, out, err = cewen("index", str(tmp_path / name), store=tmp_path / "store")
    assert (status, out) == (2, "")
    assert says in err and err.count("\n") == 1
    assert not (tmp_path / "store").exists()


def test_a_missing_source_is_named(cewen, tmp_path):
    status, _, err = cewen("index", "没有的.txt", store=tmp_path / "store")
    assert (status, err) == (2, "错误：找不到文件或文件夹：没有的.txt。\n")


def test_a_fault_of_ours_is_status_3_and_debug_tells_more(cewen, monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("意外")

    monkeypatch.setattr("qa.retrieve.Searcher.search", broken)
    status, _, err = cewen("search", "质押")
    assert status == 3
    assert err == "错误：程序内部出错（RuntimeError：意外）。加 --debug 可看到详情。\n"
    status, _, err = cewen("--debug", "search", "质押")
    assert status == 3 and "Traceback" in err


def test_a_store_is_built_at_the_first_search_and_said_so(cewen, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "load_encoder", lambda _: WordCountEncoder("质押融资", "专利"))
    monkeypatch.setattr("qa.opening.load_encoder", lambda _: WordCountEncoder("质押融资", "专利"))
    place = tmp_path / "new"
    status, out, err = cewen("search", "质押融资", "--json", store=place)
    assert status == 0 and json.loads(out)["hits"]
    assert "还没有索引。正在建立……" in err
    status, _, err = cewen("search", "质押融资", "--json", store=place)
    assert (status, err) == (0, "")


def test_help_names_every_command(cewen):
    status, out, _ = cewen("--help", store=None)
    assert status == 0
    assert all(
        command in out for command in ("index", "cells", "search", "ask", "similar", "serve")
    )


@pytest.fixture
def model(monkeypatch):
    """A model that the settings name."""
    with ChatServer() as server:
        monkeypatch.setenv("CEWEN_LLM_MODEL", "fake")
        monkeypatch.setenv("CEWEN_LLM_RETRIES", "0")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
        yield server


def test_what_a_model_writes_is_proved_and_what_fails_is_listed(cewen, model):
    true = "安徽省在合芜蚌自主创新示范区设立了专利质押融资风险补偿基金[1]。"
    false = "安徽省给予的支持最高可达99万元[1]。"
    opinion = '{"status": "done", "quote": "风险补偿", "reason": "写明了。"}'
    model.script(obeys(lambda prompt: opinion if "JSON" in prompt else true + false))
    status, out, err = cewen("ask", QUESTION, "--write", "--json")
    result = json.loads(out)
    assert (status, err) == (0, "")
    writing = result["writing"]
    assert (writing["text"], writing["raw"]) == (true, true + false)
    assert (writing["checked"], writing["failed"], writing["trouble"]) == (2, 1, None)
    assert [(r["sentence"], r["kind"]) for r in result["rejected"]] == [(false, "number")]
    assert result["rejected"][0]["reason"].startswith("所引材料里没有“最高可达99万元”")
    assert [prompt.split("@")[0] for prompt in result["prompts"]] == ["answer", "judge"]
    _, out, _ = cewen("ask", QUESTION, "--write")
    assert "大模型撰写：核对了2句，1句未通过。" in out


def test_a_model_that_fails_leaves_the_answer_and_one_line(cewen, model):
    alone = json.loads(cewen("ask", QUESTION, "--json")[1])
    model.script(fails(500, "sk-very-secret"))
    status, out, err = cewen("ask", QUESTION, "--write", "--json")
    result = json.loads(out)
    assert (status, err) == (0, "")
    assert "内部出错，请稍后再试。" in result["writing"]["trouble"]
    assert (result["text"], result["provinces"]) == (alone["text"], alone["provinces"])
    status, out, err = cewen("ask", QUESTION, "--write")
    assert (status, err) == (0, "") and "内部出错" in out and "以下是不用大模型的回答。" in out
    assert "没有可以核对的句子" in out and "核对了0句" not in out
    assert "sk-very-secret" not in out + err and "Traceback" not in out + err


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("OPENAI_BASE_URL", "llm", "大模型服务的地址不对"),
        ("OPENAI_API_KEY", "sk-密钥", "请检查 OPENAI_API_KEY"),
        ("CEWEN_PROMPTS", "没有", "没有提示词文件夹 没有"),
        ("CEWEN_LLM_MODEL", "", "没有配置大模型"),
    ],
)
def test_a_model_that_cannot_be_asked_at_all_is_said_in_one_line(
    cewen, model, monkeypatch, variable, value, says
):
    monkeypatch.setenv(variable, value)
    status, out, err = cewen("ask", QUESTION, "--write", "--json")
    assert status in (2, 3) and out == "" and says in err and err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["cells", "--json"], ["search", "专利保险"]])
def test_a_full_disk_is_one_sentence(built_folder, arguments):
    command = [sys.executable, "-m", "qa", *arguments, "--store", str(built_folder)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (3, "错误：磁盘空间不足，结果没有写完。\n")


def test_a_store_is_verified_file_by_file(cewen, built_folder, tmp_path):
    status, out, err = cewen("index", "--verify")
    assert (status, err) == (0, "")
    assert "完好" in out
    damaged = tmp_path / "store"
    shutil.copytree(built_folder, damaged)
    path = next(damaged.glob("v-*/segments.txt"))
    path.write_bytes(path.read_bytes()[:-1])
    status, out, err = cewen("index", "--verify", store=damaged)
    assert (status, out) == (2, "")
    assert "segments.txt" in err
    assert cewen("index", "--verify", "--list")[0] == 2
