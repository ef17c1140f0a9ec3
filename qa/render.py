"""Hits, cells and reports → JSON for programs and text for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.build import Built
from index.contents import Listing
from index.readers import Skipped
from index.readers.report import MEANINGS, report_of
from index.records import ACHIEVEMENT, COLUMNS, PLAN, TASK, TEXT, Cell, Document, Hit, Passage
from index.store import Store
from qa.analogues import Found
from qa.highlight import matched_spans
from qa.proof import Sentence
from qa.prose import SOURCE_PRACTICE, pages_text, where_text
from qa.records import Answer, Citation, Question, Writing

RETRIEVERS = {"dense": "语义", "bm25": "关键词"}
"""What users call the retrievers."""

MOST_NAMED = 8
"""How many names a report lists before it only counts them."""

_COLUMN_STYLE = {TASK: "blue", ACHIEVEMENT: "green", PLAN: "yellow"}


def hit_json(hit: Hit) -> dict[str, object]:
    """A hit as programs get it."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "id": passage.id,
        "document": passage.document,
        "province": passage.province,
        "year": passage.year,
        "column": passage.column,
        "column_title": passage.column_title,
        "theme": passage.theme,
        "task": passage.task,
        "tasks": list(passage.tasks),
        "text": passage.text,
        "pages": list(passage.pages),
        "found_by": dict(hit.found_by),
    }


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer as programs get it."""
    return {
        "question": answer.question.text,
        "kind": answer.question.kind,
        "understood": understood_json(answer.question),
        "refused": answer.refusal is not None,
        "reason": answer.refusal.reason if answer.refusal else None,
        "text": answer.text,
        "provinces": [
            {"province": v.province, "status": v.status, "citations": list(v.citations)}
            for v in answer.verdicts
        ],
        "figures": [
            {
                "province": f.province,
                "value": f.value,
                "measure": f.measure,
                "period": f.period,
                "scope": f.scope,
                "outlook": f.outlook,
                "comparable": f.comparable,
                "amount": f.amount,
                "citations": list(f.citations),
            }
            for f in answer.figures
        ],
        "analogues": [
            {
                "province": a.province,
                "citation": a.citation,
                "shared": list(a.shared),
                "here": list(a.here),
                "source": list(a.source),
                "status": a.status or None,
            }
            for a in answer.analogues
        ],
        "silent": list(answer.silent),
        "contrasts": [
            [{"province": province, "citation": n} for province, n in contrast.cited]
            for contrast in answer.contrasts
        ],
        "fulfilments": [asdict(fulfilment) for fulfilment in answer.fulfilments],
        "citations": [citation_json(citation) for citation in answer.citations],
        "writing": writing_json(answer.writing) if answer.writing else None,
        "opinions": [asdict(opinion) for opinion in answer.opinions],
        "prompts": list(answer.prompts),
        "checked": answer.checked,
        "rejected": [
            *(citation_json(citation) for citation in answer.rejected),
            *(rejected_json(sentence) for sentence in answer.rejected_sentences),
        ],
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def writing_json(writing: Writing) -> dict[str, object]:
    """What a language model wrote, as programs get it."""
    return {
        "text": writing.shown,
        "raw": writing.raw,
        "is_whole": writing.is_whole,
        "trouble": writing.trouble or None,
        "checked": writing.proof.checked,
        "failed": writing.proof.failed,
        "prompt": writing.prompt,
        "tokens": list(writing.tokens),
        "seconds": round(writing.seconds, 3),
    }


def rejected_json(sentence: Sentence) -> dict[str, object]:
    """A sentence that failed its proof, as programs get it."""
    fault = sentence.fault
    return {
        "sentence": sentence.text.strip(),
        "kind": fault.kind if fault else "",
        "reason": fault.sentence if fault else "",
    }


def understood_json(question: Question) -> dict[str, object]:
    """How a question was taken, as programs get it."""
    return {
        "core": question.core,
        "provinces": list(question.provinces),
        "columns": list(question.columns),
        "themes": list(question.themes),
        "years": list(question.years),
        "corrected": [list(pair) for pair in question.corrected],
    }


def similar_json(found: Found) -> dict[str, object]:
    """Like practices as programs get them."""
    source = hit_json(found.source) if found.source else None
    return {"source": source, "hits": [hit_json(hit) for hit in found.hits]}


def citation_json(citation: Citation) -> dict[str, object]:
    """A citation as programs get it."""
    passage = citation.passage
    return {
        "n": citation.n,
        "id": passage.id,
        "document": passage.document,
        "province": passage.province,
        "column": passage.column,
        "column_title": passage.column_title,
        "theme": passage.theme,
        "task": passage.task,
        "quote": citation.quote,
        "pages": list(passage.pages),
    }


def answer_text(answer: Answer) -> RenderableType:
    """An answer for a terminal: what is said, then where each number stands."""
    lines: list[RenderableType] = [*_written(answer.writing), Text(answer.text), Text()]
    for citation in answer.citations:
        passage = citation.passage
        label = _label(f"[{citation.n}] ", passage, f"  {passage.theme}")
        lines += [label, Padding(Text(citation.quote), (0, 0, 0, 5))]
    if answer.checked:
        failed = len(answer.rejected)
        lines.append(Text(f"引文核对：{answer.checked}条，不符{failed}条。", style="dim"))
    return Group(*lines)


def _written(writing: Writing | None) -> list[RenderableType]:
    """What a language model wrote, the sentences that fail struck out with their reason."""
    if writing is None:
        return []
    proof = writing.proof
    text = Text()
    for sentence in proof.sentences:
        text.append(sentence.text, "strike red" if sentence.fault else "")
        text.append(f"（{sentence.fault.sentence}）" if sentence.fault else "", "red")
    counts = f"核对了{proof.checked}句，{proof.failed}句未通过。"
    head = f"大模型撰写：{counts if proof.checked else '没有可以核对的句子，不能当作答案。'}"
    trouble = [Text(f"{writing.trouble}以下是不用大模型的回答。", style="bold")]
    return [Text(head, style="dim"), text, *(trouble if writing.trouble else ()), Text()]


def search_json(question: str, hits: Sequence[Hit]) -> dict[str, object]:
    """The result of a search as programs get it."""
    return {"question": question, "hits": [hit_json(hit) for hit in hits]}


def cell_json(cell: Cell) -> dict[str, object]:
    """A cell as programs get it."""
    raw = asdict(cell)
    raw.pop("row")
    for item in raw["items"]:
        if not item["place"]:
            item.pop("place")
    return raw


def _label(number: str, passage: Passage, aside: str = "") -> Text:
    """A passage's label for a terminal: number, province, column, pages."""
    return Text.assemble(
        (number, "bold"),
        (passage.province, "bold"),
        "  ",
        (passage.column_title, f"bold {_COLUMN_STYLE.get(passage.column, '')}".strip()),
        (f"  {where_text(passage)}{aside}", "dim"),
    )


def found_by_text(hit: Hit) -> str:
    """Which retrievers found it and where: `语义第3 · 关键词第1`."""
    return " · ".join(f"{RETRIEVERS.get(n, n)}第{rank}" for n, rank in hit.found_by.items())


def hits_table(hits: Iterable[Hit], words: Sequence[str]) -> RenderableType:
    """Hits for a terminal: province and column first, matched words marked."""
    blocks: list[RenderableType] = []
    for hit in hits:
        passage = hit.passage
        label = _label(f"{hit.rank:>3}  ", passage)
        body = Text(passage.text)
        for start, end in matched_spans(words, passage.text):
            body.stylize("bold underline", start, end)
        task = "" if passage.column == TASK else f" ＞ {passage.task}"
        where = Text(f"{passage.theme}{task}", style="dim", no_wrap=True, overflow="ellipsis")
        why = Text(" · ".join(filter(None, (found_by_text(hit), passage.id))), style="dim")
        blocks += [label, Padding(Group(body, where, why), (0, 0, 1, 5))]
    return Group(*blocks)


def similar_table(found: Found) -> RenderableType:
    """Like practices for a terminal: what was asked about, those alike, then what is only nearest."""
    source = [found.source] if found.source else []
    alike = {hit.passage.id for hit in found.alike}
    rest = [hit for hit in found.hits if hit.passage.id not in alike]
    parts = ((SOURCE_PRACTICE, source), ("类似做法", found.alike), ("最接近的其他内容", rest))
    blocks = ((Text(head, style="bold"), hits_table(hits, ())) for head, hits in parts if hits)
    return Group(*(part for block in blocks for part in block))


def facet_table(store: Store) -> Table:
    """How many cells and items each province has, by column, for a terminal."""
    held = store.facets.values["column"]
    cells = store.cell_counts(["province", "column"])
    items = store.facets.counts(["province", "column"])
    titles = {key: MEANINGS[key] for key in (*COLUMNS, TEXT) if key in held or key != TEXT}
    table = Table("省份", *(f"{title}（格/条）" for title in titles.values()))
    for province in store.facets.values["province"]:
        row = [province]
        for column in titles:
            key = province, column
            row.append(f"{cells.get(key, 0)}/{items.get(key, 0)}")
        table.add_row(*row)
    return table


def listing_json(listing: Listing) -> dict[str, object]:
    """A document of the store as programs get it."""
    return asdict(listing)


def listing_table(listings: Sequence[Listing]) -> Table:
    """The documents of a store, for a terminal."""
    table = Table()
    for name in ("文件", "省份", "年份", "格", "条"):
        table.add_column(name, overflow="fold")
    for each in listings:
        counts = (str(each.cells), str(each.items))
        table.add_row(each.file, _several(each.provinces), _several(each.years), *counts)
    return table


def built_report(built: Built) -> RenderableType:
    """What came in, what came out, what was left aside and why."""
    store = built.store
    lines: list[RenderableType] = [read_report(built.documents, built.skipped)]
    lines.append(facet_table(store))
    counts = store.manifest.counts
    lines.append(
        Text(
            f"索引已建立：{counts['documents']}份文档，{counts['cells']}格，{counts['passages']}条；"
            f"编码模型 {store.manifest.encoder}（{store.manifest.dimension}维）；位置 {store.home}"
        )
    )
    return Group(*lines)


def read_report(documents: Sequence[Document], skipped: Sequence[Skipped]) -> RenderableType:
    """What reading files came to, a paragraph for each document, a line for each file left aside."""
    return Group(
        *(_document_report(document) for document in documents),
        *(Text(f"未读取：{s.path.name}（{s.reason}）", style="yellow") for s in skipped),
    )


def _document_report(document: Document) -> Text:
    ledger, report = document.ledger, report_of(document)
    aside = [(name, size) for name, size in document.intake.passed_over if size]
    listed = f"（{'，'.join(f'{name}{size}' for name, size in aside)}）" if aside else ""
    understood = [
        f"表格{report.tables}张" if report.tables else "没有表格，按标题分段",
        f"省份：{_several(report.provinces)}",
        f"年份：{_several(report.years) or '未注明'}",
        *(f"{name}：{_several(titles)}" for name, titles in report.columns.items()),
    ]
    items = "，".join(f"{name}{size}" for name, size in report.items.items())
    return Text(
        f"《{document.name}》{pages_text(document.pages)}：读入{ledger.total}字（不计空白），"
        f"正文{ledger.cells}字，另置{sum(size for _, size in aside)}字{listed}，"
        f"遗失{ledger.missing}字。\n"
        f"  {report.cells}格，条数：{items}。{'；'.join(understood)}。"
    )


def _several(names: Sequence[str]) -> str:
    """Names in a list; of many only the first and how many they are."""
    if len(names) <= MOST_NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:MOST_NAMED])}等{len(names)}个"
