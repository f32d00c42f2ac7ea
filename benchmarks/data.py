"""Make data shaped like ours, of any size, always the same for a seed.

    uv run python -m benchmarks.data 100k -o tongzhou-100k.nq

Actions with agents, givers, quantities and labels in Chinese and English, each with the passage that backs it, one named
graph per article; associations and their members in the graph of the background. A file that ends in .nq has the graphs,
one that ends in .nt is the same as one default graph: what servers are compared on. Written as a stream.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

SIZES = {"5k": 5_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
SEED = 2020
BASE = "https://w3id.org/tongzhou/"
ONTOLOGY, XSD = f"{BASE}ontology#", "http://www.w3.org/2001/XMLSchema#"
OA, RDFS = "http://www.w3.org/ns/oa#", "http://www.w3.org/2000/01/rdf-schema#"
ACTIONS_PER_BLOCK, BLOCKS_PER_ARTICLE = 10, 65
QUADS_PER_BLOCK, QUADS_PER_ARTICLE = 283, 4
LEAST_VALUE = 10_000_000
"""No quantity is less: a filter by a lesser constant lets all through."""

Quad = tuple[str, str]
"""A triple without its full stop, and the IRI of its graph, both as in N-Quads."""

_A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL = f"<{RDFS}label>"
_BACKGROUND = f"<{BASE}graph/background>"
_KINDS = [
    "Donation",
    "InKindDonation",
    "PublicService",
    "SpeechAct",
    "CommissionedAction",
    "Guidance",
    "Survey",
    "Loan",
]
_HEDGES = ["exact", "about", "at-least", "at-most", "nearly"]
_MEASURES = {"cash": "cny", "mass": "tonne", "count": "piece", "people": "person"}
_RESOURCES = [f"resource-{number}" for number in range(40)]
_SECTIONS = [f"section-{number}" for number in range(25)]
_SECTORS = [
    "钢铁",
    "石油化工",
    "医药",
    "纺织",
    "物流",
    "酒业",
    "餐饮",
    "建材",
    "机械",
    "电子",
    "轻工",
    "证券",
    "保险",
    "汽车",
    "中医药",
]
_PLACES = ["中国", "北京", "湖北", "武汉", "上海", "广东", "浙江", "江苏", "四川", "河南"]
_CLAUSES = [
    "为湖北紧急提供口罩、防护服和医疗物资",
    "积极寻找海内外医疗物资渠道",
    "组织会员企业加班加点恢复生产，保障一线供应",
    "向全行业发出倡议书，号召会员履行社会责任",
    "组织专家编写防控指南，通过网络免费发放",
    "及时反映中小企业复工复产的困难和建议",
]


@dataclass(frozen=True)
class Shape:
    """How much data of a size has."""

    blocks: int

    @classmethod
    def of(cls, size: str) -> Shape:
        """Return the shape of one of SIZES."""
        return cls(round(SIZES[size] / QUADS_PER_BLOCK))

    @property
    def quads(self) -> int:
        """All quads; no triple is in two graphs, so as many triples."""
        return self.blocks * QUADS_PER_BLOCK + self.articles * QUADS_PER_ARTICLE

    @property
    def actions(self) -> int:
        """All actions."""
        return self.blocks * ACTIONS_PER_BLOCK

    @property
    def associations(self) -> int:
        """All associations."""
        return self.blocks

    @property
    def articles(self) -> int:
        """All articles; the last may be short."""
        return -(-self.blocks // BLOCKS_PER_ARTICLE)

    @property
    def whole_articles(self) -> int:
        """Articles of full length, or 1 where there is but a short one."""
        return max(1, self.blocks // BLOCKS_PER_ARTICLE)


def quads(shape: Shape, seed: int = SEED) -> Iterator[Quad]:
    """Make the quads, one at a time."""
    chance = random.Random(seed)
    for block in range(shape.blocks):
        article = block // BLOCKS_PER_ARTICLE
        if block % BLOCKS_PER_ARTICLE == 0:
            yield from _article(article)
        yield from _association(block, chance)
        for index in range(ACTIONS_PER_BLOCK):
            number = block * ACTIONS_PER_BLOCK + index
            yield from _action(number, article, chance.randrange(shape.associations), index % 5 < 3, chance)


def _article(number: int) -> Iterator[Quad]:
    iri, graph = f"<{BASE}id/article/{number}>", f"<{BASE}graph/article/{number}>"
    yield f"{iri} {_A} <{ONTOLOGY}Article>", graph
    yield f'{iri} {_LABEL} "全国性行业协会商会助力疫情防控（{number}）"@zh', graph
    yield f'{iri} {_LABEL} "National associations help to contain the epidemic ({number})"@en', graph
    yield f'{iri} <{ONTOLOGY}publishedOn> "2020-02-{1 + number % 28:02}"^^<{XSD}date>', graph


def _association(number: int, chance: random.Random) -> Iterator[Quad]:
    iri, members = f"<{BASE}id/org/{number}>", f"<{BASE}id/group/{number}>"
    name = f"{chance.choice(_PLACES)}{chance.choice(_SECTORS)}行业协会"
    yield f"{iri} {_A} <{ONTOLOGY}Association>", _BACKGROUND
    yield f'{iri} {_LABEL} "{name}（{number}）"@zh', _BACKGROUND
    yield f'{iri} {_LABEL} "Industry Association {number}"@en', _BACKGROUND
    yield f"{iri} <{ONTOLOGY}scope> <{BASE}scheme/scope/{'national' if number % 4 else 'local'}>", _BACKGROUND
    yield f"{iri} <{ONTOLOGY}members> {members}", _BACKGROUND
    yield f"{members} {_A} <{ONTOLOGY}UnnamedGroup>", _BACKGROUND
    yield f'{members} {_LABEL} "{name}（{number}）的会员"@zh', _BACKGROUND
    yield f'{members} {_LABEL} "members of Industry Association {number}"@en', _BACKGROUND
    yield f"{members} <{ONTOLOGY}sector> <{BASE}scheme/sector/{number % 15}>", _BACKGROUND


def _action(number: int, article: int, agent: int, measured: bool, chance: random.Random) -> Iterator[Quad]:
    """Make an action, its passage and, where it is measured, its quantity."""
    graph, iri = f"<{BASE}graph/article/{article}>", f"<{BASE}id/action/{number}>"
    start = 64 * (number % (ACTIONS_PER_BLOCK * BLOCKS_PER_ARTICLE))
    passage = f"{BASE}id/article/{article}#char={start},{start + 60}"
    members, clause = f"<{BASE}id/group/{agent}>", chance.choice(_CLAUSES)
    value = chance.randrange(LEAST_VALUE, 1000 * LEAST_VALUE, 10_000)
    for triple in (
        f"{_A} <{ONTOLOGY}{chance.choice(_KINDS)}>",
        f'{_LABEL} "第{number}项：{clause}"@zh',
        f'{_LABEL} "action {number} of the members of Industry Association {agent}"@en',
        f"<{ONTOLOGY}agent> <{BASE}id/org/{agent}>",
        f"<{ONTOLOGY}mobilised> {members}",
        f"<{ONTOLOGY}giver> {members}",
        f"<{ONTOLOGY}object> <{BASE}scheme/resource/{chance.choice(_RESOURCES)}>",
        f"<{ONTOLOGY}inSection> <{BASE}scheme/section/{chance.choice(_SECTIONS)}>",
        f"<{ONTOLOGY}sector> <{BASE}scheme/sector/{agent % 15}>",
        f"<{ONTOLOGY}evidence> <{passage}>",
    ):
        yield f"{iri} {triple}", graph
    if measured:
        yield f"{iri} <{ONTOLOGY}quantity> <{BASE}id/action/{number}#q1>", graph
        yield from _quantity(f"<{BASE}id/action/{number}#q1>", value, passage, graph, chance)
    yield from _passage(
        passage, article, start, f"协会动员会员累计捐款约{value // 10_000}万元，{clause}；", graph
    )


def _quantity(iri: str, value: int, passage: str, graph: str, chance: random.Random) -> Iterator[Quad]:
    measure = chance.choice(list(_MEASURES))
    for triple in (
        f"{_A} <{ONTOLOGY}Quantity>",
        f'{_LABEL} "{value // 10_000}万"@zh',
        f"<{ONTOLOGY}measure> <{BASE}scheme/measure/{measure}>",
        f"<{ONTOLOGY}unit> <{BASE}scheme/unit/{_MEASURES[measure]}>",
        f'<{ONTOLOGY}value> "{value}"^^<{XSD}decimal>',
        f"<{ONTOLOGY}hedge> <{BASE}scheme/hedge/{chance.choice(_HEDGES)}>",
        f'<{ONTOLOGY}wording> "约{value // 10_000}万"',
        f"<{ONTOLOGY}evidence> <{passage}>",
    ):
        yield f"{iri} {triple}", graph


def _passage(iri: str, article: int, start: int, quote: str, graph: str) -> Iterator[Quad]:
    for triple in (
        f"<{iri}> {_A} <{ONTOLOGY}Passage>",
        f"<{iri}> <{OA}hasSource> <{BASE}id/article/{article}>",
        f"<{iri}> <{OA}hasSelector> <{iri}-quote>",
        f"<{iri}> <{OA}hasSelector> <{iri}-position>",
        f'<{iri}> <{ONTOLOGY}firstLine> "{start // 16}"^^<{XSD}integer>',
        f"<{iri}-quote> {_A} <{OA}TextQuoteSelector>",
        f'<{iri}-quote> <{OA}exact> "{quote}"',
        f'<{iri}-quote> <{OA}prefix> "疫情发生后，"',
        f'<{iri}-quote> <{OA}suffix> "同时，"',
        f"<{iri}-position> {_A} <{OA}TextPositionSelector>",
        f'<{iri}-position> <{OA}start> "{start}"^^<{XSD}integer>',
        f'<{iri}-position> <{OA}end> "{start + 60}"^^<{XSD}integer>',
    ):
        yield triple, graph


def write(path: Path, shape: Shape, seed: int = SEED) -> None:
    """Write the data as the suffix says: .nq with graphs, .nt as one default graph. Raises ValueError on any other."""
    if path.suffix == ".nq":
        lines = (f"{triple} {graph} .\n" for triple, graph in quads(shape, seed))
    elif path.suffix == ".nt":
        lines = (f"{triple} .\n" for triple, _ in quads(shape, seed))
    else:
        raise ValueError(f"{path} must end in .nq or .nt")
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines)


def cache_folder() -> Path:
    """Return the folder for what benchmarks make once: data, environments of peers."""
    folder = platformdirs.user_cache_path("tongzhou", appauthor=False) / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def data_file(size: str) -> Path:
    """Return the file of one of SIZES as one default graph, made first where it is not yet."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    path = cache_folder() / f"{size}-{version}.nt"
    if not path.exists():
        half = path.with_name(f"half-{path.name}")
        write(half, Shape.of(size))
        half.replace(path)
    return path


def main() -> int:
    """Write a file."""
    arguments = argparse.ArgumentParser(description="Make data shaped like ours.")
    arguments.add_argument("size", choices=SIZES)
    arguments.add_argument("-o", "--output", type=Path, required=True, help="file that ends in .nq or .nt")
    arguments.add_argument("--seed", type=int, default=SEED)
    options = arguments.parse_args()
    shape = Shape.of(options.size)
    try:
        write(options.output, shape, options.seed)
    except (ValueError, OSError) as error:
        arguments.error(str(error))
    print(f"{shape.quads} quads, {shape.actions} actions, {shape.articles} articles: {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
