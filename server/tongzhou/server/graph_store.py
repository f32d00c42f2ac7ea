"""The SPARQL 1.1 Graph Store HTTP Protocol: from an HTTP request to what it wants of which graph. Pure.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/. Uploads are not parsed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from tongzhou.graph.uploads import Part
from tongzhou.server.http import Request
from tongzhou.server.problems import RequestError
from tongzhou.server.protocol import check_graph, read_fields, read_media_type, refuse_coding

Method = Literal["GET", "HEAD", "PUT", "POST", "DELETE"]

_METHODS: Mapping[str, Method] = {
    "DELETE": "DELETE",
    "GET": "GET",
    "HEAD": "HEAD",
    "POST": "POST",
    "PUT": "PUT",
}
METHODS = tuple(sorted((*_METHODS, "OPTIONS")))
"""What the graph store answers; OPTIONS is answered elsewhere."""

_FORMATS = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)

MEDIA_TYPES = tuple(form.media_type for form in _FORMATS)
"""What a graph may be uploaded in. TriG and N-Quads are left out: they hold several graphs."""

_MULTIPART = "multipart/form-data"
_MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class GraphStoreRequest:
    """What is to be done with a graph; `graph` None is the default graph.

    With `new` the graph gets a name from the server. PUT and POST have at least one part: what they upload is
    all of them together, blank nodes apart. Their media types are among MEDIA_TYPES.
    """

    method: Method
    graph: str | None
    new: bool = False
    parts: tuple[Part, ...] = ()


def read_graph_store(request: Request, store_url: str) -> GraphStoreRequest:
    """Return what a request to the graph store at an address wants.

    The graph is named by `?default` or `?graph=`, or is the request's own address below the store's. A POST
    to the store that names none is to make a new graph. Raises RequestError.
    """
    method = _METHODS.get(request.method)
    if method is None:
        raise RequestError("method-not-allowed", {"found": ", ".join(METHODS)})
    graph, new = _read_graph(request, store_url.rstrip("/"))
    if method not in ("PUT", "POST"):
        return GraphStoreRequest(method, graph)
    return GraphStoreRequest(method, graph, new, _read_parts(request))


def _read_graph(request: Request, store_url: str) -> tuple[str | None, bool]:
    """Return the name of the graph, and whether a new one is wanted (§4.1, §4.2, §5.5)."""
    fields = read_fields(request.query_string)
    names = [value for name, value in fields if name == "graph"]
    defaults = [value for name, value in fields if name == "default"]
    url = request.root.rstrip("/") + request.path
    if url.rstrip("/") != store_url:
        if names or defaults or not url.startswith(f"{store_url}/"):
            raise RequestError("graph-choice", {})
        return check_graph("URL", url), False
    if not names and not defaults and request.method == "POST":
        return None, True
    if len(names) + len(defaults) != 1 or any(defaults):
        raise RequestError("graph-choice", {})
    return (check_graph("graph", names[0]) if names else None), False


def _read_parts(request: Request) -> tuple[Part, ...]:
    refuse_coding(request)
    content_type = request.headers.get("content-type")
    accepted = (*MEDIA_TYPES, _MULTIPART) if request.method == "POST" else MEDIA_TYPES
    media_type, parameters = read_media_type(content_type, accepted)
    if media_type != _MULTIPART:
        return (Part(media_type, request.body),)
    return _split(parameters.get("boundary", ""), request.body)


def _split(boundary: str, body: bytes) -> tuple[Part, ...]:
    """Return the parts of multipart/form-data, whatever their names. Raises RequestError."""
    try:
        parts = [
            Part(read_media_type(headers.get("content-type"), MEDIA_TYPES)[0], data)
            for headers, data in _decode_multipart(boundary, body)
        ]
    except RequestError:
        raise
    except (ValueError, RequestEntityTooLarge) as error:
        raise RequestError("bad-multipart", {"most": str(_MOST_PARTS)}) from error
    if not parts:
        raise RequestError("bad-multipart", {"most": str(_MOST_PARTS)})
    return tuple(parts)


def _decode_multipart(boundary: str, body: bytes) -> Iterator[tuple[Headers, bytes]]:
    """Yield headers and data of each part.

    Raises ValueError where the body is not valid or not whole, RequestEntityTooLarge where it has too many parts.
    """
    if not boundary:
        raise ValueError("no boundary")
    decoder = MultipartDecoder(boundary.encode(), max_parts=_MOST_PARTS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    headers = Headers()
    data = bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            headers = event.headers
            data.clear()
        elif isinstance(event, Data):
            data += event.data
            if not event.more_data:
                yield headers, bytes(data)
