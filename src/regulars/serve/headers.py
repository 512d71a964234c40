"""Headers: what every answer carries, so that a browser shows our pages and nothing else (OWASP ASVS 3.4, 4.1, 14.3).

No page needs a script; the one that may run is our own file, which keeps notes while there is no connection. A page
about people is never kept by the browser. What fails unforeseen is answered here with a plain sentence; the log gets a
reference and the place in the code, never the message, because messages can hold names.
"""

from __future__ import annotations

import logging
import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .mishaps import unforeseen

__all__ = ["HEADERS", "Headers"]

LOG: Final = logging.getLogger("regulars.serve")
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that reads like something else


class Headers:
    """The outermost layer: it adds the headers, and answers where everything else failed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and dress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                dress(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except Exception as error:  # the last resort: nothing personal may reach the server's own log
            reference = noted(error)
            if not begun:
                await unforeseen(Request(scope), reference)(scope, receive, dressed)


def dress(headers: MutableHeaders, path: str) -> None:
    """Add the headers to one answer."""
    headers.update(HEADERS)
    headers["Cache-Control"] = "no-cache" if path.startswith("/static/") else "no-store"


def noted(error: Exception) -> str:
    """Write what failed and where into the log, without its message, and return a reference to it."""
    reference = "".join(secrets.choice(LETTERS) for _ in range(4))
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    where = f"{step.tb_frame.f_code.co_qualname}, line {step.tb_lineno}" if step else "nowhere"
    LOG.error("Reference %s: %s in %s", reference, type(error).__name__, where)
    return reference
