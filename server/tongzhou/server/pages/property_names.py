"""Names of the properties of other vocabularies that pages show: their own labels are not in the graph in both languages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from tongzhou.graph.namespaces import DCTERMS, PREFIXES, SCHEMA, SKOS

NAMES = {
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
}
