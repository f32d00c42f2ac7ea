"""Sources become one dataset of named graphs; what is wrong in them is named with file, line, fact and remedy."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest
import rdflib

from tongzhou.graph.compile import Sources, compile_ontology, compile_sources, load_context
from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.namespaces import (
    BACKGROUND_GRAPH,
    ID,
    ONTOLOGY_GRAPH,
    SCHEMA,
    TZ,
    article_graph,
    name_graph,
)
from tongzhou.graph.resources import articles_dir, background_dir, ontology_dir

DATA = Path(__file__).parents[1] / "data" / "facts"
CASES: list[dict[str, str]] = tomllib.loads((DATA / "bad_input.toml").read_text(encoding="utf-8"))["case"]
REAL = Sources(ontology_dir(), articles_dir(), background_dir())
FIRST = "associations-epidemic-response"

MakeSources = Callable[..., Sources]


def faults(sources: Sources) -> tuple[Fault, ...]:
    """Compile sources that must fail, and return what is wrong with them."""
    with pytest.raises(SourceError) as caught:
        compile_sources(sources)
    return caught.value.faults


def values(dataset: ox.Dataset, graph: str, subject: str, predicate: str) -> list[str]:
    """Return the values of a property in a graph."""
    quads = dataset.quads_for_graph_name(ox.NamedNode(graph))
    return sorted(
        cast("ox.NamedNode | ox.Literal", quad.object).value
        for quad in quads
        if quad.subject == ox.NamedNode(subject) and quad.predicate.value == predicate
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_bad_facts_are_named_with_file_line_fact_and_remedy(
    harbour: MakeSources, case: dict[str, str]
) -> None:
    sources = harbour((case["replace"], case["by"]))
    path = sources.articles / "harbour" / "facts.yaml"
    written = path.read_text(encoding="utf-8")
    assert written.count(case["at"]) == 1
    line = written[: written.index(case["at"])].count("\n") + 1
    found = faults(sources)
    fitting = [fault for fault in found if case["says"] in fault.message and case["remedy"] in fault.remedy]
    assert fitting, [str(fault) for fault in found]
    assert {(fault.path, fault.line) for fault in fitting} == {(str(path), line)}
    assert {fault.subject for fault in fitting} == {case.get("fact", "")}
    assert len(found) == len(fitting) or "more" in case


def test_the_message_shows_path_and_line_first(harbour: MakeSources) -> None:
    sources = harbour(("type: MonetaryDonation", "type: Gift"))
    (fault,) = faults(sources)
    path = sources.articles / "harbour" / "facts.yaml"
    assert str(fault).startswith(
        f"{path}:{fault.line}: action/gift-of-money-by-members: 'Gift' is not a word"
    )


def test_the_faults_of_all_files_are_told_together(harbour: MakeSources) -> None:
    sources = harbour(("type: MonetaryDonation", "type: Gift"))
    (sources.background / "places.yaml").write_text("a: [", encoding="utf-8")
    (sources.background / "links.yaml").write_text('"@context": x\n"@graph": []\n', encoding="utf-8")
    assert {Path(fault.path).name for fault in faults(sources)} == {"facts.yaml", "places.yaml", "links.yaml"}


def test_an_article_without_its_text_is_a_fault(harbour: MakeSources) -> None:
    sources = harbour()
    (sources.articles / "harbour" / "text.txt").unlink()
    (fault,) = faults(sources)
    assert fault.path.endswith("text.txt")
    assert fault.message == "there is no such file."


def test_a_text_in_another_encoding_is_a_fault_at_its_line(harbour: MakeSources) -> None:
    sources = harbour()
    (sources.articles / "harbour" / "text.txt").write_bytes("短讯\n甲港".encode("gb18030"))
    (fault,) = faults(sources)
    assert (fault.line, fault.remedy) == (1, "Save the file as UTF-8.")


def test_an_ontology_that_is_no_turtle_is_a_fault_at_its_line(harbour: MakeSources, tmp_path: Path) -> None:
    ontology = tmp_path / "ontology"
    ontology.mkdir()
    (ontology / "context.jsonld").write_text('{"@context": {}}', encoding="utf-8")
    (ontology / "tongzhou.ttl").write_text("# terms\n<a> <b> .\n", encoding="utf-8")
    sources = harbour()
    (fault,) = faults(Sources(ontology, sources.articles, sources.background))
    assert fault.path.endswith("tongzhou.ttl")
    assert fault.line == 2


def test_a_context_that_is_no_json_is_a_fault_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "context.jsonld").write_text('{\n"@context": }', encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_context(tmp_path)
    assert caught.value.faults[0].line == 2


def test_each_statement_lands_in_the_graph_of_its_basis(harbour: MakeSources) -> None:
    sources = harbour()
    background = '"@context": https://w3id.org/tongzhou/context\n"@graph":\n  - id: place/harbour\n    sameAs: https://example.org/h\n'
    (sources.background / "places.yaml").write_text(background, encoding="utf-8")
    dataset = compile_sources(sources).dataset
    boats = f"{ID}org/boat-association-of-the-harbour"
    assert values(dataset, name_graph("harbour"), boats, f"{TZ}locatedIn") == [f"{ID}place/harbour"]
    assert values(dataset, article_graph("harbour"), boats, f"{TZ}locatedIn") == []
    assert len(values(dataset, article_graph("harbour"), boats, f"{TZ}evidence")) == 1
    assert values(dataset, BACKGROUND_GRAPH, f"{ID}place/harbour", f"{SCHEMA}sameAs") == [
        "https://example.org/h"
    ]
    assert values(dataset, article_graph("harbour"), f"{ID}article/harbour", f"{TZ}textRights") == ["quotes"]
    names = {quad.graph_name for quad in dataset}
    assert names == {
        ox.NamedNode(name)
        for name in (ONTOLOGY_GRAPH, article_graph("harbour"), name_graph("harbour"), BACKGROUND_GRAPH)
    }


def test_a_fact_is_located_by_file_and_line(harbour: MakeSources) -> None:
    sources = harbour()
    locations = compile_sources(sources).locations
    path, line = locations[f"{ID}action/gift-of-money-by-members#q1"]
    written = Path(path).read_text(encoding="utf-8").split("\n")
    assert "type: MonetaryAmount" in written[line - 1]


def test_quotes_of_background_are_refused(harbour: MakeSources) -> None:
    sources = harbour()
    background = (
        '"@context": https://w3id.org/tongzhou/context\n"@graph":\n  - id: place/harbour\n    mention: 港\n'
    )
    (sources.background / "places.yaml").write_text(background, encoding="utf-8")
    (fault,) = faults(sources)
    assert (fault.line, fault.message) == (4, "there is no article to quote.")


def test_the_ontology_compiles_to_the_same_quads_each_time() -> None:
    first, second = compile_ontology(ontology_dir()), compile_ontology(ontology_dir())
    assert sorted(map(str, first)) == sorted(map(str, second))


def test_the_canonical_text_of_the_first_article_does_not_move() -> None:
    """Every passage counts in this text: a change of it would make all IRIs of passages point elsewhere."""
    articles = {article.slug: article for article in compile_sources(REAL).articles}
    digest = hashlib.sha256(articles[FIRST].text.text.encode()).hexdigest()
    assert digest == "b97478956c990e6c85ce4b9fabc6cf5a2059e51fdfe0fd8ea965d5357f50dedb"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_two_parsers_agree_on_the_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oxigraph and rdflib read the same triples from the JSON-LD that the facts become."""
    parsed: list[tuple[str, list[ox.Quad]]] = []
    parse = ox.parse

    def keep(source: str | None = None, **options: Any) -> list[ox.Quad]:
        quads = list(parse(source, **options))
        if source is not None:
            parsed.append((source, quads))
        return quads

    monkeypatch.setattr(ox, "parse", keep)
    compile_sources(REAL)
    monkeypatch.undo()
    assert sum(len(quads) for _, quads in parsed) > 2000
    for source, quads in parsed:
        theirs = rdflib.Graph().parse(data=source, format="json-ld", base=ID)
        lines = ox.serialize({quad.triple for quad in quads}, format=ox.RdfFormat.N_TRIPLES)
        ours = rdflib.Graph().parse(data=lines, format="nt")
        assert set(theirs) == set(ours)
