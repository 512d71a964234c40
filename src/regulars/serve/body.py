"""Body: what a request brings, read with a limit on every side: bytes, bytes once unpacked, and bytes of an event."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final, NoReturn

from starlette.requests import Request

__all__ = ["BATCH_BYTES", "EVENT_BYTES", "Turned", "json_of", "limited", "media_type", "read_body"]

BATCH_BYTES: Final = 500_000
EVENT_BYTES: Final = 32_000
GZIP_BITS: Final = 31  # the window of zlib for gzip


class Turned(Exception):
    """A request that is turned away: the status, what is wrong, and what to do now."""

    def __init__(self, status: int, error: str, now: str) -> None:
        super().__init__(error)
        self.status, self.error, self.now = status, error, now


async def read_body(request: Request) -> bytes:
    """Read and unpack the body of a request."""
    packed, content = request.headers.get("content-encoding", "").strip().lower(), bytearray()
    if packed not in ("", "identity", "gzip"):
        raise Turned(415, f"This body is packed as {packed[:20]!r}.", "Send it plain, or packed with gzip.")
    async for chunk in request.stream():
        content += chunk
        if len(content) > BATCH_BYTES:
            raise too_large()
    return unpacked(bytes(content)) if packed == "gzip" else bytes(content)


def unpacked(content: bytes) -> bytes:
    """Unpack a body, never further than the limit."""
    opened = zlib.decompressobj(GZIP_BITS)
    try:
        found = opened.decompress(content, BATCH_BYTES + 1)
    except zlib.error:
        raise Turned(400, "This body is no gzip.", "Pack it anew, or send it plain.") from None
    if len(found) > BATCH_BYTES:
        raise too_large()
    if not opened.eof:
        raise Turned(400, "This body ends too early.", "Send all of it.")
    return found


def too_large() -> Turned:
    """Say that a body is too large."""
    return Turned(413, f"This body has more than {BATCH_BYTES:,} bytes.", "Send fewer events at a time.")


def json_of(content: bytes) -> Any:
    """Read a body as JSON; what is none, or nests too deep, is turned away."""
    try:
        return json.loads(content, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Turned(400, "This body is no JSON that we can read.", "Send one JSON document in UTF-8.") from None


def no_number(text: str) -> NoReturn:
    """Refuse NaN and its like, which JSON does not have."""
    raise ValueError(text)


def limited(events: list[Any], size: int) -> list[Any]:
    """Return some events, none of them too large; `size` is the bytes of all together."""
    if size > EVENT_BYTES:
        for event in events:
            try:
                large = len(json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")) > EVENT_BYTES
            except RecursionError:
                raise Turned(400, "An event nests too deep.", "Send plain properties.") from None
            if large:
                raise Turned(413, f"An event has more than {EVENT_BYTES:,} bytes.", "Send less with each event.")
    return events


def media_type(request: Request) -> str:
    """Return the media type of a body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
