"""The dataset in the words of schema.org: what Google's Dataset search demands, in the language asked for."""

from __future__ import annotations

import hashlib
import json

import pytest

from tongzhou.graph.export import DUMPS
from tongzhou.graph.release import Release
from tongzhou.server.discovery.dataset import dataset_json_ld

ROOT = "https://tongzhou.example/"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_says_what_is_demanded(release: Release, language: str) -> None:
    described = dataset_json_ld(release, root=ROOT, language=language)
    assert described["@type"] == "Dataset"
    assert 50 <= len(described["description"]) <= 5000
    assert described["name"].startswith("同舟" if language == "zh" else "Tongzhou")
    assert described["url"] == f"{ROOT}{language}/data"
    assert described["version"] == release.name
    assert json.loads(json.dumps(described)) == described


def test_downloads_are_the_dumps(release: Release) -> None:
    found = dataset_json_ld(release, root=ROOT, language="en")["distribution"]
    assert [item["contentUrl"] for item in found] == [f"{ROOT}data/{name}" for name in DUMPS]
    for item in found:
        content = (release.path / item["name"]).read_bytes()
        assert item["contentSize"] == f"{len(content)} B"
        assert item["sha256"] == hashlib.sha256(content).hexdigest()
