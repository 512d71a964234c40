"""Door: where applications send what happens. Segment calls, CloudEvents and signed hooks, each answered once kept.

    POST /v1/identify, /v1/track, /v1/page, /v1/screen, /v1/group, /v1/alias, /v1/batch, /v1/import
    POST /v1/events           CloudEvents 1.0: structured, batched or binary
    POST /v1/hooks/{source}   hooks of shops and payment services, with a signature

A write key says which source somebody sends for; a hook shows by its signature that it knows the secret of its source.
Every answer is JSON, and says what happened and what to do now.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ..errors import RegularsError
from ..listen.cloud_events import as_event
from ..listen.hooks import hook_events
from ..receiving import Received
from ..store.keys import digest_of, source_of
from .body import Turned, json_of, limited, media_type, read_body
from .gathering import Ended, Gathering
from .headers import noted
from .pages import Desk
from .signatures import signed

__all__ = ["DOOR", "Door"]

CALLS: Final = {"identify": "i", "track": "t", "page": "p", "screen": "s", "group": "g", "alias": "a"}
BATCHES: Final = ("batch", "import", "b")
STRUCTURED: Final = "application/cloudevents+json"
BATCHED: Final = "application/cloudevents-batch+json"
JSON: Final = "application/json"
VARIABLE: Final = "REGULARS_HOOK_"
RETRY_SECONDS: Final = 1
LONGEST_KEY: Final = 200
MOST_TOLD: Final = 20  # refused events that an answer names
LONGEST_SOURCE: Final = 100
SOURCE: Final = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
Answer = Callable[["Door", Request], Awaitable[JSONResponse]]


class Door:
    """What the door works with: the desk, the place where events are gathered, and the keys that it has seen."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.gathering = desk, Gathering(desk)
        self.keys: dict[bytes, str] = {}

    async def source_for(self, key: str) -> str:
        """Return the source of a key. A key that was good is looked up again with its commit."""
        source = source_of(self.keys, key)
        if not source and key:
            self.keys = await run_in_threadpool(self.good_keys)
            source = source_of(self.keys, key)
        if not source:
            raise Turned(401, "This write key is not known.", "Make one with 'regulars keys new SOURCE'.")
        return source

    def good_keys(self) -> dict[bytes, str]:
        """Read the keys that count."""
        with self.desk.lock:
            return self.desk.home.write_keys.good()

    async def kept(self, key: str, events: list[Any]) -> Received:
        """Keep events under a key."""
        source = await self.source_for(key)
        try:
            return await self.gathering.keep(digest_of(key), source, events)
        except Ended:
            self.keys = {}
            raise Turned(401, "This write key has ended.", "Make one with 'regulars keys new SOURCE'.") from None


def answered(answer: Answer) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Return a handler that says in JSON whatever goes wrong."""

    async def handler(request: Request) -> JSONResponse:
        try:
            return await answer(door_of(request), request)
        except Turned as turned:
            headers = {"WWW-Authenticate": 'Basic realm="regulars"'} if turned.status == 401 else {}
            return said(turned.status, turned.error, turned.now, headers)
        except RegularsError as error:  # busy, or the disk refused: the sender keeps it and tries again
            return said(503, error.what, error.now, {"Retry-After": str(RETRY_SECONDS)})
        except OSError as error:
            return said(503, f"Nothing could be kept ({error.strerror}).", "Try again.", {"Retry-After": "1"})
        except Exception as error:  # unforeseen: no word of it may hold data
            reference = noted(error)
            return said(500, "That did not work, and nothing was kept.", f"Tell the owner: reference {reference}.", {})

    return handler


def said(status: int, error: str, now: str, headers: Mapping[str, str]) -> JSONResponse:
    """Return an answer of two sentences."""
    return JSONResponse({"error": error, "now": now}, status, headers=headers)


def door_of(request: Request) -> Door:
    """Return the door of this application; it is made with its first request."""
    state = request.app.state
    if not hasattr(state, "door"):
        state.door = Door(state.desk)
    door: Door = state.door
    return door


async def call(door: Door, request: Request, *, name: str) -> JSONResponse:
    """Take in one event of the Segment specification; the address says what it is."""
    content, body = await json_body(door, request)
    event = body | {"type": name}
    return told(await door.kept(key_in(request, body), limited([event], len(content))))


async def batch(door: Door, request: Request) -> JSONResponse:
    """Take in many events at once."""
    content, body = await json_body(door, request)
    events = body.get("batch")
    if not isinstance(events, list):
        raise Turned(400, "This body has no list called 'batch'.", 'Send {"batch": [...]}.')
    sent = {"sentAt": body.get("sentAt")}
    whole = [sent | event if isinstance(event, dict) else event for event in limited(events, len(content))]
    return told(await door.kept(key_in(request, body), whole))


async def json_body(door: Door, request: Request) -> tuple[bytes, dict[str, Any]]:
    """Read a body that is a JSON object; a key in the headers is looked at before the body is."""
    if media_type(request) != JSON:
        raise Turned(415, "This is not sent as JSON.", f"Send it as {JSON}.")
    if "authorization" in request.headers:
        await door.source_for(key_in(request, {}))
    content = await read_body(request)
    body = json_of(content)
    if not isinstance(body, dict):
        raise Turned(400, "This body is no JSON object.", "Send an event, or a batch of them.")
    return content, body


def key_in(request: Request, body: Mapping[str, object]) -> str:
    """Return the write key of a request: the name of basic authorization, a bearer, or a field of the body."""
    how, _, given = request.headers.get("authorization", "").partition(" ")
    if how.lower() == "basic":
        try:
            key = base64.b64decode(given.strip(), validate=True).decode("ascii").partition(":")[0]
        except (binascii.Error, ValueError):
            key = ""
    else:
        said_in_body = body.get("writeKey")
        key = given.strip() if how.lower() == "bearer" else said_in_body if isinstance(said_in_body, str) else ""
    return key if len(key) <= LONGEST_KEY else ""


def told(received: Received) -> JSONResponse:
    """Answer what was kept, as Segment does; refused events are named with their reasons."""
    answer: dict[str, Any] = {"success": True}
    if received.refused:
        answer["refused"] = [
            {"event": fault.row, "error": fault.reason, "now": fault.suggestion}
            for fault in received.refused[:MOST_TOLD]
        ]
        answer["refused_count"] = len(received.refused)
    return JSONResponse(answer)


async def cloud_events(door: Door, request: Request) -> JSONResponse:
    """Take in CloudEvents in any of their three modes."""
    key, media = key_in(request, {}), media_type(request)
    await door.source_for(key)
    content = await read_body(request)
    if media == BATCHED:
        events = json_of(content)
        if not isinstance(events, list):
            raise Turned(400, "This batch is no JSON list.", "Send a list of CloudEvents.")
    elif media == STRUCTURED:
        events = [json_of(content)]
    elif "ce-id" in request.headers and media in (JSON, ""):
        events = [in_headers(request.headers) | {"data": json_of(content) if content else {}}]
    else:
        raise Turned(415, "This is no CloudEvent.", f"Send {STRUCTURED}, {BATCHED}, or JSON with ce- headers.")
    for event in events:
        if isinstance(event, dict) and event.get("specversion") != "1.0":
            raise Turned(400, "This is no CloudEvent of version 1.0.", 'Send "specversion": "1.0".')
    return told(await door.kept(key, [as_event(event) for event in limited(events, len(content))]))


def in_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes of a CloudEvent whose data are the body."""
    return {name[3:]: unquote(value, errors="replace") for name, value in headers.items() if name.startswith("ce-")}


async def hook(door: Door, request: Request) -> JSONResponse:
    """Take in a signed hook. What means nothing to us is accepted, so that it is not sent again, and not kept."""
    source = str(request.path_params["source"])
    secret = os.environ.get(VARIABLE + re.sub(r"[^A-Z0-9]", "_", source.upper()), "")
    content = await read_body(request)
    now = door.desk.now().timestamp()
    named = bool(SOURCE.fullmatch(source)) and len(source) <= LONGEST_SOURCE
    if not secret or not named or not signed(request.headers, content, secret, now_seconds=now):
        raise Turned(401, "This hook is not signed with the secret of its source.", "See docs/events.md, 'Hooks'.")
    body = json_of(content)
    if not isinstance(body, dict):
        raise Turned(400, "This body is no JSON object.", "Send one.")
    events = hook_events(topic_of(request.headers, body), request.headers.get("webhook-id", ""), body)
    received = await door.gathering.keep(None, source, events)
    if received.refused and not received.kept + received.same:
        return JSONResponse({"success": True, "kept": 0, "reason": received.refused[0].reason}, 202)
    return told(received)


def topic_of(headers: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """Return what the sender of a hook calls it."""
    if "webhook-signature" in headers:
        return ""
    for header, shop in (("x-shopify-topic", "shopify"), ("x-wc-webhook-topic", "woocommerce")):
        if header in headers:
            return f"{shop} {headers[header]}"
    return f"stripe {body.get('type', '')}" if "stripe-signature" in headers else ""


DOOR: Final = (
    *(
        Route(f"/v1/{path}", answered(partial(call, name=name)), methods=["POST"])
        for name, short in CALLS.items()
        for path in (name, short)
    ),
    *(Route(f"/v1/{path}", answered(batch), methods=["POST"]) for path in BATCHES),
    Route("/v1/events", answered(cloud_events), methods=["POST"]),
    Route("/v1/hooks/{source}", answered(hook), methods=["POST"]),
)
