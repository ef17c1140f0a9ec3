"""What a language model wrote, as HTML: every sentence with its links, those that fail marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    is_nothing = writing.trouble and not body
    head = "" if is_nothing else f'<p class="writing-head">{_head(writing)}</p>'
    return f'<section class="writing">{head}{body}{_trouble(writing)}{_details(writing)}</section>'


def opinions_html(opinions: Sequence[Opinion], verdicts: Sequence[Verdict]) -> str:
    """Where the model's status differs from that of the rules, or is void; both are shown."""
    status_of = {verdict.province: verdict.status for verdict in verdicts}
    void = [opinion for opinion in opinions if opinion.trouble]
    others = [o for o in opinions if not o.trouble and o.status != status_of[o.province]]
    lines = [*(_opinion(opinion, status_of[opinion.province]) for opinion in others), *_void(void)]
    differing = len(void) + len(others)
    said = f"大模型复核{len(opinions)}个省份，{len(opinions) - differing}个与上表一致"
    rest = f"，以下{differing}个不一致或无效：<ul>{''.join(lines)}</ul>" if lines else "。"
    return f'<div class="opinions">{said}{rest}</div>' if opinions else ""


def _head(writing: Writing) -> str:
    if writing.is_growing:
        return "大模型正在撰写……"
    proof = writing.proof
    if not proof.checked:
        return "大模型撰写：没有可以核对的句子，不能当作答案。"
    failed = f"，{proof.failed}句未通过（划线标出，不会导出）" if proof.failed else "，全部通过"
    return f"大模型撰写：核对了{proof.checked}句{failed}。"


def _sentence(turn: int, sentence: Sentence) -> str:
    text = _linked(turn, sentence).replace("\n", "<br>")
    if sentence.fault is None:
        return f"<span>{text}</span>"
    why = escape(sentence.fault.sentence)
    return f'<span class="fault"><s>{text}</s><em>（{why}）</em></span>'


def _linked(turn: int, sentence: Sentence) -> str:
    """A sentence's text escaped, its keys linked to their cards; a key of none is no link."""

    def link(key: re.Match[str]) -> str:
        if int(key[1]) not in sentence.keys:
            return key[0]
        return f'<a href="#{card_id(turn, int(key[1]))}" title="看依据原文">{key[0]}</a>'

    return _KEY.sub(link, escape(sentence.text))


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


def _void(opinions: Sequence[Opinion]) -> Iterator[str]:
    """One line a reason, with all provinces that it is the reason for."""
    for trouble in dict.fromkeys(opinion.trouble for opinion in opinions):
        provinces = "、".join(o.province for o in opinions if o.trouble == trouble)
        yield f"<li>{escape(provinces)}：{escape(trouble)}</li>"


def _opinion(opinion: Opinion, status: str) -> str:
    ours = SHORT_STATUS[status]
    quote = f"“{escape(opinion.quote)}”" if opinion.quote else ""
    return (
        f"<li>{escape(opinion.province)}：规则判为“{ours}”，大模型判为"
        f"“{SHORT_STATUS[opinion.status]}”{quote}（{escape(opinion.reason)}）</li>"
    )
