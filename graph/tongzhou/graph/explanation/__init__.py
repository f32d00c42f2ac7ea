"""Why a triple of the graph holds: its proof, down to the words of articles, names, background and the ontology.

    explainer = open_explainer(release)
    subject, predicate, value = (explainer.names.find(word) for word in ("org/x", "tz:actsForPlaceWithin", "place/wuhan"))
    explanation = explainer.explain(Statement(subject, predicate, value), others=2)
    as_text(explanation, explainer, "en")     # also as_json, as_turtle

Inside: `names` words terms, `sources` finds where asserted triples stand, `outline` orders a proof for readers.
"""

from tongzhou.graph.explanation.contradictions import LocatedContradictionError, locate
from tongzhou.graph.explanation.document import as_json, as_turtle
from tongzhou.graph.explanation.explainer import Explainer, Explanation, open_explainer
from tongzhou.graph.explanation.outline import Line, outline
from tongzhou.graph.explanation.places import Places, places_of, read_places, write_places
from tongzhou.graph.explanation.sources import Quote, Source
from tongzhou.graph.explanation.text import as_text

__all__ = [
    "Explainer",
    "Explanation",
    "Line",
    "LocatedContradictionError",
    "Places",
    "Quote",
    "Source",
    "as_json",
    "as_text",
    "as_turtle",
    "locate",
    "open_explainer",
    "outline",
    "places_of",
    "read_places",
    "write_places",
]
