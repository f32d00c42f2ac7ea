"""What the first article says and leaves open, looked for in its words, where no shape of the graph can tell."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from tongzhou.graph.compile import Article, Compiled, Sources, compile_sources
from tongzhou.graph.index import Index
from tongzhou.graph.namespaces import GRAPH, ID, RDFS, SKOS, TZ
from tongzhou.graph.resources import articles_dir, background_dir, ontology_dir

SLUG = "associations-epidemic-response"
REMARKS = ("wording", f"{RDFS}label", f"{SKOS}note", f"{SKOS}definition")


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_sources(Sources(ontology_dir(), articles_dir(), background_dir()))


@pytest.fixture(scope="module")
def article(compiled: Compiled) -> Article:
    (found,) = (each for each in compiled.articles if each.slug == SLUG)
    return found


@pytest.fixture(scope="module")
def index(compiled: Compiled) -> Index:
    return Index(compiled.dataset)


@pytest.fixture(scope="module")
def stated(compiled: Compiled) -> list[ox.Quad]:
    """Return what the article itself states, without names and background."""
    return list(compiled.dataset.quads_for_graph_name(ox.NamedNode(f"{GRAPH}article/{SLUG}")))


def test_every_open_list_is_marked_as_open(article: Article, index: Index) -> None:
    """等 (and others) stays in the wording, the label or a remark of a fact whose quote holds it."""
    silent: list[str] = []
    for sign in re.finditer("等", article.text.text):
        facts = [
            subject
            for subject in index.subjects()
            if any(start <= sign.start() < end for start, end in index.spans(subject, article.iri))
        ]
        if not any("等" in words for fact in facts for key in REMARKS for words in index.values(fact, key)):
            silent.append(article.text.text[sign.start() - 12 : sign.end() + 4])
    assert silent == []


def test_every_name_of_an_association_is_an_association_of_the_graph(article: Article, index: Index) -> None:
    """Names are found by how they begin and end, and not from a list."""
    name = re.compile(r"(?:中国|北京|武汉|山东|深圳)[^，。；：、“”（）\n]*?(?:协会|商会|联合会)")
    printed = set(name.findall(article.text.text))
    associations = index.of_class("Association")
    assert {label for each in associations for label in index.values(each, f"{RDFS}label")} >= printed
    assert len(printed) == len(associations) == 58


def test_every_mention_of_an_organisation_is_evidence(article: Article, index: Index) -> None:
    for body in index.of_class("Organisation"):
        spans = set(index.spans(body, article.iri))
        for label in index.values(body, f"{RDFS}label"):
            assert {match.span() for match in re.finditer(re.escape(label), article.text.text)} <= spans


def test_no_year_is_added(stated: list[ox.Quad]) -> None:
    assert not any(quad.predicate.value == f"{TZ}date" for quad in stated)
    literals = {quad.object.value for quad in stated if isinstance(quad.object, ox.Literal)}
    assert not any(re.search(r"\b(?:19|20)[0-9]{2}\b", value) for value in literals if not value.isdigit())


def test_nobody_is_said_to_have_come_to_the_meeting_but_unnamed_delegates(index: Index) -> None:
    (meeting,) = index.of_class("Meeting")
    attendees = index.values(meeting, "attendee")
    assert attendees == {f"{ID}group/delegates-at-the-meeting"}
    assert not any(index.values(each, "namedMember") for each in attendees)


def test_gifts_that_an_association_called_for_were_given_by_others(index: Index) -> None:
    gifts = index.of_class("Donation")
    assert len(gifts) >= 8
    for gift in gifts:
        givers = index.values(gift, "giver")
        assert givers == index.values(gift, "mobilised")
        assert givers.isdisjoint(index.values(gift, "agent"))


def test_what_was_asked_for_is_no_action(index: Index) -> None:
    requests = index.of_class("Request")
    assert len(requests) >= 30
    assert not any(index.is_a(request, "Occurrence") for request in requests)
    assert not any(
        index.values(request, role) for request in requests for role in ("agent", "giver", "quantity")
    )
