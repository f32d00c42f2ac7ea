"""The dataset in the words of schema.org, for the page about the data (https://schema.org/Dataset)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tongzhou.graph.dcat import version_iri
from tongzhou.graph.export import DUMPS, MEDIA_TYPES
from tongzhou.graph.meta import DATASET, DESCRIPTIONS, LICENCE, TITLES
from tongzhou.graph.release import Release


def dataset_json_ld(release: Release, *, root: str, language: str) -> dict[str, Any]:
    """Return the description that search engines for data read, in one language. Raises ReleaseError."""
    files = release.manifest["files"]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET,
        "url": f"{root}{language}/data",
        "name": _in(language, TITLES),
        "description": _in(language, DESCRIPTIONS),
        "inLanguage": ["zh", "en"],
        "license": LICENCE,
        "version": release.name,
        "dateModified": release.published,
        "identifier": version_iri(release),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The Tongzhou project", "url": root},
        "keywords": ["行业协会商会", "industry associations", "chambers of commerce", "knowledge graph"],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "Tongzhou", "url": f"{root}catalog.ttl"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": f"{root}data/{name}",
                "encodingFormat": MEDIA_TYPES[Path(name).suffix],
                "contentSize": f"{files[name]['bytes']} B",
                "sha256": files[name]["sha256"],
            }
            for name in DUMPS
        ],
    }


def _in(language: str, texts: tuple[tuple[str, str], ...]) -> str:
    return next(text for text, tag in texts if tag == language)
