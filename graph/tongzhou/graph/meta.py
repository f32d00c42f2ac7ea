"""The meta graph: the basis of each named graph, VoID statistics and a DCAT description. No time and no host in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox

from tongzhou.graph.entailment import Entailment, describe_entailment
from tongzhou.graph.export import DUMPS, MEDIA_TYPES
from tongzhou.graph.namespaces import (
    BACKGROUND_GRAPH,
    BASE,
    DCTERMS,
    GRAPH,
    INFERRED_GRAPH,
    META_GRAPH,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SCHEME,
    SKOS,
    TZ,
    XSD,
)

DATASET = f"{BASE}dataset"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_VOID = PREFIXES["void"]
_DCAT = PREFIXES["dcat"]
TITLES = (("同舟：行业协会商会行动知识图谱", "zh"), ("Tongzhou: what industry associations do", "en"))
DESCRIPTIONS = (
    (
        "行业协会商会做了什么，每条事实都引其原文；据名称、背景知识和推理所得的，另在各自的图中。"
        "英文标签由本项目所加，不是官方名称；官方英文名另为 tz:officialEnglishName，并注明出处。",
        "zh",
    ),
    (
        "What industry associations and chambers of commerce did, each fact with the words that state it; what is read off "
        "a name, known from elsewhere or inferred stands in graphs of its own. English labels are this project's and no "
        "official names; those are tz:officialEnglishName, with their source.",
        "en",
    ),
)
_LINKS = {
    f"{SCHEMA}sameAs": "same",
    f"{SKOS}exactMatch": "exact",
    f"{SKOS}closeMatch": "close",
}
_TYPE = ox.NamedNode(f"{RDF}type")
_MOST_COUNTS = 8  # two numbers might take turns for ever


def describe(dataset: ox.Dataset, *, version: str, entailment: Entailment) -> ox.Dataset:
    """Return the quads of the meta graph for a dataset of all the other graphs; `version` is that of the release.

    The statistics of the whole count the meta graph too, as the dumps hold it; partitions do not.
    """
    triples = {quad.triple for quad in dataset}
    graph = ox.NamedNode(META_GRAPH)
    described = [
        *_bases(dataset),
        *_titles(),
        _triple(META_GRAPH, _TYPE.value, ox.NamedNode(f"{_VOID}Dataset")),
        *_partitions(triples),
        *_graphs(dataset),
        *_linksets(triples),
        *describe_entailment(DATASET, entailment),
        *_distributions(version),
    ]
    described += _statistics_of_all(triples.union(described))
    return ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in described)


def _statistics_of_all(others: set[ox.Triple]) -> list[ox.Triple]:
    """Return statistics that count themselves: their numbers are among the objects, so they are taken until they stay."""
    counted: list[ox.Triple] = []
    for _ in range(_MOST_COUNTS):
        former, counted = counted, list(_statistics(ox.NamedNode(DATASET), others.union(counted)))
        if counted == former:
            break
    return counted


def _bases(dataset: ox.Dataset) -> Iterator[ox.Triple]:
    """Say on what basis the triples of each graph stand; the ontology's are definitions and have none."""
    for name in sorted(_graph_names(dataset)):
        basis = basis_of(name)
        if basis is not None:
            yield _triple(name, f"{TZ}basis", ox.NamedNode(f"{SCHEME}basis/{basis}"))


def basis_of(graph: str) -> str | None:
    """Return the basis of a graph's facts: `stated`, `name`, `background` or `inferred`; None for other graphs."""
    if graph == BACKGROUND_GRAPH:
        return "background"
    if graph == INFERRED_GRAPH:
        return "inferred"
    if graph.startswith(f"{GRAPH}article/"):
        return "name" if graph.endswith("/name") else "stated"
    return None


def _titles() -> Iterator[ox.Triple]:
    yield _triple(DATASET, _TYPE.value, ox.NamedNode(f"{_VOID}Dataset"))
    yield _triple(DATASET, _TYPE.value, ox.NamedNode(f"{_DCAT}Dataset"))
    yield _triple(DATASET, f"{DCTERMS}license", ox.NamedNode(LICENCE))
    yield _triple(DATASET, f"{_VOID}uriSpace", ox.Literal(BASE))
    for title, language in TITLES:
        yield _triple(DATASET, f"{DCTERMS}title", ox.Literal(title, language=language))
        yield _triple(DATASET, f"{RDFS}label", ox.Literal(title, language=language))
    for description, language in DESCRIPTIONS:
        yield _triple(DATASET, f"{DCTERMS}description", ox.Literal(description, language=language))
    for name in ("dcterms", "oa", "org", "prov", "schema", "skos"):
        yield _triple(DATASET, f"{_VOID}vocabulary", ox.NamedNode(PREFIXES[name]))
    yield _triple(DATASET, f"{_VOID}vocabulary", ox.NamedNode(TZ))


def _statistics(subject: ox.NamedNode, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Count triples, subjects, objects, properties, classes and entities (things of ours), as VoID §4.6 names them."""
    found = list(triples)
    subjects = {triple.subject for triple in found}
    counts = {
        "triples": len(found),
        "distinctSubjects": len(subjects),
        "distinctObjects": len({triple.object for triple in found}),
        "properties": len({triple.predicate for triple in found}),
        "classes": len({triple.object for triple in found if triple.predicate == _TYPE}),
        "entities": len({s for s in subjects if isinstance(s, ox.NamedNode) and s.value.startswith(BASE)}),
    }
    for name, count in counts.items():
        yield _triple(subject.value, f"{_VOID}{name}", _integer(count))


def _partitions(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Count entities of each of our classes and triples of each of our properties."""
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for triple in triples:
        value = triple.object
        if triple.predicate == _TYPE and isinstance(value, ox.NamedNode) and value.value.startswith(TZ):
            classes[value.value] += 1
        if triple.predicate.value.startswith(TZ):
            properties[triple.predicate.value] += 1
    for kind, counts, count_of in (("class", classes, "entities"), ("property", properties, "triples")):
        for term, count in sorted(counts.items()):
            part = f"{DATASET}/{kind}/{term.removeprefix(TZ)}"
            yield _triple(DATASET, f"{_VOID}{kind}Partition", ox.NamedNode(part))
            yield _triple(part, f"{_VOID}{kind}", ox.NamedNode(term))
            yield _triple(part, f"{_VOID}{count_of}", _integer(count))


def _graphs(dataset: ox.Dataset) -> Iterator[ox.Triple]:
    for name in sorted(_graph_names(dataset)):
        yield _triple(DATASET, f"{_VOID}subset", ox.NamedNode(name))
        yield _triple(name, _TYPE.value, ox.NamedNode(f"{_VOID}Dataset"))
        count = sum(1 for _ in dataset.quads_for_graph_name(ox.NamedNode(name)))
        yield _triple(name, f"{_VOID}triples", _integer(count))


def _linksets(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Count the links from our things and concepts to those of each other host, property by property."""
    links: Counter[tuple[str, str]] = Counter()
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
            continue
        if (
            triple.predicate.value in _LINKS
            and subject.value.startswith(BASE)
            and not value.value.startswith(BASE)
        ):
            links[triple.predicate.value, urljoin(value.value, "/")] += 1
    for (predicate, host), count in sorted(links.items()):
        part = f"{DATASET}/links/{_LINKS[predicate]}/{urlsplit(host).hostname}"
        yield _triple(part, _TYPE.value, ox.NamedNode(f"{_VOID}Linkset"))
        yield _triple(part, f"{_VOID}subjectsTarget", ox.NamedNode(DATASET))
        yield _triple(part, f"{_VOID}objectsTarget", ox.NamedNode(host))
        yield _triple(part, f"{_VOID}linkPredicate", ox.NamedNode(predicate))
        yield _triple(part, f"{_VOID}triples", _integer(count))


def _distributions(version: str) -> Iterator[ox.Triple]:
    yield _triple(DATASET, f"{_DCAT}version", ox.Literal(version))
    for file in DUMPS:
        dump = f"{BASE}data/{file}"
        yield _triple(DATASET, f"{_DCAT}distribution", ox.NamedNode(dump))
        yield _triple(DATASET, f"{_VOID}dataDump", ox.NamedNode(dump))
        yield _triple(dump, _TYPE.value, ox.NamedNode(f"{_DCAT}Distribution"))
        yield _triple(dump, f"{_DCAT}downloadURL", ox.NamedNode(dump))
        media_type = ox.NamedNode(
            f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[Path(file).suffix]}"
        )
        yield _triple(dump, f"{_DCAT}mediaType", media_type)
        yield _triple(dump, f"{DCTERMS}license", ox.NamedNode(LICENCE))


def _graph_names(dataset: ox.Dataset) -> set[str]:
    return {quad.graph_name.value for quad in dataset if isinstance(quad.graph_name, ox.NamedNode)}


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(f"{XSD}integer"))
