"""Small cards about a thing: a page of its own for a frame, and HTML for a client to put into its page."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from tongzhou.graph.namespaces import OA, TZ
from tongzhou.graph.search.document import Document
from tongzhou.server.reconcile.vocabulary import Select

WIDTH, HEIGHT = 400, 120
"""Pixels of the frame that the card fits into."""

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:8px 12px;font:14px/1.5 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}"
    "p{margin:0;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1}"
    ".name{font-weight:600}.about{opacity:.75}"
    "blockquote{margin:4px 0 0;padding-left:8px;border-left:3px solid #b3261e;overflow:hidden;"
    "display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CARD_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors *"
"""The Content-Security-Policy of the card, which others may frame and which can do nothing."""

_QUOTE = f"""
SELECT ?quote WHERE {{
  {{ ?fact <{TZ}agent> <$thing> BIND(0 AS ?rank) }} UNION
  {{ ?fact <{TZ}place>|<{TZ}beneficiary>|<{TZ}concerns>|<{TZ}output>|<{TZ}giver> <$thing> BIND(1 AS ?rank) }} UNION
  {{ BIND(<$thing> AS ?fact) BIND(2 AS ?rank) }}
  ?fact <{TZ}evidence>/<{OA}hasSelector> ?words , ?position .
  ?words <{OA}exact> ?quote .
  ?position <{OA}start> ?start .
}} ORDER BY ?rank ?start LIMIT 1
"""


def quote_of(document: Document, select: Select) -> str:
    """Return one quote about a thing: of what it did, of what happened there, or where it is named; '' where there is none."""
    rows = select(_QUOTE.replace("$thing", document.iri))
    return str(rows[0]["quote"].value) if rows else ""


def card(name: str, about: str, quote: str, *, page: str, language: str) -> str:
    """Return the page for a frame, with a link to the whole page."""
    lang = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_STYLE}</style><body>{_body(name, about, quote, page)}</body></html>\n"
    )


def flyout(name: str, about: str, quote: str) -> str:
    """Return HTML without style for a client's own page."""
    return _body(name, about, quote, None)


def _body(name: str, about: str, quote: str, page: str | None) -> str:
    shown = escape(name)
    if page is not None:
        shown = f'<a href="{escape(page)}" target="_blank" rel="noopener">{shown}</a>'
    parts = [f'<p class="name">{shown}</p>']
    if about:
        parts.append(f'<p class="about">{escape(about)}</p>')
    if quote:
        parts.append(f'<blockquote lang="zh-Hans">“{escape(quote)}”</blockquote>')
    return "".join(parts)
