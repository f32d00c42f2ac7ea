"""Paired ratios, the targets they are held against, and the tables that show both."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TARGETS_HOLD_AT = "100k"
PEERS = ("oxigraph", "rdflib-endpoint", "fuseki")


@dataclass(frozen=True)
class Target:
    """The least ratio to reach, and the one to be proud of."""

    least: float
    stretch: float | None = None


@dataclass(frozen=True)
class Row:
    """A line of the table: which of our servers does which workload, and what is asked of it, by peer."""

    workload: str
    ours: str
    targets: Mapping[str, Target]

    @property
    def title(self) -> str:
        """What the table calls it."""
        return self.workload + (", on disk" if self.ours == "tongzhou-disk" else "")


def _row(workload: str, ours: str, oxigraph: Target, rdflib: float | None = None) -> Row:
    targets = {"oxigraph": oxigraph} | ({"rdflib-endpoint": Target(rdflib)} if rdflib is not None else {})
    return Row(workload, ours, targets)


ROWS = [
    _row("repeated lookup", "tongzhou", Target(1.5), 15),
    _row("repeated lookup after distinct ones", "tongzhou", Target(1.5), 15),
    _row("repeated aggregate", "tongzhou", Target(100)),
    _row("repeated CONSTRUCT", "tongzhou", Target(15)),
    _row("fresh lookup", "tongzhou", Target(0.4, 0.6), 20),
    _row("fresh join", "tongzhou", Target(0.6, 1.0), 25),
    _row("fresh aggregate", "tongzhou", Target(2), 40),
    _row("fresh CONSTRUCT", "tongzhou", Target(4), 20),
    _row("fresh aggregate", "tongzhou-disk", Target(0.75)),
    _row("fresh CONSTRUCT", "tongzhou-disk", Target(1.0)),
    _row("fresh lookup", "tongzhou-disk", Target(0.3)),
]
MOST_LOAD = 1.1
"""Bulk load: CPU time as a multiple of `oxigraph load`, at most."""


def runs(workload: str, server: str) -> bool:
    """Return whether a server takes part in a workload: ours and rdflib-endpoint only where something is asked."""
    lines = [row for row in ROWS if row.workload == workload]
    if server == "rdflib-endpoint":
        return any(server in row.targets for row in lines)
    return server in PEERS or any(row.ours == server for row in lines)


@dataclass(frozen=True)
class Ratio:
    """The median of the ratios of all rounds, the least and the most of them."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        """Write it with three digits, as `median [least-most]`."""
        return f"{self.median:.3g} [{self.least:.3g}–{self.most:.3g}]"


def paired(ours: Sequence[float | None], theirs: Sequence[float | None]) -> Ratio | None:
    """Return the ratio of two servers over the rounds in which both were measured; None where there is no such round."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=False) if one is not None and other]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios)) if ratios else None


def verdict(ratio: Ratio, target: Target) -> str:
    """Return whether the median reaches the target."""
    if ratio.median < target.least:
        return f"≥ {target.least:g}: not met"
    reached = target.stretch is not None and ratio.median >= target.stretch
    return f"≥ {target.least:g}: met" + (f", stretch {target.stretch:g} too" if reached else "")


Rates = Mapping[tuple[str, str], Sequence[float | None]]
"""Requests a second by workload and server, one of each round; None where that run failed."""


def table(rates: Rates, peers: Sequence[str]) -> list[str]:
    """Return the lines of the table of ratios."""
    lines = [
        f"| workload | ours, rps | {' | '.join(f'against {peer} | target' for peer in peers)} |",
        f"|---|--:|{'--:|---|' * len(peers)}",
    ]
    for row in ROWS:
        ours = rates.get((row.workload, row.ours), ())
        cells = [row.title, median_rate(ours)]
        for peer in peers:
            ratio = paired(ours, rates.get((row.workload, peer), ()))
            target = row.targets.get(peer)
            cells += [str(ratio) if ratio else "–", verdict(ratio, target) if ratio and target else "–"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def median_rate(values: Sequence[float | None]) -> str:
    """Return the median of rates."""
    measured = [value for value in values if value is not None]
    if not measured:
        return "–"
    median = statistics.median(measured)
    return f"{median:,.0f}" if median >= 100 else f"{median:.3g}"
