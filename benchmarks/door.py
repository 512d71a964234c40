"""Events over HTTP: how many a second, and in how much memory. `python benchmarks/door.py`.

The door of Regulars against a small application of FastAPI, pandas and SQLAlchemy that does the same job: check a key,
keep each event once by its messageId in SQLite, answer after the commit. Both are served by uvicorn in a process of
their own, one after the other, and are sent the same events by the same eight senders.

    --batches 200         batches of a hundred events
    --singles 1000        events sent alone
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from measure import machine

SENDERS: Final = 8
IN_A_BATCH: Final = 100
KEY: Final = "benchmark"


def main() -> None:
    """Measure both, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--singles", type=int, default=1_000)
    parser.add_argument("--serve", choices=["regulars", "pandas"])
    parser.add_argument("--place", type=Path)
    given = parser.parse_args()
    if given.serve:
        serve_regulars(given.place) if given.serve == "regulars" else serve_pandas(given.place)
        return
    sys.stdout.write(f"{machine()}\n")
    for name in ("regulars", "pandas"):
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(measured(name, Path(folder), given.batches, given.singles))
            sys.stdout.flush()


def measured(name: str, folder: Path, batches: int, singles: int) -> str:
    """Serve one of the two, send it everything, and say what that took."""
    words = [sys.executable, __file__, "--serve", name, "--place", str(folder)]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    told = json.loads(server.stdout.readline()) if server.stdout else {}
    try:
        together = [[event(f"b{n}-{m}", m) for m in range(IN_A_BATCH)] for n in range(batches)]
        many = sent(told, [("/v1/batch", {"batch": one}) for one in together])
        one = sent(told, [("/v1/track", event(f"s{n}", n)) for n in range(singles)])
    finally:
        server.terminate()
        _, _, used = os.wait4(server.pid, 0)
        server.returncode = 0
    rate = f"{batches * IN_A_BATCH / many:8.0f} events/s in batches, {singles / one:6.0f} events/s alone"
    return f"{name:10} {rate}, peak {used.ru_maxrss / 1024:4.0f} MB, {used.ru_utime + used.ru_stime:6.1f} CPU s\n"


def sent(told: dict[str, Any], requests: list[tuple[str, dict[str, Any]]]) -> float:
    """Send requests by several senders, each over a connection of its own; return the seconds that took."""
    headers = {
        "Authorization": "Basic " + base64.b64encode(f"{told['key']}:".encode()).decode(),
        "Content-Type": "application/json",
    }
    bodies = [(path, json.dumps(body)) for path, body in requests]

    def some(place: int) -> None:
        wire = HTTPConnection("127.0.0.1", told["port"], timeout=60)
        for path, body in bodies[place::SENDERS]:
            wire.request("POST", path, body, headers)
            answer = wire.getresponse()
            if answer.status != 200:
                raise SystemExit(f"{answer.status}: {answer.read()!r}")
            answer.read()
        wire.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(some, range(SENDERS)))
    return time.perf_counter() - start


def event(number: str, place: int) -> dict[str, Any]:
    """Return an event as a client of Segment sends it."""
    return {
        "type": "track",
        "messageId": number,
        "userId": f"u{place % 997}",
        "event": "Product Viewed",
        "properties": {"name": f"Item {place % 50}", "category": "Tea"},
        "timestamp": "2026-01-02T03:04:05.678Z",
        "context": {"library": {"name": "benchmark"}},
    }


def serve_regulars(place: Path) -> None:
    """Serve the door of an empty home."""
    from regulars.dates import instant_us
    from regulars.serve import create_door
    from regulars.settings import Settings
    from regulars.store import make_home

    now = datetime.now(tz=UTC)
    home = make_home(place / "home", Settings(), now_us=instant_us(now))
    key = home.write_keys.make("web", now_us=instant_us(now))
    served(create_door(home, now=lambda: datetime.now(tz=UTC)), key)


def serve_pandas(place: Path) -> None:
    """Serve the small application that it is compared with."""
    import pandas as pd
    from sqlalchemy import create_engine, text

    engine = create_engine(f"sqlite:///{place / 'events.sqlite'}")
    with engine.begin() as wire:
        wire.execute(text("pragma journal_mode = wal"))
        wire.execute(
            text(
                "create table event (message_id text primary key, user_id text, name text, item text, category text, "
                "happened_us integer)"
            )
        )
    app = FastAPI()
    basic = "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()
    insert = text(
        "insert into event values (:message_id, :user_id, :name, :item, :category, :happened_us) "
        "on conflict (message_id) do nothing"
    )

    def keep(events: list[dict[str, Any]]) -> None:
        frame = pd.json_normalize(events)
        rows = pd.DataFrame(
            {
                "message_id": frame["messageId"],
                "user_id": frame["userId"],
                "name": frame["event"],
                "item": frame["properties.name"],
                "category": frame["properties.category"],
                "happened_us": pd.to_datetime(frame["timestamp"], utc=True).astype("int64"),
            }
        )
        with engine.begin() as wire:
            wire.execute(insert, rows.to_dict("records"))

    @app.post("/v1/batch")
    @app.post("/v1/track")
    async def taken(request: Request) -> dict[str, bool]:
        if request.headers.get("authorization") != basic:
            raise SystemExit("a wrong key")
        body = await request.json()
        keep(body.get("batch") or [body])
        return {"success": True}

    served(app, KEY)


def served(app: Any, key: str) -> None:
    """Serve an application on a free port until this process is ended; say where."""
    import uvicorn

    from regulars.serve.app import listening

    with listening("127.0.0.1", 0) as door:
        sys.stdout.write(json.dumps({"port": door.getsockname()[1], "key": key}) + "\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).run(sockets=[door])


if __name__ == "__main__":
    main()
