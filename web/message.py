"""What the assistant says, as HTML: verdicts, figures, contrasts, quotes. Pure; all text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from index.store import Store
from qa.fulfilment import HEADING, NOT_FOUND
from qa.prose import (
    INCOMPARABLE,
    NO_ANALOGUE,
    NOT_GIVEN,
    SOURCE_PRACTICE,
    difference_text,
    figures_heading,
    found_text,
    missing_head,
    status_order,
    verdicts_heading,
)
from qa.records import SIMILAR, Answer, Contrast, ProvinceFigure, Verdict
from web.cards import Exhibit, badges, card_id, exhibits, line_id, marked, snippet
from web.charts import figure_bars_html, status_bar_html
from web.writing import opinions_html, writing_html

SHOWN_IF_REFUSED = 3
NEAREST = '<p class="note">最接近的内容，不是答案：</p>'


def message_html(turn: int, answer: Answer, words: Sequence[str], store: Store) -> str:
    """What the assistant says, every number linked to its card."""
    if not (answer.hits or answer.citations or answer.refusal):
        return "没有找到符合条件的内容。可以放宽左侧的筛选，或换一种问法。"
    said = "".join(_parts(turn, answer, store))
    shown = exhibits(answer)
    quoted = [exhibit for exhibit in shown if exhibit.quote] or shown[:SHOWN_IF_REFUSED]
    reasons = _reasons(answer)
    lines = "".join(_line(turn, exhibit, words, reasons.get(exhibit.n, "")) for exhibit in quoted)
    rest = _silent(answer)
    return f'{said}<ol class="found">{lines}</ol>{rest}{_note(answer, store)}'


def _parts(turn: int, answer: Answer, store: Store) -> Iterator[str]:
    """What comes before the quotes; empty where the answer has none of it."""
    yield _understood(answer)
    if answer.writing:
        yield writing_html(turn, answer.writing)
    if answer.caution:
        yield f'<p class="caution">{escape(answer.caution)}</p>'
    if answer.refusal:
        yield _refusal(answer)
    elif answer.verdicts:
        yield _verdicts(turn, answer.verdicts, answer.question.is_reverse)
        yield opinions_html(answer.opinions, answer.verdicts)
        if not answer.citations:
            yield NEAREST
    if answer.figures:
        provinces = answer.question.provinces or store.facets.values["province"]
        yield _figures(turn, answer.figures, provinces)
    if answer.contrasts:
        yield _contrasts(turn, answer.contrasts)
    if answer.fulfilments:
        yield _fulfilments(turn, answer)
    if answer.question.kind == SIMILAR and not answer.refusal:
        yield _analogues(answer)


def _understood(answer: Answer) -> str:
    said = [f"按“{name}”查找（原写作“{typed}”）" for typed, name in answer.question.corrected]
    if answer.is_rewritten:
        said.append(f"大模型把追问补全为“{answer.question.text}”")
    return f'<p class="understood">{escape("；".join(said))}</p>' if said else ""


def _refusal(answer: Answer) -> str:
    sentence = answer.refusal.sentence if answer.refusal else ""
    nearest = NEAREST if answer.hits else ""
    return f'<p class="refusal">{escape(sentence)}</p>{nearest}'


def _verdicts(turn: int, verdicts: Sequence[Verdict], is_reverse: bool) -> str:
    """A bar and a table of provinces by status."""
    rows = "".join(_status_rows(turn, verdicts, is_reverse))
    return (
        f"<p>{verdicts_heading(verdicts, is_reverse)}</p>{status_bar_html(verdicts)}"
        f'<table class="verdicts"><tbody>{rows}</tbody></table>'
    )


def _status_rows(turn: int, verdicts: Sequence[Verdict], is_reverse: bool) -> Iterator[str]:
    for status, name in status_order(is_reverse):
        provinces = [verdict for verdict in verdicts if verdict.status == status]
        if provinces:
            named = "、".join(escape(v.province) + _links(turn, v.citations) for v in provinces)
            yield (
                f'<tr><th><span class="badge status-{status}">{escape(name)}</span></th>'
                f"<td>{len(provinces)}</td><td>{named}</td></tr>"
            )


def _figures(turn: int, figures: Sequence[ProvinceFigure], provinces: Sequence[str]) -> str:
    """How many state one, bars of what may be compared, a table of all, and who states none."""
    stating = {figure.province for figure in figures}
    silent = "、".join(escape(province) for province in provinces if province not in stating)
    rest = f"<p>{NOT_GIVEN}：{silent}。</p>" if silent else ""
    rows = "".join(
        f"<tr><th>{escape(f.province)}</th>"
        f"<td>{escape(f.value)}{_links(turn, f.citations)}</td>"
        f"<td>{escape(_said_of(f))}</td></tr>"
        for f in figures
    )
    head = "<tr><th>省份</th><th>数字</th><th>范围、事项、时期</th></tr>"
    table = f'<table class="verdicts figures"><thead>{head}</thead><tbody>{rows}</tbody></table>'
    heading = f"<p>{figures_heading(figures, provinces)}</p>"
    return heading + figure_bars_html(figures) + table + rest


def _said_of(figure: ProvinceFigure) -> str:
    """What a figure is of, when and where, and whether it may be ranked with the others."""
    of = "，".join(filter(None, (figure.scope, figure.measure, figure.when)))
    return "；".join(filter(None, (of, "" if figure.comparable else INCOMPARABLE)))


def _contrasts(turn: int, contrasts: Sequence[Contrast]) -> str:
    """A table of practices by province: a number where it is mentioned, a dash where it is not."""
    head = "".join(f"<th>{escape(province)}</th>" for province, _ in contrasts[0].cited)
    rows = "".join(
        f"<tr><th>{'都提到' if contrast.is_common else '部分提到'}</th>"
        + "".join(f"<td>{_links(turn, (n,)) if n else '—'}</td>" for _, n in contrast.cited)
        + "</tr>"
        for contrast in contrasts
    )
    return (
        "<p>逐项对照（—：没有提到相近的内容，不等于没有）：</p>"
        f'<table class="verdicts"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _fulfilments(turn: int, answer: Answer) -> str:
    """A table of plans and what came of them."""
    cited = {citation.n: citation.passage for citation in answer.citations}
    rows = "".join(
        f"<tr><th>{escape(cited[f.plan].province)}</th>"
        f"<td>{escape(cited[f.plan].year)}年计划{_links(turn, (f.plan,))}</td>"
        + (
            f"<td>{escape(cited[f.done].year)}年绩效{_links(turn, (f.done,))}</td></tr>"
            if f.done in cited
            else f"<td>{NOT_FOUND}</td></tr>"
        )
        for f in answer.fulfilments
        if f.plan in cited
    )
    return f'<p>{HEADING}：</p><table class="verdicts"><tbody>{rows}</tbody></table>'


def _analogues(answer: Answer) -> str:
    """How many have a like practice, or that none was found."""
    if answer.question.asks_missing:
        home = "、".join(answer.question.source_provinces)
        return f"<p>{escape(missing_head(home, answer.analogues))}</p>"
    if not answer.analogues:
        return "" if answer.silent else f"<p>{NO_ANALOGUE}。</p>"
    return f"<p>{found_text(answer.analogues)}：</p>"


def _reasons(answer: Answer) -> dict[int, str]:
    """For each analogue's citation how it stands to the source; the source is named as such."""
    if answer.question.kind != SIMILAR or answer.question.asks_missing:
        return {}
    reasons = {a.citation: difference_text(a) for a in answer.analogues}
    return reasons | ({answer.source.n: SOURCE_PRACTICE} if answer.source else {})


def _silent(answer: Answer) -> str:
    silent = "" if answer.refusal else "、".join(answer.silent)
    return f"<p>{NO_ANALOGUE}：{escape(silent)}。</p>" if silent else ""


def _note(answer: Answer, store: Store) -> str:
    parts = []
    if answer.checked:
        failed = len(answer.rejected)
        parts.append(
            f"引文已逐条与原文核对：{answer.checked}条"
            + (f"，其中{failed}条不符，未显示" if failed else "，全部一致")
        )
    parts.append(f"共检索{store.manifest.counts['passages']}条内容")
    parts.append("“工作任务”和“工作计划”栏的内容不表示已经完成")
    return f'<p class="note">{"；".join(parts)}。</p>'


def _line(turn: int, exhibit: Exhibit, words: Sequence[str], reason: str) -> str:
    passage = exhibit.passage
    start, end = exhibit.quote or (0, len(passage.text))
    quote = passage.text[start:end]
    shown = quote if exhibit.quote else snippet(quote, words)
    why = f'<div class="reason">{escape(reason)}</div>' if reason else ""
    return (
        f'<li id="{line_id(turn, exhibit.n)}">{_links(turn, (exhibit.n,))} '
        f"{badges(passage)} {marked(shown, words)}{why}</li>"
    )


def _links(turn: int, numbers: Sequence[int]) -> str:
    return "".join(f'<a href="#{card_id(turn, n)}" title="看依据原文">[{n}]</a>' for n in numbers)
