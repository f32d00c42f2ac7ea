"""What our reasoning is asked to reach, and whether it does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

Found = Mapping[tuple[str, str], Mapping[str, float]]
"""Medians by graph and reasoner."""

Verdict = tuple[str, bool]

OURS, PLAIN = "tongzhou", "tongzhou without records"
MOST_TODAY = 0.5
LEAST_AGAINST_OWLRL = 50.0
MOST_AGAINST_REASONABLE = 1.0
MOST_TIME_OF_PROOFS, MOST_MEMORY_OF_PROOFS = 1.2, 1.6
LEAST_ADD, LEAST_DELETE = 30.0, 10.0
MOST_GROWTH = 1.2
"""The time may grow as this power of the triples inferred, from 26k to 1M; 1 is linear."""
MOST_SECONDS, MOST_MB = 60.0, 2500.0


def verdicts(found: Found) -> list[Verdict]:
    """Return each target that was measured, with what was reached."""
    return [
        *_today(found),
        *_against_reasonable(found),
        *_proofs(found),
        *_changes(found),
        *_scale(found),
    ]


def _today(found: Found) -> Iterator[Verdict]:
    ours, owlrl = found.get(("today", OURS)), found.get(("today", "owlrl"))
    if ours:
        yield f"today's graph in {ours['seconds']:.3f} s, at most {MOST_TODAY}", ours["seconds"] <= MOST_TODAY
    if ours and owlrl:
        ratio = owlrl["seconds"] / ours["seconds"]
        yield (
            f"{ratio:.0f} × owlrl on today's graph, at least {LEAST_AGAINST_OWLRL:g}",
            ratio >= LEAST_AGAINST_OWLRL,
        )


def _against_reasonable(found: Found) -> Iterator[Verdict]:
    for graph in ("5k*", "26k*", "100k*", "1M*"):
        ours, theirs = found.get((graph, OURS)), found.get((graph, "reasonable"))
        if ours and theirs:
            ratio = ours["seconds"] / theirs["seconds"]
            text = f"{ratio:.2f} × the time of reasonable at {graph}, at most {MOST_AGAINST_REASONABLE:g}"
            yield text, ratio <= MOST_AGAINST_REASONABLE


def _proofs(found: Found) -> Iterator[Verdict]:
    for graph in ("26k", "100k", "1M"):
        ours, plain = found.get((graph, OURS)), found.get((graph, PLAIN))
        if ours and plain:
            time, memory = (ours[key] / plain[key] for key in ("seconds", "memory_mb"))
            yield (
                f"proofs take {time:.2f} × time at {graph}, at most {MOST_TIME_OF_PROOFS}",
                time <= MOST_TIME_OF_PROOFS,
            )
            text = f"proofs take {memory:.2f} × memory at {graph}, at most {MOST_MEMORY_OF_PROOFS}"
            yield text, memory <= MOST_MEMORY_OF_PROOFS


def _changes(found: Found) -> Iterator[Verdict]:
    changes = found.get(("100k", "changes"))
    if changes:
        for name, least in (("add", LEAST_ADD), ("delete", LEAST_DELETE)):
            ratio = changes["rebuild"] / changes[name]
            text = f"to {name} 100 triples at 100k takes {changes[name]:.3f} s, {ratio:.0f} × faster than a rebuild"
            yield f"{text}, at least {least:g}", ratio >= least


def _scale(found: Found) -> Iterator[Verdict]:
    small, large = found.get(("26k", OURS)), found.get(("1M", OURS))
    if large:
        yield (
            f"1M triples in {large['seconds']:.1f} s, at most {MOST_SECONDS:g}",
            large["seconds"] <= MOST_SECONDS,
        )
        yield (
            f"1M triples in {large['memory_mb']:,.0f} MB, at most {MOST_MB:,.0f}",
            large["memory_mb"] <= MOST_MB,
        )
    if small and large:
        growth = math.log(large["seconds"] / small["seconds"]) / math.log(
            large["inferred"] / small["inferred"]
        )
        text = f"from 26k to 1M time grows as the triples inferred to the power of {growth:.2f}"
        yield f"{text}, at most {MOST_GROWTH}", growth <= MOST_GROWTH
