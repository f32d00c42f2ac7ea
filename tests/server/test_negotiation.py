"""What a client accepts against what is offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.server.negotiation import negotiate

OFFERS = ["text/turtle", "application/ld+json", "application/rdf+xml", "text/html", "application/json"]


@pytest.mark.parametrize(
    ("accept", "choice"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        (",,", "text/turtle"),
        ("*/*", "text/turtle"),
        ("*", "text/turtle"),
        ("* ; q=0.2", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("APPLICATION/RDF+XML", "application/rdf+xml"),
        ("application/*", "application/ld+json"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.5", "application/rdf+xml"),
        ("text/turtle;q=0.4,application/rdf+xml;q=0.5", "application/rdf+xml"),
        ("text/turtle ; q=0.4 , application/rdf+xml ; Q=0.5", "application/rdf+xml"),
        ("application/rdf+xml, text/turtle", "text/turtle"),  # equal: the server's order
        ("application/rdf+xml, */*", "application/rdf+xml"),  # equal quality: what was named
        ("application/rdf+xml, application/*", "application/rdf+xml"),
        ("text/turtle;q=0, */*;q=0.1", "application/ld+json"),
        ("text/*;q=0, */*;q=0.1", "application/ld+json"),
        ("text/*;q=0.2, text/html;q=0.9, */*;q=0.1", "text/html"),
        ("*/*;q=0.9, text/turtle;q=0.1", "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#framed,q=0"', "application/ld+json"),
        ("text/turtle;charset=utf-8;q=0.3, application/pdf", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "text/html"),
        ("application/pdf", None),
        ("application/pdf, image/*", None),
        ("text/turtle;q=0", None),
        ("*/*;q=0", None),
        ("garbage", "text/turtle"),
        ("text/turtle;q=abc", "text/turtle"),
    ],
)
def test_choice(accept: str | None, choice: str | None) -> None:
    assert negotiate(accept, OFFERS) == choice


_RANGES = st.sampled_from([*OFFERS, "*/*", "text/*", "application/*", "image/png"])
_QUALITIES = st.sampled_from(["", ";q=0", ";q=0.5", ";q=1.000", "; q=0.001"])


@given(st.lists(st.tuples(_RANGES, _QUALITIES), min_size=1, max_size=6))
def test_order_of_different_ranges_does_not_matter(items: list[tuple[str, str]]) -> None:
    ranges = [media_range + quality for media_range, quality in dict(items).items()]
    assert negotiate(",".join(ranges), OFFERS) == negotiate(", ".join(reversed(ranges)), OFFERS)


@given(st.text())
def test_any_header_gets_an_answer(header: str) -> None:
    assert negotiate(header, OFFERS) in [*OFFERS, None]
