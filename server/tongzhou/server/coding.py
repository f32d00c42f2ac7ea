"""A whole body in a content coding (RFC 9110 §8.4.1). Pure."""

from __future__ import annotations

import gzip
from typing import cast

import brotli
import zstandard


def encode(body: bytes, coding: str | None) -> bytes:
    """Return a body in `gzip`, `br` or `zstd`, or as it is where no coding is chosen."""
    match coding:
        case "gzip":
            return gzip.compress(body, compresslevel=6, mtime=0)
        case "br":
            return cast("bytes", brotli.compress(body, quality=5))
        case "zstd":
            return zstandard.compress(body, level=9)
        case _:
            return body
