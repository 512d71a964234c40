"""App: all routes in one list, and the server that answers on this computer only.

Most pages read; what is posted to a customer's page (`notes.py`) is kept as a trace, files that are given are kept as a
batch (`hearing.py`), and a word on somebody who waits (`senders.py`) or on who is who (`review.py`) is obeyed. There is
no login yet, so the pages stay shut to other computers; they leave with the headers of `headers.py`, and what goes
wrong is said in `mishaps.py`. What applications send comes in by `door.py`, which asks for a key and can be served
alone, to other computers too.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from ..errors import Busy, NotReady, SettingsError
from ..store import Home
from . import batches, hearing, notes, pages, refused, review, senders, sharing
from .door import DOOR
from .headers import Headers
from .mishaps import MISHAPS
from .pages import Desk, Renamed, renamed
from .wizard import Visits

__all__ = ["create_app", "create_door", "serve"]

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
HOSTS: Final = ("127.0.0.1", "localhost", "[::1]", "testserver")
STATIC: Final = Path(__file__).parent / "static"

ROUTES: Final = (
    Route("/", pages.today, name="today"),
    Route("/customers", pages.find, methods=["GET", "POST"], name="find"),
    Route("/customers/{code}", pages.briefing, name="briefing"),
    Route("/customers/{code}/timeline", pages.timeline, name="timeline"),
    Route("/customers/{code}/why/{key}", pages.why, name="why"),
    Route("/customers/{code}/records", review.held_together, name="records"),
    Route("/customers/{code}/mirror", pages.mirror, name="mirror"),
    Route("/customers/{code}/notes", notes.note, methods=["POST"], name="note"),
    Route("/customers/{code}/taps", notes.tap, methods=["POST"], name="tap"),
    Route("/customers/{code}/promises", notes.promise, methods=["POST"], name="promise"),
    Route("/customers/{code}/back", notes.back, methods=["POST"], name="back"),
    Route("/hear", hearing.file, name="hear"),
    Route("/hear", hearing.give, methods=["POST"], name="give"),
    Route("/hear/{token}", hearing.columns, name="columns"),
    Route("/hear/{token}", hearing.match, methods=["POST"], name="match"),
    Route("/hear/{token}/check", hearing.result, name="check"),
    Route("/hear/{token}/keep", hearing.take, methods=["POST"], name="take"),
    Route("/hear/{token}/done", hearing.done, name="done"),
    Route("/hear/{token}/stop", hearing.stop, methods=["POST"], name="stop"),
    Route("/hear/{token}/away", hearing.throw_away, methods=["POST"], name="away"),
    Route("/heard", pages.heard, name="heard"),
    Route("/heard/{number}", batches.batch, name="batch"),
    Route("/heard/{number}/undo", batches.take_back, methods=["POST"], name="undo"),
    Route("/turn", batches.working_out, name="turning"),
    Route("/turn", batches.work_out, methods=["POST"], name="turn"),
    Route("/heard/{number}/rows.csv", refused.rows, name="rows"),
    Route("/senders", senders.senders, methods=["GET", "POST"], name="senders"),
    Route("/shared", sharing.shared, methods=["GET", "POST"], name="shared"),
    Route("/review", review.review, methods=["GET", "POST"], name="review"),
    *DOOR,
    Mount("/static", StaticFiles(directory=STATIC), name="static"),
)


def create_app(home: Home, *, now: Callable[[], datetime]) -> FastAPI:
    """Return the web application over a home; `now` says the time, so that tests can choose it."""
    app = FastAPI(
        title="Regulars",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=list(ROUTES),
        exception_handlers=MISHAPS | {Renamed: renamed},
        middleware=[Middleware(Headers), Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)],
    )
    app.state.desk = Desk(home, now, Lock())
    app.state.visits, app.state.works = Visits(), {}
    return app


def create_door(home: Home, *, now: Callable[[], datetime]) -> FastAPI:
    """Return the door alone: no page, only the addresses to which events are sent with a key or a signature."""
    app = FastAPI(
        title="Regulars",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=list(DOOR),
        exception_handlers=NOWHERE,
        middleware=[Middleware(Headers)],
    )
    app.state.desk = Desk(home, now, Lock())
    return app


def no_such_door(request: Request, error: Any) -> JSONResponse:
    """Say that nothing is taken in at an address."""
    del request
    told = {"error": "Nothing is taken in at this address.", "now": "See docs/events.md for the addresses."}
    return JSONResponse(told, error.status_code, headers=error.headers)


NOWHERE: Final[dict[int | type[Exception], Callable[[Request, Any], Any]]] = {HTTPException: no_such_door}


def serve(home: Home, *, host: str = "127.0.0.1", port: int = 8765, door_only: bool = False) -> None:
    """Answer until stopped: the pages on this computer only, the door alone wherever it is asked to."""
    here = host.strip("[]") if door_only else checked_host(host, port)
    if door_only and not home.write_keys.good():
        raise NotReady("The door has no key yet, so nobody could send.", now="Run 'regulars keys new SOURCE' first.")
    make = create_door if door_only else create_app
    app = make(home, now=lambda: datetime.now(tz=UTC))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, lifespan="off"
    )
    with listening(here, port) as door:
        name = f"[{here}]" if ":" in here else here
        address = f"http://{name}:{door.getsockname()[1]}/"
        word = f"Events are taken in at {address}v1/" if door_only else f"Open {address} in a browser"
        sys.stderr.write(f"{word}. Stop with Ctrl-C.\n")
        uvicorn.Server(config).run(sockets=[door])


def checked_host(host: str, port: int) -> str:
    """Return a host that only this computer can reach, or refuse."""
    if host.strip("[]") not in LOOPBACK:
        raise SettingsError(
            f"The pages are not served on {host!r}: there is no login yet, and whoever reached them could read them.",
            now="Serve on 127.0.0.1, and reach it from another computer through a tunnel: "
            f"ssh -L {port}:127.0.0.1:{port} THIS-COMPUTER.",
        )
    return host.strip("[]")


def listening(host: str, port: int) -> socket.socket:
    """Open the port, or say that another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Busy(
            f"Port {port} of {host} cannot be opened ({error.strerror}).", now="Name another with --port."
        ) from error
