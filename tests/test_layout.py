"""The packaging: two source roots hold one namespace, and the built wheel holds the data."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

from tongzhou.graph import resources

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("root", ["graph", "server"])
def test_namespace_folders_have_no_init(root: str) -> None:
    init = ROOT / root / "tongzhou" / "__init__.py"
    assert not init.exists(), (
        f"{init.relative_to(ROOT)} hides the other half of the namespace 'tongzhou': graph/ and server/ both "
        "hold a part of it, so neither may have an __init__.py. Remove the file."
    )


@pytest.mark.parametrize("package", ["tongzhou.graph", "tongzhou.server"])
def test_packages_are_typed(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert (Path(spec.origin).parent / "py.typed").is_file()


def test_data_lies_where_resources_says() -> None:
    assert (resources.ontology_dir() / "tongzhou.ttl").is_file()
    assert any(resources.articles_dir().glob("*/facts.yaml"))
    assert any(resources.background_dir().glob("*.yaml"))
    assert any(resources.queries_dir().glob("*.rq"))


def test_resources_of_a_wheel_lie_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "tongzhou"
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    assert resources.checkout() is None
    assert resources.ontology_dir() == package / "ontology"
    assert resources.articles_dir() == package / "articles"
    assert resources.background_dir() == package / "background"
    assert resources.queries_dir() == package / "queries"
    assert resources.moved_file() == package / "moved.yaml"


def test_version_is_in_the_citation_file() -> None:
    version = importlib.metadata.version("tongzhou")
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_modules_and_functions_stay_short() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in [*ROOT.glob("graph/tongzhou/**/*.py"), *ROOT.glob("server/tongzhou/**/*.py")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert too_long == []
