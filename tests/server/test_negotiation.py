"""What a client accepts against what is offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongzhou.server.negotiation import CODINGS, choose_coding, choose_language, negotiate
from tongzhou.server.problems import RequestError

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


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("*", "zh"),
        ("de, fr", "zh"),
        ("en", "en"),
        ("EN-us", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.2, zh;q=0.1", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("en-GB, zh;q=0.5", "en"),
        ("fr, en-GB;q=0.8, zh;q=0.3", "en"),
        ("zh;q=0, *", "en"),
        ("zh-Hant-TW, en;q=0.9", "zh"),
    ],
)
def test_language(header: str | None, language: str) -> None:
    assert choose_language(header) == language


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("x-gzip;q=0, br;q=0.1", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0.1, gzip", "gzip"),
        ("zstd;q=0, *", "br"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("gzip, identity;q=0", "gzip"),
        ("*;q=0, br", "br"),
        ("*;q=0, identity", None),
        ("identity;q=0, *;q=0.1", "zstd"),
        ("gzip;q=0, deflate;q=0.2", None),
    ],
)
def test_coding(header: str | None, coding: str | None) -> None:
    assert choose_coding(header) == coding


@pytest.mark.parametrize("header", ["identity;q=0", "*;q=0", "identity;q=0, deflate", "*;q=0, gzip;q=0"])
def test_no_coding_fits(header: str) -> None:
    with pytest.raises(RequestError) as caught:
        choose_coding(header)
    assert caught.value.kind == "no-coding-fits"
    assert caught.value.offers == ("zstd", "br", "gzip", "identity")


_CODINGS = st.sampled_from([*CODINGS, "x-gzip", "identity", "*", "deflate"])


@given(st.dictionaries(_CODINGS, st.sampled_from([0, 1, 500, 1000])))
def test_coding_is_one_of_the_best(qualities: dict[str, int]) -> None:
    header = ", ".join(f"{name};q={quality / 1000}" for name, quality in qualities.items())
    others = qualities.get("*", 0)
    told = {name: qualities.get(name, others) for name in CODINGS}
    if "x-gzip" in qualities:
        told["gzip"] = max(qualities["x-gzip"], qualities.get("gzip", 0))
    identity = qualities.get("identity", 1 if others or "*" not in qualities else 0)
    try:
        coding = choose_coding(header)
    except RequestError:
        assert not any(told.values()) and not identity
    else:
        if coding is None:
            assert identity and not any(told[name] > identity for name in CODINGS)
        else:
            assert told[coding] == max(told.values()) > 0
            assert coding == next(name for name in CODINGS if told[name] == told[coding])
            assert "identity" not in qualities or told[coding] >= identity


@given(st.text())
def test_any_header_gets_a_language_and_a_coding(header: str) -> None:
    assert choose_language(header) in ("zh", "en")
    try:
        assert choose_coding(header) in (*CODINGS, None)
    except RequestError as error:
        assert error.kind == "no-coding-fits"
