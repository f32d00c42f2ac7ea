"""The build: each step once for the same inputs, and the former release kept whatever fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from tongzhou.graph import build as module
from tongzhou.graph.build import BuildResult, build, default_sources, is_stale
from tongzhou.graph.compile import Compiled, Sources, compile_sources
from tongzhou.graph.errors import BuildLockedError, ReleaseError, SourceError
from tongzhou.graph.reason import ContradictionError
from tongzhou.graph.release import Release, build_lock, current_release, default_home
from tongzhou.graph.shape_files import SHAPES
from tongzhou.graph.steps import StepReport

MakeSources = Callable[..., Sources]
STEPS = ("compile", "validate", "reason", "describe", "publish")


@pytest.fixture
def sources(harbour: MakeSources, tmp_path: Path) -> Sources:
    """Return the harbour article with an ontology of its own to spoil."""
    made = harbour()
    ontology = tmp_path / "ontology"
    shutil.copytree(made.ontology, ontology)
    return Sources(ontology, made.articles, made.background)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def repeated(result: BuildResult) -> list[str]:
    """Return the steps that a build did not take from the cache."""
    assert tuple(step.name for step in result.steps) == STEPS
    return [step.name for step in result.steps if not step.cached]


def facts_of(sources: Sources) -> Path:
    return sources.articles / "harbour" / "facts.yaml"


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) >= 1, before
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def add_comment(path: Path) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}# A comment.\n", encoding="utf-8")


def test_nothing_is_repeated_for_the_same_inputs(sources: Sources, folder: Path) -> None:
    first = build(sources, folder)
    assert repeated(first) == list(STEPS)
    again = build(sources, folder)
    assert repeated(again) == []
    assert again.release == first.release


def test_comment_repeats_neither_validation_nor_reasoning(sources: Sources, folder: Path) -> None:
    first = build(sources, folder)
    add_comment(facts_of(sources))
    again = build(sources, folder)
    assert repeated(again) == ["compile", "describe", "publish"]
    assert again.release != first.release
    assert current_release(folder) == again.release


def test_comment_in_the_shapes_repeats_validation_only(sources: Sources, folder: Path) -> None:
    build(sources, folder)
    add_comment(sources.ontology / "shapes.ttl")
    assert repeated(build(sources, folder)) == ["validate", "describe", "publish"]


def test_changed_fact_repeats_everything(sources: Sources, folder: Path) -> None:
    build(sources, folder)
    change(facts_of(sources), "label: {zh: ", "label: {zh: 新")
    assert repeated(build(sources, folder)) == list(STEPS)


def test_spoilt_cache_is_made_again(sources: Sources, folder: Path) -> None:
    first = build(sources, folder)
    kept = next((folder / "cache").glob("reason-*"))
    kept.write_bytes(b"<half a line")
    again = build(sources, folder)
    assert repeated(again) == ["reason"]
    assert again.release == first.release


def test_only_the_last_output_of_a_step_is_kept(sources: Sources, folder: Path) -> None:
    for _ in range(3):
        add_comment(facts_of(sources))
        build(sources, folder)
    names = sorted(path.name.partition("-")[0] for path in (folder / "cache").iterdir())
    files = ("closure", "cover", "curate", "places", "read", "require", "search", *SHAPES)
    assert names == sorted([*STEPS[:-1], *files])


def test_warm_build_of_the_real_sources_takes_less_than_a_second(tmp_path: Path) -> None:
    real = default_sources()
    build(real, tmp_path)
    start = time.perf_counter()
    result = build(real, tmp_path)
    assert repeated(result) == []
    assert time.perf_counter() - start < 1


def test_steps_are_reported_as_they_end(sources: Sources, folder: Path) -> None:
    told: list[StepReport] = []
    result = build(sources, folder, report=told.append)
    assert tuple(told) == result.steps
    assert all(step.seconds >= 0 for step in told)


def test_manifest_counts_and_names_the_inputs(release: Release, dataset: ox.Dataset) -> None:
    manifest = release.manifest
    assert sum(manifest["quads"].values()) == len(dataset)
    triples = manifest["triples"]
    assert triples["inferred"] == manifest["quads"]["https://w3id.org/tongzhou/graph/inferred"] > 1000
    assert triples["asserted"] + triples["inferred"] + triples["described"] == len(
        {q.triple for q in dataset}
    )
    assert {
        "ontology/tongzhou.ttl",
        "background/places.yaml",
        "code",
        "ontology/rules/owl2-rl.rules",
        "entailment",
    } <= set(manifest["inputs"])
    assert release.name.endswith(manifest["digest"][:12])
    assert str(Path.home()) not in (release.path / "manifest.json").read_text(encoding="utf-8")


def test_release_is_stale_after_a_change_only(sources: Sources, folder: Path) -> None:
    assert is_stale(sources, folder)
    result = build(sources, folder)
    assert not is_stale(sources, folder)
    change(facts_of(sources), "label: {zh: ", "label: {zh: 新")
    assert is_stale(sources, folder)
    change(facts_of(sources), "label: {zh: 新", "label: {zh: ")
    assert not is_stale(sources, folder)
    shutil.rmtree(result.release.store_path)
    assert is_stale(sources, folder)
    assert build(sources, folder).release == result.release
    assert result.release.store_path.is_dir()


@pytest.mark.parametrize("content", [b"", b"2020-01-01-0123456789ab\n", b"\xff\xfe"])
def test_build_sets_a_spoilt_pointer_right(sources: Sources, folder: Path, content: bytes) -> None:
    release = build(sources, folder).release
    (folder / "current").write_bytes(content)
    assert is_stale(sources, folder)
    assert build(sources, folder).release == release
    assert current_release(folder) == release


def test_wrong_fact_keeps_the_former_release(sources: Sources, folder: Path) -> None:
    former = build(sources, folder).release
    change(facts_of(sources), "quote: ", "quote: 没有这句话")
    with pytest.raises(SourceError, match=r"facts\.yaml:\d+: .*text"):
        build(sources, folder)
    assert current_release(folder) == former


def test_unpublishable_fact_is_told_with_its_line_each_time(sources: Sources, folder: Path) -> None:
    former = build(sources, folder).release
    shapes = sources.ontology / "shapes.ttl"
    shape = (
        "[] a sh:NodeShape ; sh:targetClass tz:Association ; sh:property [ sh:path tz:areaCode ; sh:minCount 1 ;\n"
        '  sh:message "缺代码。"@zh , "has no code."@en ] .\n'
    )
    shapes.write_text(shapes.read_text(encoding="utf-8") + shape, encoding="utf-8")
    for _ in range(2):  # the second time compile is kept from the first
        with pytest.raises(SourceError, match=r"facts\.yaml:\d+: org/.*has no code\."):
            build(sources, folder)
    assert current_release(folder) == former


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "    quote: 短讯\n",
            "    quote: 短讯\n    author: person/nobody\n",
            "tz:author names 'person/nobody', which nothing describes",
        ),
        (
            "      label: {zh: 甲港, en: harbour}\n",
            "      label: {zh: 甲港, en: harbour}\n      locatedIn: place/harbour\n",
            "leads from it back to itself",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_keeps_the_former_release(
    sources: Sources, folder: Path, before: str, after: str, told: str
) -> None:
    former = build(sources, folder).release
    change(facts_of(sources), before, after)
    with pytest.raises(SourceError, match=rf"facts\.yaml:\d+: .*{told}"):
        build(sources, folder)
    assert current_release(folder) == former


def test_a_rename_to_nothing_keeps_the_former_release(sources: Sources, folder: Path, tmp_path: Path) -> None:
    former = build(sources, folder).release
    moved = tmp_path / "moved.yaml"
    moved.write_text("renamed:\n  org/former: org/sail-association-of-the-bey\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"graph/moved\.yaml:2: renamed/org/former: 'org/sail-association-of"
    ):
        build(replace(sources, moved=moved), folder)
    change(moved, "the-bey", "the-bay")
    assert build(replace(sources, moved=moved), folder).release == former


def add_rule(sources: Sources, line: str) -> None:
    prefix = "prefix tz: <https://w3id.org/tongzhou/ontology#>\n"
    (sources.ontology / "rules" / "own.rules").write_text(f"{prefix}{line}\n", encoding="utf-8")


def test_contradiction_keeps_the_former_release(sources: Sources, folder: Path) -> None:
    former = build(sources, folder).release
    add_rule(sources, "no-association | ?x a tz:Association | false | 没有协会 | There are no associations")
    for _ in range(2):
        with pytest.raises(ContradictionError, match="There are no associations") as caught:
            build(sources, folder)
        assert {proof.steps[-1].rule for proof in caught.value.proofs} == {"no-association"}
    assert current_release(folder) == former


def test_rule_of_ones_own_repeats_reasoning_only(sources: Sources, folder: Path) -> None:
    former = build(sources, folder).release
    add_rule(sources, "known | ?x tz:agent ?y | ?y tz:about ?x | 皆有所关 | Agents are about what they do")
    again = build(sources, folder)
    assert repeated(again) == ["reason", "describe", "publish"]
    assert again.release.manifest["triples"]["inferred"] > former.manifest["triples"]["inferred"]


def test_changed_fact_is_reasoned_from_the_closure_before(
    sources: Sources, folder: Path, tmp_path: Path
) -> None:
    build(sources, folder)
    change(facts_of(sources), "type: MonetaryDonation", "type: Donation")
    followed = build(sources, folder)
    anew = build(sources, tmp_path / "other")
    dumps = [(result.release.path / "tongzhou.nq").read_bytes() for result in (followed, anew)]
    assert dumps[0] == dumps[1]


def test_kept_closure_that_is_spoilt_is_made_again(sources: Sources, folder: Path) -> None:
    build(sources, folder)
    next((folder / "cache").glob("closure-*")).write_bytes(b"spoilt")
    change(facts_of(sources), "label: {zh: ", "label: {zh: 新")
    assert build(sources, folder).release.manifest["triples"]["inferred"] > 100


def test_entailment_is_chosen_and_stays(sources: Sources, folder: Path) -> None:
    chosen = build(sources, folder, entailment="none").release
    assert chosen.manifest["inputs"]["entailment"] == "none"
    assert chosen.manifest["triples"]["inferred"] == 0
    assert not is_stale(sources, folder)
    assert build(sources, folder).release == chosen


def test_source_edited_meanwhile_is_told_and_not_kept(
    sources: Sources, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit_meanwhile(given: Sources) -> Compiled:
        compiled = compile_sources(given)
        add_comment(facts_of(given))
        return compiled

    monkeypatch.setattr(module, "compile_sources", edit_meanwhile)
    with pytest.raises(SourceError, match=r"articles/harbour/facts\.yaml: changed while .* Build again\."):
        build(sources, folder)
    assert not list(folder.glob("cache/*"))


def test_second_build_is_refused(sources: Sources, folder: Path) -> None:
    with build_lock(folder), pytest.raises(BuildLockedError, match="another build is running"):
        build(sources, folder)
    assert build(sources, folder).release == current_release(folder)


def test_cache_that_cannot_be_written_is_told(sources: Sources, folder: Path) -> None:
    (folder / "cache").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError, match="can't be written"):
        build(sources, folder)
    assert current_release(folder) is None


def test_home_is_that_of_the_environment_or_of_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TONGZHOU_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.delenv("TONGZHOU_HOME")
    assert default_home() == Path(__file__).resolve().parents[2] / ".tongzhou"
    monkeypatch.setattr("tongzhou.graph.resources.checkout", lambda: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_home() == tmp_path / "data" / "tongzhou"


def test_dumps_are_the_same_whatever_the_hash_seed(sources: Sources, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nimport pyoxigraph as ox\nfrom tongzhou.graph import build\n"
        "from tongzhou.graph.compile import Sources\n"
        "build.build(Sources(*map(Path, sys.argv[2:])), Path(sys.argv[1]))\n"
    )
    folders = [str(path) for path in (sources.ontology, sources.articles, sources.background)]
    dumps: list[dict[str, object]] = []
    for seed in ("1", "2"):
        command = [sys.executable, "-c", program, str(tmp_path / seed), *folders]
        subprocess.run(command, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}, check=True)
        made = current_release(tmp_path / seed)
        assert made is not None
        dumps.append(made.manifest["files"])
    assert dumps[0] == dumps[1]
