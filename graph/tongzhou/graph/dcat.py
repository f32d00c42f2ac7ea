"""The catalogue of a home's releases as DCAT 3, in the shape that DCAT-AP 3 asks for. Made from their manifests.

Sources: https://www.w3.org/TR/vocab-dcat-3/ and https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Things are named by their
lasting IRIs; only where to fetch them (`root`) is the address of the server that says so. Nobody is named as a contact, since
the project has no address of its own yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from tongzhou.graph.export import DUMPS, MEDIA_TYPES
from tongzhou.graph.mappings import MAPPINGS
from tongzhou.graph.meta import DATASET, DESCRIPTIONS, LICENCE, TITLES
from tongzhou.graph.namespaces import BASE, DCTERMS, PREFIXES, RDF, SKOS, XSD
from tongzhou.graph.release import Release

CATALOGUE = f"{BASE}catalog"
PUBLISHER = f"{BASE}publisher"
MAPPING_SET = f"{BASE}data/mappings"

DCAT_PREFIXES = {
    "spdx": "http://spdx.org/rdf/terms#",
    "eu": "http://publications.europa.eu/resource/authority/",
}
"""Prefixes of a catalogue, beside those of the data."""

_DCAT = PREFIXES["dcat"]
_FOAF = PREFIXES["foaf"]
_SPDX = DCAT_PREFIXES["spdx"]
_EU = DCAT_PREFIXES["eu"]
_IANA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = (f"{_EU}language/ZHO", f"{_EU}language/ENG")
_THEMES = {
    f"{_EU}data-theme/ECON": {"zh": "经济与金融", "en": "Economy and finance"},
    f"{_EU}data-theme/SOCI": {"zh": "人口与社会", "en": "Population and society"},
}
_COUNTRY = f"{_EU}country/CHN"
_FREQUENCY = f"{_EU}frequency/IRREG"
_SSSOM = "https://w3id.org/sssom/"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_KEYWORDS = (("行业协会商会", "zh"), ("industry associations", "en"), ("chambers of commerce", "en"))
_CATALOGUE_TITLES = (("同舟数据目录", "zh"), ("Tongzhou data catalogue", "en"))
_SERVICE_TITLES = (("同舟 SPARQL 端点", "zh"), ("Tongzhou SPARQL endpoint", "en"))
_MAPPING_TITLES = (
    ("同舟与其他词表和数据集的映射", "zh"),
    ("Tongzhou mappings to other vocabularies and datasets", "en"),
)


def describe_catalogue(releases: Sequence[Release], current: Release, *, root: str) -> list[ox.Triple]:
    """Return the catalogue of all releases; `root` is the address of the server, with a slash at its end.

    Raises ReleaseError where a manifest can't be read.
    """
    return [
        *_catalogue(current, root),
        *_service(root),
        *_dataset(releases, current, root),
        *(triple for release in releases for triple in _version(release, releases, root)),
        *_mappings(current, root),
        *_kinds(root),
    ]


def version_iri(release: Release) -> str:
    """Return the IRI of a release as a version of the dataset."""
    return f"{BASE}data/releases/{release.name}"


def _catalogue(current: Release, root: str) -> Iterator[ox.Triple]:
    yield _link(CATALOGUE, f"{RDF}type", f"{_DCAT}Catalog")
    yield from _about(CATALOGUE, _CATALOGUE_TITLES, DESCRIPTIONS)
    yield _link(CATALOGUE, f"{_FOAF}homepage", root)
    yield _typed(CATALOGUE, f"{DCTERMS}modified", current.published, "dateTime")
    yield _link(CATALOGUE, f"{_DCAT}themeTaxonomy", f"{_EU}data-theme")
    for dataset in (DATASET, MAPPING_SET):
        yield _link(CATALOGUE, f"{_DCAT}dataset", dataset)
    yield _link(CATALOGUE, f"{_DCAT}service", f"{BASE}sparql")
    yield _link(PUBLISHER, f"{RDF}type", f"{_FOAF}Agent")
    yield _text(PUBLISHER, f"{_FOAF}name", "The Tongzhou project", "en")


def _service(root: str) -> Iterator[ox.Triple]:
    service = f"{BASE}sparql"
    yield _link(service, f"{RDF}type", f"{_DCAT}DataService")
    yield from _about(service, _SERVICE_TITLES)
    yield _link(service, f"{_DCAT}endpointURL", f"{root}sparql")
    yield _link(service, f"{_DCAT}endpointDescription", f"{root}sparql")
    yield _link(service, f"{_DCAT}servesDataset", DATASET)
    yield _link(service, f"{DCTERMS}conformsTo", _PROTOCOL)


def _dataset(releases: Sequence[Release], current: Release, root: str) -> Iterator[ox.Triple]:
    """Describe what the IRI of the dataset always means: its present version and where that is to be had."""
    yield from _described_as_dataset(DATASET, TITLES)
    yield _link(DATASET, f"{_DCAT}landingPage", f"{root}zh/data")
    yield _link(DATASET, f"{DCTERMS}spatial", _COUNTRY)
    yield _link(DATASET, f"{DCTERMS}accrualPeriodicity", _FREQUENCY)
    yield _text(DATASET, f"{_DCAT}version", current.name)
    yield _typed(DATASET, f"{DCTERMS}modified", current.published, "dateTime")
    yield _link(DATASET, f"{_DCAT}hasCurrentVersion", version_iri(current))
    for release in releases:
        yield _link(DATASET, f"{_DCAT}hasVersion", version_iri(release))
    yield from _distributions(DATASET, current, f"{BASE}data/", f"{root}data/", DUMPS)


def _version(release: Release, releases: Sequence[Release], root: str) -> Iterator[ox.Triple]:
    version = version_iri(release)
    yield from _described_as_dataset(
        version, tuple((f"{title} {release.name}", tag) for title, tag in TITLES)
    )
    yield _link(version, f"{_DCAT}isVersionOf", DATASET)
    yield _text(version, f"{_DCAT}version", release.name)
    yield _typed(version, f"{DCTERMS}issued", release.published, "dateTime")
    changes: dict[str, Any] = release.manifest.get("changes") or {}
    former = changes.get("former")
    if former in {other.name for other in releases}:
        yield _link(version, f"{_DCAT}previousVersion", f"{BASE}data/releases/{former}")
    yield from _distributions(version, release, f"{version}/", f"{root}data/releases/{release.name}/", DUMPS)


def _mappings(current: Release, root: str) -> Iterator[ox.Triple]:
    if MAPPINGS not in current.manifest["files"]:
        return
    yield from _described_as_dataset(MAPPING_SET, _MAPPING_TITLES)
    yield _link(MAPPING_SET, f"{DCTERMS}conformsTo", _SSSOM)
    yield _text(MAPPING_SET, f"{_DCAT}version", current.name)
    yield from _distributions(MAPPING_SET, current, f"{BASE}data/", f"{root}data/", (MAPPINGS,))


def _described_as_dataset(dataset: str, titles: Sequence[tuple[str, str]]) -> Iterator[ox.Triple]:
    yield _link(dataset, f"{RDF}type", f"{_DCAT}Dataset")
    yield from _about(dataset, titles, DESCRIPTIONS if dataset != MAPPING_SET else titles)
    for word, tag in _KEYWORDS:
        yield _text(dataset, f"{_DCAT}keyword", word, tag)


def _about(
    subject: str, titles: Sequence[tuple[str, str]], descriptions: Sequence[tuple[str, str]] = ()
) -> Iterator[ox.Triple]:
    """Say what every resource says of itself: title, description, licence, publisher, themes and languages."""
    for title, tag in titles:
        yield _text(subject, f"{DCTERMS}title", title, tag)
    for description, tag in descriptions:
        yield _text(subject, f"{DCTERMS}description", description, tag)
    yield _link(subject, f"{DCTERMS}license", LICENCE)
    yield _link(subject, f"{DCTERMS}publisher", PUBLISHER)
    for theme in _THEMES:
        yield _link(subject, f"{_DCAT}theme", theme)
    for language in _LANGUAGES:
        yield _link(subject, f"{DCTERMS}language", language)


def _distributions(
    dataset: str, release: Release, names: str, addresses: str, files: Sequence[str] | dict[str, str]
) -> Iterator[ox.Triple]:
    """Describe files of a release: `names` precedes the file's name in its IRI, `addresses` in where to fetch it."""
    entries: dict[str, dict[str, Any]] = release.manifest["files"]
    for file in files:
        entry, iri = entries[file], f"{names}{file}"
        checksum = f"{iri}#sha256-{entry['sha256']}"
        yield _link(dataset, f"{_DCAT}distribution", iri)
        yield _link(iri, f"{RDF}type", f"{_DCAT}Distribution")
        yield _text(iri, f"{DCTERMS}title", file)
        yield _link(iri, f"{_DCAT}accessURL", f"{addresses}{file}")
        yield _link(iri, f"{_DCAT}downloadURL", f"{addresses}{file}")
        yield _link(iri, f"{_DCAT}mediaType", f"{_IANA}{MEDIA_TYPES[Path(file).suffix]}")
        yield _link(iri, f"{DCTERMS}license", LICENCE)
        yield _typed(iri, f"{_DCAT}byteSize", str(entry["bytes"]), "nonNegativeInteger")
        yield _link(iri, f"{_SPDX}checksum", checksum)
        yield _link(checksum, f"{RDF}type", f"{_SPDX}Checksum")
        yield _link(checksum, f"{_SPDX}algorithm", f"{_SPDX}checksumAlgorithm_sha256")
        yield _typed(checksum, f"{_SPDX}checksumValue", entry["sha256"], "hexBinary")


def _kinds(root: str) -> Iterator[ox.Triple]:
    """Say what kind of thing each IRI of others is: DCAT-AP looks at the ranges of properties."""
    kinds = {
        LICENCE: f"{DCTERMS}LicenseDocument",
        _COUNTRY: f"{DCTERMS}Location",
        _FREQUENCY: f"{DCTERMS}Frequency",
        f"{_SPDX}checksumAlgorithm_sha256": f"{_SPDX}ChecksumAlgorithm",
        _SSSOM: f"{DCTERMS}Standard",
        _PROTOCOL: f"{DCTERMS}Standard",
        f"{_EU}data-theme": f"{SKOS}ConceptScheme",
        root: f"{_FOAF}Document",
        f"{root}zh/data": f"{_FOAF}Document",
        **dict.fromkeys(_LANGUAGES, f"{DCTERMS}LinguisticSystem"),
        **dict.fromkeys(_THEMES, f"{SKOS}Concept"),
        **{f"{_IANA}{media_type}": f"{DCTERMS}MediaType" for media_type in sorted(MEDIA_TYPES.values())},
    }
    for iri, kind in kinds.items():
        yield _link(iri, f"{RDF}type", kind)
        if iri.startswith(_EU) and kind != f"{SKOS}ConceptScheme":
            yield _link(iri, f"{SKOS}inScheme", iri.rpartition("/")[0])
    yield _text(f"{_EU}data-theme", f"{DCTERMS}title", "Data theme", "en")
    for theme, labels in _THEMES.items():
        for tag, label in labels.items():
            yield _text(theme, f"{SKOS}prefLabel", label, tag)


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _text(subject: str, predicate: str, value: str, language: str | None = None) -> ox.Triple:
    literal = ox.Literal(value, language=language) if language else ox.Literal(value)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def _typed(subject: str, predicate: str, value: str, type: str) -> ox.Triple:
    literal = ox.Literal(value, datatype=ox.NamedNode(f"{XSD}{type}"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)
