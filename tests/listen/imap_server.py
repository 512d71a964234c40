"""A real IMAP server (Twisted's) over folders of letters on the disk, run as a program of its own.

FOLDER/NAME/17.eml is the letter 17 of the folder NAME; FOLDER/NAME/validity holds the folder's own number. Whatever a
client tries to change is written to FOLDER/changed, so that a test can look whether anything was.
"""

# ruff: noqa: N802 - the names are those of the library

from __future__ import annotations

import email
import io
import sys
from email.message import Message
from pathlib import Path
from typing import Any

from twisted.cred import checkers, portal
from twisted.internet import protocol, reactor
from twisted.mail import imap4
from zope.interface import implementer

USER, PASSWORD = b"info@shop.example", b"needle in a haystack"


@implementer(imap4.IMessage, imap4.IMessageFile)
class Stored:
    """One letter on the disk."""

    def __init__(self, path: Path) -> None:
        self.number, self.raw = int(path.stem), path.read_bytes()
        self.letter: Message = email.message_from_bytes(self.raw)

    def getUID(self) -> int:
        return self.number

    def getFlags(self) -> list[str]:
        return []

    def getInternalDate(self) -> str:
        return "01-Jan-2026 00:00:00 +0000"

    def getHeaders(self, negate: bool, *names: bytes) -> dict[str, str]:
        asked = {(name.decode() if isinstance(name, bytes) else name).lower() for name in names}
        return {name.lower(): str(value) for name, value in self.letter.items() if (name.lower() in asked) != negate}

    def getBodyFile(self) -> io.BytesIO:
        return io.BytesIO(self.raw.partition(b"\n\n")[2])

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.raw)

    def getSize(self) -> int:
        return len(self.raw)

    def isMultipart(self) -> bool:
        return False

    def getSubPart(self, part: int) -> Any:
        raise IndexError(part)


@implementer(imap4.IMailbox)
class Folder:
    """One folder on the disk, looked at anew whenever it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.letters = [Stored(one) for one in sorted(path.glob("*.eml"), key=lambda one: int(one.stem))]

    def changed(self, *_: Any) -> Any:
        (self.path.parent / "changed").write_text("yes", encoding="utf-8")
        raise imap4.MailboxException("nothing may be changed")

    addMessage = expunge = store = destroy = changed  # noqa: N815 - names of the library

    def getUIDValidity(self) -> int:
        return int((self.path / "validity").read_text(encoding="utf-8"))

    def getUIDNext(self) -> int:
        return max([0, *(one.number for one in self.letters)]) + 1

    def getUID(self, message: int) -> int:
        return self.letters[message - 1].number

    def getMessageCount(self) -> int:
        return len(self.letters)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return len(self.letters)

    def isWriteable(self) -> bool:
        return True

    def getFlags(self) -> list[str]:
        return ["\\Seen"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def addListener(self, listener: Any) -> None: ...

    def removeListener(self, listener: Any) -> None: ...

    def requestStatus(self, names: Any) -> Any:
        return imap4.statusRequestHelper(self, names)

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, Stored]]:
        messages.last = self.getUIDNext() - 1 if uid else len(self.letters)
        numbered = enumerate(self.letters, start=1)
        return [(place, one) for place, one in numbered if (one.number if uid else place) in messages]


class Account(imap4.MemoryAccountWithoutNamespaces):
    """The folders on the disk; a name is looked for as it is."""

    def __init__(self, folder: Path) -> None:
        super().__init__("shop")
        self.folder = folder

    def select(self, name: str, readwrite: bool = True) -> Folder | None:
        if readwrite:
            (self.folder / "changed").write_text("opened for writing", encoding="utf-8")
        path = self.folder / name
        return Folder(path) if path.parent == self.folder and path.is_dir() else None


class Realm:
    """Whoever logs in sees the same folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def requestAvatar(self, avatar: Any, mind: Any, *interfaces: Any) -> Any:
        return imap4.IAccount, Account(self.folder), lambda: None


class Server(protocol.Factory):
    """A server for each connection."""

    def __init__(self, folder: Path) -> None:
        words = checkers.InMemoryUsernamePasswordDatabaseDontUse(**{USER.decode(): PASSWORD})
        self.portal = portal.Portal(Realm(folder), [words])

    def buildProtocol(self, addr: Any) -> imap4.IMAP4Server:
        del addr
        made = imap4.IMAP4Server()
        made.portal = self.portal
        return made


def main() -> None:
    """Serve a folder until the program is stopped, and say on which port."""
    port = reactor.listenTCP(0, Server(Path(sys.argv[1])), interface="127.0.0.1")  # type: ignore[attr-defined]
    sys.stdout.write(f"{port.getHost().port}\n")
    sys.stdout.flush()
    reactor.run()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
