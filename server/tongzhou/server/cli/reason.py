"""`tongzhou reason`: what follows from files of RDF, and what contradicts itself in them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import rich_click as click

from tongzhou.graph.rdf_files import read_triples
from tongzhou.graph.reason import Rules, load_rules
from tongzhou.graph.reason.reasoners import REASONERS, WITH_RULES, Reasoner, conclude
from tongzhou.graph.resources import ontology_dir
from tongzhou.server.cli.output import write_output
from tongzhou.server.cli.progress import progress


@click.command("reason")
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--rules",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of *.rules that are applied too; a file named as one of ours takes its place.",
)
@click.option("--reasoner", type=click.Choice(REASONERS), default=REASONERS[0], show_default=True)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file instead of standard output.",
)
@click.option(
    "--all",
    "trivial",
    is_flag=True,
    help="Trivial triples too: reflexive ⊑ and ≡, ⊑ owl:Thing, owl:Nothing ⊑, a owl:Thing.",
)
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    folder: Path | None,
    reasoner: Reasoner,
    output: Path | None,
    trivial: bool,
) -> None:
    """Print what follows from FILE… by the rules of OWL 2 RL, as N-Triples; the files are taken together.

    Formats by suffix: .ttl .nt .rdf .jsonld .trig .nq, each also as .gz or .zst. Blank nodes keep their labels. Contradictions
    go to standard error, each with its proof, and the exit status is 1 then.

    Example: tongzhou reason ontology.ttl data.nt.gz -o inferred.nt
    """
    if folder is not None and reasoner not in WITH_RULES:
        raise click.UsageError(f"--rules: {reasoner} has rules of its own. Leave one of the two away.")
    rules = _rules(folder)
    with progress("reasoning …"):
        found = conclude(list(read_triples(files)), rules, reasoner=reasoner, trivial=trivial)
        written = ox.serialize(found.inferred, format=ox.RdfFormat.N_TRIPLES)
    assert written is not None  # it is None only where the triples go to a file
    write_output(written, output)
    for contradiction in found.contradictions:
        click.echo(f"contradiction by {contradiction}", err=True)
    if found.contradictions:
        ctx.exit(1)


def _rules(folder: Path | None) -> Rules:
    """Return our rules and those of a folder. Raises SourceError, and UsageError where the folder has none."""
    files = {path.name: path for path in (ontology_dir() / "rules").glob("*.rules")}
    if folder is not None:
        added = {path.name: path for path in folder.glob("*.rules")}
        if not added:
            raise click.UsageError(f"--rules: there is no file *.rules in {folder}.")
        files |= added
    return load_rules(files[name] for name in sorted(files))
