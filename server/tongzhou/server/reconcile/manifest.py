"""What the service offers, and where: the manifest that a client reads first."""

from __future__ import annotations

import importlib.metadata
from typing import Any

from tongzhou.graph.namespaces import ID, TZ
from tongzhou.server.reconcile.batch import BATCH_SIZE
from tongzhou.server.reconcile.cards import HEIGHT, WIDTH
from tongzhou.server.reconcile.vocabulary import DEFAULT_TYPES, Vocabulary

_NAMES = {"zh": "同舟：行业协会商会", "en": "Tongzhou: industry associations (Chinese and English names)"}


def describe_service(root: str, language: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the manifest of the service in a language; `root` is the address of the server."""
    address = f"{root}reconcile/{language}"
    types = [name for name in DEFAULT_TYPES if name in vocabulary.types]
    return {
        "versions": ["0.2"],
        "name": _NAMES[language],
        "identifierSpace": ID,
        "schemaSpace": TZ,
        "documentation": f"{root}{language}/about",
        "logo": f"{root}static/icon.svg",
        "serviceVersion": importlib.metadata.version("tongzhou"),
        "defaultTypes": [{"id": name, "name": vocabulary.types[name].name(language)} for name in types],
        "view": {"url": f"{root}id/{{{{id}}}}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            kind: {
                "service_url": address,
                "service_path": f"/suggest/{kind}",
                "flyout_service_url": address,
                "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/properties"},
            "property_settings": [],
        },
        "batchSize": BATCH_SIZE,
    }
