"""Names of the terms of other vocabularies that pages show: their own labels are not in the graph in both languages."""

from __future__ import annotations

from tongzhou.graph.namespaces import DCTERMS, PREFIXES, RDF, RDFS, SCHEMA, SKOS
from tongzhou.server.pages.languages import gettext


def _(message: str) -> str:
    """Mark a message for translation; it is worded when a page is made."""
    return message


_NAMES = {
    f"{RDF}type": _("kind"),
    f"{RDFS}label": _("name"),
    f"{SKOS}altLabel": _("other name"),
    f"{SKOS}definition": _("definition"),
    f"{SKOS}Concept": _("concept"),
    f"{SKOS}ConceptScheme": _("concept scheme"),
    f"{SCHEMA}sameAs": _("same as"),
    f"{DCTERMS}source": _("source"),
    f"{DCTERMS}subject": _("subject"),
    f"{SKOS}inScheme": _("in scheme"),
    f"{SKOS}broader": _("broader"),
    f"{SKOS}narrower": _("narrower"),
    f"{SKOS}topConceptOf": _("top concept of"),
    f"{SKOS}hasTopConcept": _("has top concept"),
    f"{SKOS}notation": _("notation"),
    f"{SKOS}note": _("note"),
    f"{SKOS}exactMatch": _("exactly matches"),
    f"{SKOS}closeMatch": _("closely matches"),
    f"{PREFIXES['void']}triples": _("triples"),
    f"{PREFIXES['void']}subset": _("contains"),
}


def own_name_of(iri: str) -> str | None:
    """Return our name for a property or class, in the language of the page; None where we have none."""
    return gettext(_NAMES[iri]) if iri in _NAMES else None
