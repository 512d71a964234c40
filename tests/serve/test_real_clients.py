"""The real public clients send to a real server that fails every seventh time, and each event is kept exactly once."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regulars.dates import instant_us
from regulars.serve import create_door
from regulars.serve.app import listening
from regulars.store import Home

from .door import basic, count, fresh

__all__ = ["fresh"]

EVENTS = 10_000
EVERY = 7
NODE = "node"
CLIENT = "@segment/analytics-node@2"
SEND = """
const { Analytics } = require('@segment/analytics-node')
const [host, writeKey, count] = process.argv.slice(2)
const client = new Analytics({ writeKey, host, flushAt: 50, maxRetries: 10, maxEventsInBatch: 50 })
let failed = 0
client.on('error', () => { failed += 1 })
async function main() {
  for (let n = 0; n < Number(count); n++) {
    client.track({ userId: `u${n % 90}`, event: 'Product Viewed', properties: { name: `Item ${n}` } })
    if (n % 500 === 499) await client.flush()
  }
  await client.closeAndFlush({ timeout: 100000 })
  process.stdout.write(JSON.stringify({ failed }))
}
main()
"""


class Faulty:
    """A server that, every seventh request, is busy beforehand or forgets to answer once all is kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.requests, self.busy, self.dropped = app, 0, 0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or do not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.requests += 1
        if self.requests % EVERY:
            await self.app(scope, receive, send)
        elif self.requests % (2 * EVERY):
            self.busy += 1
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
        else:
            self.dropped += 1

            async def lost(message: Message) -> None:
                if message["type"] == "http.response.start":  # kept, but the sender never learns of it
                    await send({"type": "http.response.start", "status": 502, "headers": []})
                    await send({"type": "http.response.body", "body": b""})

            await self.app(scope, receive, lost)


@contextmanager
def serving(home: Home) -> Iterator[tuple[str, Faulty]]:
    """Serve the door of a home on a free port, in a thread."""
    app = Faulty(create_door(home, now=lambda: datetime.now(tz=UTC)))
    config = uvicorn.Config(app, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    with listening("127.0.0.1", 0) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}", app
        finally:
            server.should_exit = True
            thread.join()


def key_of(home: Home) -> str:
    """Make a key for the source 'web'."""
    return home.write_keys.make("web", now_us=instant_us(datetime.now(tz=UTC)))


def kept_once(home: Home) -> int:
    """Return how many traces are kept, none of them twice."""
    paths = [live.path for live in home.stock.segments.live()]
    numbers = [row["source_id"] for row in home.stock.inbox.table().to_pylist()]
    for path in paths:
        numbers += pq.read_table(path, columns=["source_id"]).column("source_id").to_pylist()
    assert len(numbers) == len(set(numbers)) == count(home)
    return len(numbers)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_the_python_client_of_segment_delivers_each_event_once(fresh: Home, packed: bool) -> None:
    """Threads of the real client send batches; busy answers and lost answers make it send again."""
    from segment.analytics.client import Client

    with serving(fresh) as (host, faults):
        client = Client(key_of(fresh), host=host, gzip=packed, max_queue_size=EVENTS + 1, upload_size=50, thread=3)
        for number in range(EVENTS):
            client.track(f"u{number % 90}", "Product Viewed", {"name": f"Item {number}"})
        client.flush()
        client.shutdown()
    assert kept_once(fresh) == EVENTS
    assert faults.busy and faults.dropped


@pytest.fixture(scope="session")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the real client for Node is installed."""
    if not (shutil.which(NODE) and shutil.which("npm")):
        pytest.skip("node or npm is not here, so the client for Node was NOT tried")
    folder = tmp_path_factory.mktemp("node")
    words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), CLIENT]
    try:
        subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip(f"npm could not install {CLIENT}, so it was NOT tried")
    (folder / "send.js").write_text(SEND, encoding="utf-8")
    return folder


def test_the_node_client_of_segment_delivers_each_event_once(fresh: Home, node_client: Path) -> None:
    """The real client for Node sends batches through the same faults."""
    with serving(fresh) as (host, faults):
        words = [NODE, str(node_client / "send.js"), host, key_of(fresh), str(EVENTS)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"failed": 0}
    assert kept_once(fresh) == EVENTS
    assert faults.busy and faults.dropped


def test_the_cloud_events_sdk_is_understood_in_all_three_modes(fresh: Home) -> None:
    """Events written by the official SDK arrive structured, binary and as a batch, each once."""
    import requests
    from cloudevents.core.bindings import http
    from cloudevents.core.v1.event import CloudEvent

    def event(number: int) -> Any:
        attributes = {
            "id": str(number),
            "source": "/shop/ü",
            "type": "com.example.product.viewed",
            "subject": f"u{number}",
            "specversion": "1.0",
            "time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "datacontenttype": "application/json",
        }
        return CloudEvent(attributes=attributes, data={"name": f"Item {number}"})

    with serving(fresh) as (host, _):
        headers = basic(key_of(fresh))
        messages = [http.to_structured_event(event(1)), http.to_binary_event(event(2)), http.to_binary_event(event(2))]
        parts = [json.loads(http.to_structured_event(event(number)).body) for number in range(2, 5)]
        for message in messages:
            answer = requests.post(
                f"{host}/v1/events", data=message.body, headers={**message.headers, **headers}, timeout=10
            )
            assert (answer.status_code, answer.json()) == (200, {"success": True})
        batched = {**headers, "Content-Type": "application/cloudevents-batch+json"}
        answer = requests.post(f"{host}/v1/events", data=json.dumps(parts), headers=batched, timeout=10)
        assert answer.status_code == 200
    assert kept_once(fresh) == 4
