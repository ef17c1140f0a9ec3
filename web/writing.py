"""What a language model wrote, as HTML: every sentence with its links, those that fail marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from qa.proof import Sentence
from qa.prose import SHORT_STATUS
from qa.records import Opinion, Verdict, Writing
from web.cards import card_id

_KEY = re.compile(r"\[(\d{1,3})\]")


def writing_html(turn: int, writing: Writing) -> str:
    """The text with its proof: how many sentences were checked, and which failed and why."""
    sentences = "".join(_sentence(turn, sentence) for sentence in writing.proof.sentences)
    body = f'<div class="written">{sentences}</div>' if writing.raw.strip() else ""
    return (
        f'<section class="writing"><p class="writing-head">{_head(writing)}</p>{body}'
        f"{_trouble(writing)}{_details(writing)}</section>"
    )


def opinions_html(opinions: Sequence[Opinion], verdicts: Sequence[Verdict]) -> str:
    """Where the model's status differs from that of the rules, or is void; both are shown."""
    status_of = {verdict.province: verdict.status for verdict in verdicts}
    lines = [
        _opinion(opinion, status_of[opinion.province])
        for opinion in opinions
        if opinion.trouble or opinion.status != status_of[opinion.province]
    ]
    agreed = len(opinions) - len(lines)
    said = f"大模型复核{len(opinions)}个省份，{agreed}个与上表一致"
    rest = f"，以下{len(lines)}个不一致或无效：<ul>{''.join(lines)}</ul>" if lines else "。"
    return f'<div class="opinions">{said}{rest}</div>' if opinions else ""


def _head(writing: Writing) -> str:
    if not writing.is_whole and not writing.trouble:
        return "大模型正在撰写……"
    proof = writing.proof
    if not proof.checked:
        return "大模型撰写：没有可以核对的句子，不能当作答案。"
    failed = f"，{proof.failed}句未通过（划线标出，不会导出）" if proof.failed else "，全部通过"
    return f"大模型撰写：核对了{proof.checked}句{failed}。"


def _sentence(turn: int, sentence: Sentence) -> str:
    text = _linked(turn, sentence.text).replace("\n", "<br>")
    if sentence.fault is None:
        return f"<span>{text}</span>"
    why = escape(sentence.fault.sentence)
    return f'<span class="fault"><s>{text}</s><em>（{why}）</em></span>'


def _linked(turn: int, text: str) -> str:
    """`text` escaped, its keys linked to their cards."""
    return _KEY.sub(
        lambda m: f'<a href="#{card_id(turn, int(m[1]))}" title="看依据原文">[{m[1]}]</a>',
        escape(text),
    )


def _trouble(writing: Writing) -> str:
    if not writing.trouble:
        return ""
    return f'<p class="trouble">{escape(writing.trouble)}以下是不用大模型的回答。</p>'


def _details(writing: Writing) -> str:
    if not writing.is_whole:
        return ""
    asked, said = ("未报告" if n is None else str(n) for n in writing.tokens)
    return (
        f"<details><summary>用时{writing.seconds:.1f}秒，用量和原稿</summary>"
        f"<p>提示词 {escape(writing.prompt)}；输入{asked}、输出{said} tokens。</p>"
        f"<pre>{escape(writing.raw)}</pre></details>"
    )


def _opinion(opinion: Opinion, status: str) -> str:
    ours = SHORT_STATUS[status]
    if opinion.trouble:
        return f"<li>{escape(opinion.province)}：{escape(opinion.trouble)}</li>"
    quote = f"“{escape(opinion.quote)}”" if opinion.quote else ""
    return (
        f"<li>{escape(opinion.province)}：规则判为“{ours}”，大模型判为"
        f"“{SHORT_STATUS[opinion.status]}”{quote}（{escape(opinion.reason)}）</li>"
    )
