"""IMAP: letters of a real server over a real socket, looked at once each and never changed."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars import holding
from regulars.errors import InputError
from regulars.intake import hear
from regulars.listen import imap
from regulars.listen.feed import Feed, Fetched
from regulars.listen.mail import Letter
from regulars.listen.post import House
from regulars.listen.sieve import Known
from regulars.listening import listen
from regulars.settings import Settings
from regulars.store import Home, make_home

from .test_mail import letter

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PASSWORD = "needle in a haystack"  # noqa: S105 - of the server of these tests
SERVER = Path(__file__).with_name("imap_server.py")
HOUSE = House(Known.of("@shop.example", ""))


@dataclass(frozen=True)
class Mailbox:
    """A mailbox on a server that runs."""

    folder: Path
    port: int

    def put(self, number: int, sender: str = "ann@example.org", *, into: str = "INBOX", **heads: str) -> None:
        """Put a letter into a folder."""
        path = self.folder / into
        path.mkdir(exist_ok=True)
        if not (path / "validity").exists():
            (path / "validity").write_text("7", encoding="utf-8")
        made = letter(sender, **heads)
        made.replace_header("Message-ID", f"<{into[0]}{number}@example.org>")
        (path / f"{number}.eml").write_bytes(made.as_bytes())

    def feed(self, **knobs: str) -> Feed:
        """Return a feed that asks it."""
        given = {"server": "127.0.0.1", "port": str(self.port), "user": "info@shop.example", "tls": "off"}
        return Feed("mailbox", "imap", knobs=given | {"password": PASSWORD} | knobs)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    """A server with an empty mailbox."""
    (tmp_path / "mail").mkdir()
    command = [sys.executable, "-W", "ignore", str(SERVER), str(tmp_path / "mail")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield Mailbox(tmp_path / "mail", int(server.stdout.readline()))
        server.terminate()


def numbers(found: Fetched) -> list[tuple[str, int]]:
    """Return the folder and the number of every letter that was fetched."""
    return [
        (file.name, one.line)
        for file in found.files
        for one in (file.post.read(HOUSE) if file.post else ())
        if isinstance(one, Letter)
    ]


def test_letters_are_fetched_once_each_and_nothing_is_changed(mailbox: Mailbox) -> None:
    """Those after the bookmark, by their heads alone; a folder that was renumbered is read anew."""
    mailbox.put(3)
    mailbox.put(8, "Zoe <zoe@elsewhere.example>")
    first = imap.fetch(mailbox.feed(), "")
    assert numbers(first) == [("mailbox/INBOX", 3), ("mailbox/INBOX", 8)]
    assert numbers(imap.fetch(mailbox.feed(), first.bookmark)) == []
    mailbox.put(9)
    second = imap.fetch(mailbox.feed(), first.bookmark)
    assert numbers(second) == [("mailbox/INBOX", 9)]
    (mailbox.folder / "INBOX" / "validity").write_text("8", encoding="utf-8")
    assert [number for _, number in numbers(imap.fetch(mailbox.feed(), second.bookmark))] == [3, 8, 9]
    assert not (mailbox.folder / "changed").exists()


def test_only_heads_are_fetched_unless_content_is_asked_for(mailbox: Mailbox) -> None:
    """What a letter says does not even leave the server."""
    mailbox.put(1)
    for content, texts in (("false", [""]), ("true", ["Where is my parcel?"])):
        found = imap.fetch(mailbox.feed(content=content), "")
        house = replace(HOUSE, content=content == "true")
        letters = [one for file in found.files if file.post for one in file.post.read(house)]
        assert [one.text[:19] for one in letters if isinstance(one, Letter)] == texts
        assert [one.email for one in letters if isinstance(one, Letter)] == ["ann@example.org"]


def test_several_folders_and_many_letters_come_in_batches(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is bounded, its bookmark leads to the next, and no letter is missed or comes twice."""
    monkeypatch.setattr(imap, "AT_ONCE", 4)
    for number in range(1, 26):
        mailbox.put(number * 3)
    mailbox.put(1, "ben@shop.example", into="Sent mail", to="ann@example.org")
    feed = mailbox.feed(folders='["INBOX", "Sent mail"]')
    monkeypatch.setattr(imap.Batch.__init__, "__defaults__", (10, 64 << 20))
    seen: list[tuple[str, int]] = []
    bookmark, more, batches = "", True, 0
    while more:
        found = imap.fetch(feed, bookmark)
        seen += numbers(found)
        bookmark, more, batches = found.bookmark, found.more, batches + 1
    expected = [("mailbox/INBOX", number * 3) for number in range(1, 26)] + [("mailbox/Sent mail", 1)]
    assert (seen, batches >= 3) == (expected, True)


def test_a_large_folder_is_looked_through_window_by_window(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers lie far apart; each window is asked for by itself."""
    monkeypatch.setattr(imap, "WINDOW", 3)
    for number in (2, 5, 6, 7, 40):
        mailbox.put(number)
    assert [number for _, number in numbers(imap.fetch(mailbox.feed(), ""))] == [2, 5, 6, 7, 40]


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"password": "wrong"}, "does not take its user and password"),
        ({"password": "päss"}, "does not take its user and password"),
        ({"port": "1"}, "cannot be reached"),
        ({"port": "one"}, "cannot be reached"),
        ({"folders": "Elsewhere"}, "has no folder 'Elsewhere'"),
        ({"folders": '["a", 1]'}, "names folders that cannot be meant"),
        ({"folders": "a\r\nx LOGOUT"}, "names folders that cannot be meant"),
        ({"server": "imap.example.org"}, 'has tls = "off"'),
        ({"tls": "on"}, "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_said_without_the_password(
    mailbox: Mailbox, knobs: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An InputError, so that the feed waits and is asked again."""
    monkeypatch.setattr(imap, "SECONDS", 2)
    mailbox.put(1)
    with pytest.raises(InputError) as raised:
        imap.fetch(mailbox.feed(**knobs), "")
    assert words in raised.value.what
    assert not {PASSWORD, "wrong", "päss"} & set(f"{raised.value}".replace(".", " ").split(" "))
    assert PASSWORD not in f"{raised.value}"


@pytest.fixture
def encrypted(mailbox: Mailbox, tmp_path: Path) -> Iterator[tuple[Mailbox, Path]]:
    """The same server behind TLS, with a certificate that nobody vouches for."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=accept, args=(door, context, mailbox.port), daemon=True).start()
        yield Mailbox(mailbox.folder, door.getsockname()[1]), certificate


def accept(door: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """Take connections, and pass on what comes through them."""
    with suppress(OSError):
        while True:
            outer, _ = door.accept()
            with (
                suppress(OSError),
                context.wrap_socket(outer, server_side=True) as shaken,
                socket.create_connection(("127.0.0.1", port)) as inner,
            ):
                back = threading.Thread(target=passed_on, args=(inner, shaken))
                back.start()
                passed_on(shaken, inner)
                back.join()


def passed_on(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes on until one side is done; whoever opened the sockets closes them."""
    with suppress(OSError):
        while found := one.recv(1 << 16):
            other.sendall(found)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


def test_a_certificate_is_verified(encrypted: tuple[Mailbox, Path]) -> None:
    """One that nobody vouches for ends it before the password is sent; a trusted one of another name too."""
    mailbox, certificate = encrypted
    mailbox.put(1)
    feed = mailbox.feed(tls="on", server="localhost")
    with pytest.raises(InputError, match="is not one that can be trusted"):
        imap.fetch(feed, "")
    trusting = ssl.create_default_context(cafile=str(certificate))
    assert numbers(imap.fetch(feed, "", context=trusting)) == [("mailbox/INBOX", 1)]
    with pytest.raises(InputError, match="is not one that can be trusted"):
        imap.fetch(mailbox.feed(tls="on", server="127.0.0.1"), "", context=trusting)


def test_a_mailbox_that_is_listened_to_goes_through_the_sieve(mailbox: Mailbox, tmp_path: Path) -> None:
    """Known people are heard, strangers wait, robots are dropped; the password comes from the environment."""
    home = shop(tmp_path, mailbox)
    mailbox.put(1)
    mailbox.put(2, "zoe@elsewhere.example")
    mailbox.put(3, "no-reply@bank.example")
    (first,) = listen(home, now=NOW, environment={"MAILBOX_PASSWORD": PASSWORD})
    (found,) = first.letters
    assert (first.fault, found.letters, found.new, found.waiting) == ("", 3, 1, 1)
    assert [one.sender for one in holding.waiting(home)] == ["zoe@elsewhere.example"]
    mailbox.put(4)
    (second,) = listen(home, now=NOW, environment={"MAILBOX_PASSWORD": PASSWORD}, at_once=True)
    assert [one.new for one in second.letters] == [1]
    (third,) = listen(home, now=NOW, environment={"MAILBOX_PASSWORD": PASSWORD}, afresh=True, at_once=True)
    assert [(one.letters, one.new) for one in third.letters] == [(4, 0)]
    (fourth,) = listen(home, now=NOW, environment={"MAILBOX_PASSWORD": "wrong"}, at_once=True)
    assert "does not take its user and password" in fourth.fault
    noted = json.dumps([dict(row) for row in home.catalogue.all("select * from feed")])
    assert (PASSWORD in noted, "needle" in noted) == (False, False)
    home.close()


def shop(tmp_path: Path, mailbox: Mailbox) -> Home:
    """A shop that knows Ann and listens to a mailbox."""
    home = make_home(tmp_path / "home", Settings(currency="EUR", own_addresses="@shop.example"), now_us=1)
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,customer_id,email,ordered_at\n1,A,ann@example.org,2026-01-02\n", encoding="utf-8")
    hear(home, [orders], source="shop", now=NOW)
    (home.path / "feeds.toml").write_text(
        f'[feed.mailbox]\nkind = "imap"\nserver = "127.0.0.1"\nport = {mailbox.port}\ntls = "off"\n'
        'user = "info@shop.example"\npassword_env = "MAILBOX_PASSWORD"\n',
        encoding="utf-8",
    )
    return home
