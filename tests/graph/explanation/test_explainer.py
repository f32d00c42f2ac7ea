"""Explanations of the real release: proofs that end at sentences, names, sources and lines; in words, as JSON, as Turtle."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph.errors import UnknownThingError, UnknownTripleError
from tongzhou.graph.explanation import (
    Explainer,
    Explanation,
    as_json,
    as_text,
    as_turtle,
    open_explainer,
    outline,
)
from tongzhou.graph.namespaces import GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH, OWL, PROV, RDF, TZ
from tongzhou.graph.reason import Statement
from tongzhou.graph.release import CLOSURE, PLACES, Release
from tongzhou.graph.resources import articles_dir, background_dir, ontology_dir

SUPERVISION = "action/safety-supervision-of-building-huoshenshan-hospital"
SUPERVISORS = "org/wuhan-construction-supervision-and-consulting-industry-association"
LIQUOR = "org/china-alcoholic-drinks-association"
WORDS = "武汉建设监理与咨询行业协会主动负责火神山医院建设的安全监理工作。"


@pytest.fixture(scope="module")
def explainer(release: Release) -> Explainer:
    return open_explainer(release)


def explain(explainer: Explainer, *terms: str, others: int = 0) -> Explanation:
    subject, predicate, value = map(explainer.names.find, terms)
    return explainer.explain(Statement(subject, predicate, value), others=others)


def line_of(place: tuple[str, int] | None) -> str:
    """Return the line of a source file that a place names."""
    assert place is not None
    folder, _, name = place[0].partition("/")
    root = {"ontology": ontology_dir(), "articles": articles_dir(), "background": background_dir()}[folder]
    return (root / name).read_text(encoding="utf-8").split("\n")[place[1] - 1]


def test_a_proof_ends_at_the_sentence_the_name_the_sources_and_the_definitions(explainer: Explainer) -> None:
    (proof,) = explain(explainer, SUPERVISORS, "tz:actsForPlaceWithin", "place/china").proofs
    sources = [source for leaf in proof.leaves for source in explainer.sources.of(leaf)]
    assert {source.basis for source in sources} == {"stated", "name", "background", "definition"}
    stated = [source for source in sources if source.basis == "stated"]
    assert {quote.exact for source in stated for quote in source.quotes} == {WORDS}
    assert all(line_of(source.place) == f"  - id: {SUPERVISION}" for source in stated)
    (name,) = (source for source in sources if source.basis == "name")
    assert dict(name.names)["zh"] == "武汉火神山医院"
    background = [source for source in sources if source.basis == "background"]
    assert len(background) == 2
    assert all(
        source.references and line_of(source.place).startswith("  - id: place/") for source in background
    )


def test_quotes_have_the_line_of_the_text(explainer: Explainer) -> None:
    (source,) = explain(explainer, SUPERVISION, "tz:agent", SUPERVISORS).sources
    (quote,) = source.quotes
    text = (articles_dir() / "associations-epidemic-response" / "text.txt").read_text(encoding="utf-8")
    assert quote.line is not None
    assert WORDS[:8] in "".join(text.split("\n")[quote.line - 1 : quote.line + 1])


@pytest.mark.parametrize(
    ("terms", "written"),
    [
        (("tz:agent", "rdfs:subPropertyOf", "tz:actor"), "tz:agent a owl:ObjectProperty"),
        (("tz:agent", "rdfs:subPropertyOf", "prov:wasAssociatedWith"), "tz:agent rdfs:subPropertyOf prov:"),
        (("tz:actorIn", "owl:inverseOf", "tz:actor"), "owl:inverseOf tz:actor"),
    ],
)
def test_a_definition_has_the_line_where_it_is_written(
    explainer: Explainer, terms: tuple[str, str, str], written: str
) -> None:
    (source,) = explain(explainer, *terms).sources
    assert source.graph == ONTOLOGY_GRAPH
    assert written in line_of(source.place)


def test_an_axiom_without_a_name_has_its_line_and_its_words(explainer: Explainer) -> None:
    (proof,) = explain(
        explainer, "action/gifts-of-goods-by-petroleum-and-chemical-members", "a", "tz:MobilisedAction"
    ).proofs
    leaf = next(leaf for leaf in proof.leaves if leaf.predicate == ox.NamedNode(f"{OWL}onProperty"))
    (source,) = explainer.sources.of(leaf)
    assert line_of(source.place).startswith("[] a owl:Restriction ; owl:onProperty tz:mobilised")
    assert explainer.names.label(leaf.subject, "en") == "[has mobilised party]"


def test_all_that_is_inferred_is_explained_from_what_stands_somewhere(
    explainer: Explainer, dataset: ox.Dataset
) -> None:
    inferred = sorted(dataset.quads_for_graph_name(ox.NamedNode(INFERRED_GRAPH)), key=str)
    assert len(inferred) > 1000
    for quad in inferred[::40]:
        statement = Statement(quad.subject, quad.predicate, quad.object)
        explanation = explainer.explain(statement)
        (proof,) = explanation.proofs
        assert not explanation.is_asserted
        assert all(explainer.sources.of(leaf) for leaf in proof.leaves)
        assert all(source.place for leaf in proof.leaves for source in explainer.sources.of(leaf)), statement


def test_text_names_rules_and_terms_in_its_language(explainer: Explainer) -> None:
    explanation = explain(explainer, LIQUOR, "a", "tz:NationalAssociation")
    english, chinese = as_text(explanation, explainer, "en"), as_text(explanation, explainer, "zh")
    assert english.startswith(
        "China Alcoholic Drinks Association · a · national association\n  by “Equivalent"
    )
    assert "[by the name] articles/associations-epidemic-response/facts.yaml:" in english
    assert "“中国酒业协会” (line " in english
    assert "[whose scope is national]" in english
    assert chinese.startswith("中国酒业协会 · a · 全国性行业协会商会\n  由规则“等价类")
    assert "[据名称]" in chinese
    assert "（原文第 " in chinese
    assert not re.search("[A-Za-z]{4,} [a-z]{4,}", chinese.replace("rdfs:subClassOf", ""))
    assert all(line == line.rstrip() for line in (english + chinese).split("\n"))


def test_a_lemma_is_proved_once_and_cells_of_lists_are_spelled_out(explainer: Explainer) -> None:
    (proof,) = explain(explainer, SUPERVISORS, "tz:actsForPlaceWithin", "place/china").proofs
    lines = list(outline(proof, explainer.sources))
    assert {step.conclusion for step in proof.steps} == {
        line.statement for line in lines if line.rule and not line.is_again
    }
    shown = "\n".join(
        " ".join(explainer.names.words(line.statement, "en")) for line in lines if line.statement
    )
    assert "owl:propertyChainAxiom (actor in, place within)" in shown
    assert "rdf:first" not in shown


def test_other_proofs_are_longer_or_as_long(explainer: Explainer) -> None:
    explanation = explain(explainer, LIQUOR, "a", "prov:Agent", others=2)
    lengths = [len(proof) for proof in explanation.proofs]
    assert len(lengths) == 3
    assert lengths == sorted(lengths)
    assert len(set(explanation.proofs)) == 3
    assert "another proof (3):" in as_text(explanation, explainer, "en")


def test_what_is_asserted_says_so(explainer: Explainer) -> None:
    explanation = explain(explainer, LIQUOR, "tz:scope", "scheme/scope/national")
    assert explanation.is_asserted
    assert explanation.proofs == ()
    assert "It is asserted:\n    [by the name]" in as_text(explanation, explainer, "en")
    assert (
        explain(explainer, LIQUOR, "tz:scope", "scheme/scope/national", others=1).proofs == ()
    )  # only in a circle


def test_what_is_asserted_may_follow_too(explainer: Explainer) -> None:
    also = explain(explainer, "tz:NationalAssociation", "rdfs:subClassOf", "tz:Association", others=1)
    assert also.is_asserted
    assert [proof.steps[-1].rule for proof in also.proofs] == ["scm-sco"]
    assert "It also follows:\nnational association · rdfs:subClassOf" in as_text(also, explainer, "en")


def test_what_does_not_follow_is_told_with_what_does(explainer: Explainer) -> None:
    with pytest.raises(UnknownTripleError, match="there is national") as caught:
        explain(explainer, LIQUOR, "tz:scope", "scheme/scope/local")
    assert [str(term) for term in caught.value.near] == ["<https://w3id.org/tongzhou/scheme/scope/national>"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("org/china-alcoholc-drinks-association", "Near: org/china-alcoholic-drinks-association"),
        ("nothing at all", "Write <type>/<slug>"),
        ('"unfinished', "Write a literal as"),
        ("_:", "Write a literal as"),
        ("", "is not in the graph"),
    ],
)
def test_an_unknown_term_is_told(explainer: Explainer, text: str, told: str) -> None:
    with pytest.raises(UnknownThingError, match=told):
        explainer.names.find(text)


@pytest.mark.parametrize(
    "text",
    [LIQUOR, "中国酒业协会", "China Alcoholic Drinks Association", f"https://w3id.org/tongzhou/id/{LIQUOR}"],
)
def test_a_term_is_found_by_each_of_its_names(explainer: Explainer, text: str) -> None:
    assert explainer.names.find(text) == ox.NamedNode(f"https://w3id.org/tongzhou/id/{LIQUOR}")


def test_json_is_a_graph_of_statements(explainer: Explainer) -> None:
    explanation = explain(explainer, SUPERVISORS, "tz:actsForPlaceWithin", "place/china")
    found = json.loads(json.dumps(as_json(explanation, explainer)))
    (proof,) = found["proofs"]
    ids = [entry["id"] for entry in proof]
    assert ids == list(range(1, len(proof) + 1))
    assert {key: proof[0][key] for key in ("subject", "predicate", "object")} == found["statement"]
    assert proof[0]["rule"]["zh"] == "属性链"
    for entry in proof:
        assert ("rule" in entry) != ("sources" in entry)
        assert set(entry.get("premises", ())) <= set(ids)
    used = {premise for entry in proof for premise in entry.get("premises", ())}
    assert used == set(ids[1:])


def test_turtle_is_read_back_as_statements_and_steps(explainer: Explainer) -> None:
    explanation = explain(explainer, SUPERVISORS, "tz:actsForPlaceWithin", "place/china")
    store = ox.Store()
    store.load(as_turtle(explanation, explainer), format=ox.RdfFormat.TURTLE)
    steps = list(store.quads_for_pattern(None, ox.NamedNode(f"{TZ}rule"), None))
    assert len(steps) == len(explanation.proofs[0])
    found = store.query(
        f"ASK {{ ?step <{PROV}generated> [ <{RDF}predicate> <{TZ}actsForPlaceWithin> ] ; <{PROV}used>+/^<{PROV}generated>?"
        f"/<{PROV}used>?/^<{PROV}generated>?/<{PROV}used>? [ <{TZ}evidence> ?passage ] }}"
    )
    assert found
    texts = {
        quad.object.value
        for quad in store.quads_for_pattern(None, None, None)
        if isinstance(quad.object, ox.Literal)
    }
    assert WORDS in texts


def test_the_rows_of_a_question_have_what_was_inferred_for_them(explainer: Explainer) -> None:
    query = (
        "PREFIX tz: <https://w3id.org/tongzhou/ontology#> SELECT ?action ?place "
        f"{{ ?action a tz:Supervision ; tz:placeWithin ?place ; tz:agent <https://w3id.org/tongzhou/id/{SUPERVISORS}> }}"
    )
    rows = explainer.behind_rows(query)
    assert rows
    assert all({str(one.predicate) for one in row} == {f"<{TZ}placeWithin>"} for row in rows)
    with pytest.raises(TypeError, match="only SELECT"):
        explainer.behind_rows("ASK { ?s ?p ?o }")


def test_a_release_without_its_closure_and_store_explains_the_same(
    explainer: Explainer, release: Release, tmp_path: Path
) -> None:
    for name in ("manifest.json", "tongzhou.nq"):
        (tmp_path / name).write_bytes((release.path / name).read_bytes())
    assert {CLOSURE, PLACES} <= {path.name for path in release.path.iterdir()}
    other = open_explainer(Release(tmp_path))
    (mine,) = explain(explainer, SUPERVISORS, "tz:actsForPlaceWithin", "place/china").proofs
    (theirs,) = explain(other, SUPERVISORS, "tz:actsForPlaceWithin", "place/china").proofs
    assert len(mine) == len(theirs)
    (source,) = explain(other, SUPERVISION, "tz:agent", SUPERVISORS).sources
    assert (source.quotes[0].exact, source.place) == (WORDS, None)


def test_paths_in_a_release_do_not_depend_on_where_it_was_built(release: Release) -> None:
    places = json.loads((release.path / PLACES).read_bytes())
    paths = {path for lines in places.values() for path, _ in lines.values()}
    assert paths <= {
        "articles/associations-epidemic-response/facts.yaml",
        *(f"background/{path.name}" for path in background_dir().glob("*.yaml")),
        *(f"ontology/{path.name}" for path in ontology_dir().glob("*.ttl")),
    }
    assert f"{GRAPH}article/associations-epidemic-response/name" in places
