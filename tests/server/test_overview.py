"""What is too much to be counted within the deadline leaves the pages and the description without counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.bulk_load import load_files
from tongzhou.graph.dataset_folder import DatasetFolder

from .conftest import Server
from .web import HttpClient

TRIPLES = 200_000
VOID = "http://rdfs.org/ns/void#"


def test_data_too_large_to_count_has_its_pages(start: Callable[..., Server], tmp_path: Path) -> None:
    source = tmp_path / "many.nt"
    source.write_text("".join(f"<urn:{n}> <urn:p> <urn:{n + 1}> .\n" for n in range(TRIPLES)), "utf-8")
    load_files(DatasetFolder.create_or_open(tmp_path / "data"), [source], graph=None, tell=lambda _: None)
    server = start("--dataset", str(tmp_path / "data"), "--deadline", "0.05")
    with HttpClient(server.url) as client:
        home = client.get("/zh/", headers={"Accept": "text/html"})
        assert home.status_code == 200
        assert "SPARQL 端点" in home.text
        assert "三元组" not in home.text
        description = client.get("/sparql", headers={"Accept": "application/n-triples"})
    assert description.status_code == 200
    triples = list(ox.parse(description.data, format=ox.RdfFormat.N_TRIPLES))
    assert not [triple for triple in triples if triple.predicate.value == f"{VOID}triples"]
    assert [triple for triple in triples if triple.predicate.value == f"{VOID}sparqlEndpoint"]
