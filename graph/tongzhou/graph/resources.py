"""Where the ontology, the articles, the background and the stored queries lie.

In a checkout they are folders at the top; in an installed wheel they lie inside the package `tongzhou`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def checkout() -> Path | None:
    """Return the folder of the checkout, or None where the package is installed from a wheel."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else None


def ontology_dir() -> Path:
    """Return the folder of the ontology: OWL, SKOS, SHACL, alignments, JSON-LD context."""
    return (checkout() or _PACKAGE) / "ontology"


def rules_dir() -> Path:
    """Return the folder of the rules of inference."""
    return ontology_dir() / "rules"


def articles_dir() -> Path:
    """Return the folder that holds one folder per article."""
    root = checkout()
    return root / "graph" / "articles" if root else _PACKAGE / "articles"


def background_dir() -> Path:
    """Return the folder of the background knowledge."""
    root = checkout()
    return root / "graph" / "background" if root else _PACKAGE / "background"


def moved_file() -> Path:
    """Return the table of identifiers that were renamed or withdrawn."""
    root = checkout()
    return root / "graph" / "moved.yaml" if root else _PACKAGE / "moved.yaml"


def queries_dir() -> Path:
    """Return the folder of the stored queries."""
    return (checkout() or _PACKAGE) / "queries"
