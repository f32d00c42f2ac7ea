"""What pages call the named graphs of a release: by their basis, and by the article that they are of."""

from __future__ import annotations

from tongzhou.graph.namespaces import (
    BACKGROUND_GRAPH,
    GRAPH,
    ID,
    INFERRED_GRAPH,
    META_GRAPH,
    ONTOLOGY_GRAPH,
    article_graph,
    name_graph,
)
from tongzhou.graph.search.index import SearchIndex
from tongzhou.server.pages.languages import gettext


def name_of_graph(index: SearchIndex, iri: str, language: str) -> str | None:
    """Return the name of a named graph in a language; None for what is none of a release."""
    names = {
        ONTOLOGY_GRAPH: gettext("Graph of the ontology and the concept schemes"),
        BACKGROUND_GRAPH: gettext("Graph of what is known from elsewhere"),
        INFERRED_GRAPH: gettext("Graph of what the reasoner inferred"),
        META_GRAPH: gettext("Graph that describes the others"),
    }
    if iri in names or not iri.startswith(GRAPH):
        return names.get(iri)
    slug = iri.removeprefix(article_graph("")).partition("/")[0]
    article = index.get(f"{ID}article/{slug}")
    label = article.label(language) if article else None
    title = label.text if label else slug
    if iri == article_graph(slug):
        return gettext("Graph of what “%(title)s” states", title=title)
    return (
        gettext("Graph of what is read off names in “%(title)s”", title=title)
        if iri == name_graph(slug)
        else None
    )
