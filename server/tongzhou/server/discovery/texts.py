"""robots.txt (RFC 9309) and llms.txt (https://llmstxt.org)."""

from __future__ import annotations

from collections.abc import Sequence

from tongzhou.graph.mappings import MAPPINGS
from tongzhou.graph.release import Release

_CLOSED = (
    *("/sparql", "/update", "/store", "/api/", "/reconcile", "/-/"),
    *("/*/browse?", "/*/search?", "/*/ask/*?"),
)
"""What crawlers keep out of: whatever is computed for each request, and pages of filters without end."""


def robots_text(root: str) -> str:
    """Return robots.txt; `root` is the address of the server, with a slash at its end."""
    closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
    return f"User-agent: *\n{closed}\nSitemap: {root}sitemap.xml\n"


def llms_text(root: str, release: Release, pages: Sequence[tuple[str, str, str]]) -> str:
    """Return llms.txt; `pages` are paths, titles and descriptions of what is worth reading first."""
    first = "".join(f"- [{title}]({root}{path}): {about}\n" for path, title, about in pages)
    table = f"- [Mappings]({root}data/{MAPPINGS}): SSSOM table of links to other vocabularies and datasets\n"
    mappings = table if MAPPINGS in release.manifest["files"] else ""
    return f"""# Tongzhou 同舟

> What industry associations and chambers of commerce (行业协会商会) did, as the news tells it: a knowledge graph in which
> every fact quotes the words that state it. Release {release.name}.

Four bases are kept apart: stated in the words, read off a name, background, inferred. Amounts keep their wording; cash, goods
and both together are never added up. Members who were mobilised gave; the association called on them. Quotes are Chinese and
stay their publisher's; facts are CC BY 4.0. Cite the IRI of the fact and the release.

## Start here

{first}
## Data

- [Turtle]({root}data/tongzhou.ttl), [N-Quads]({root}data/tongzhou.nq), [JSON-LD]({root}data/tongzhou.jsonld): the whole graph
- [SPARQL endpoint]({root}sparql): SPARQL 1.1, read-only, with hard limits; a GET without a query describes it
- [VoID]({root}.well-known/void), [DCAT]({root}catalog.ttl): what there is, with sizes and checksums
{mappings}- [Releases]({root}data/releases.atom): Atom feed, with what each release added and removed
"""
