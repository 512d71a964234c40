"""`regulars hear`: take in files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..errors import InputError, MappingError
from .mended import mended_as_data, mended_told
from .options import answer, faults_as_data, homed, now, progress

if TYPE_CHECKING:
    from ..holding import Sieved
    from ..listen import Held, Question
    from ..loop import FileHeard

SHOWN = 5
STANDARD_INPUT: Final = Path("-")
MOST_BYTES: Final = 256 << 20  # of standard input, which is held in memory


@click.command("hear")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--as",
    "source",
    default=None,
    metavar="SOURCE",
    help="What the source is called (default: the file's name, or the folder's for several).",
)
@click.option(
    "--map",
    "map_path",
    default=None,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A mapping file, where the guess is wrong.",
)
@click.option(
    "--every",
    default=None,
    metavar="INTERVAL",
    help='How often something is expected of this source, such as "7 days"; "never" takes that back.',
)
@click.option(
    "--content", is_flag=True, help="Of letters and meetings, keep what they say too; else only who, and when."
)
@click.option(
    "--dates", type=click.Choice(["day", "month"]), default=None, help="What comes first in dates that do not tell."
)
@click.option("--currency", default=None, metavar="CODE", help="The currency of amounts that name none, such as EUR.")
@click.option(
    "--why",
    default=None,
    metavar="PURPOSE",
    help="Why you hold this: service, tracking or marketing (default: as is usual for its kind of row).",
)
@click.option(
    "--basis",
    default=None,
    metavar="GROUND",
    help="On which legal ground: contract, consent, 'legitimate interest' or 'legal obligation'.",
)
@click.option("--dry-run", is_flag=True, help="Go over all rows and say what would happen; keep nothing.")
@homed
def command(
    home: Path,
    as_json: bool,
    files: tuple[Path, ...],
    source: str | None,
    map_path: Path | None,
    every: str | None,
    content: bool,
    dry_run: bool,
    **said: str | None,
) -> None:
    """Take in FILEs of one source: orders, tickets, ratings and more, as CSV, Excel, JSON or Parquet, packed or not.

    Letters of a mailbox (mbox, eml) and meetings of a calendar (ics) go through a sieve: what comes from no person is
    dropped, and what comes from somebody unknown waits (regulars senders). Address cards (vcf) are customers.

    A sheet of rows that need a look (regulars refused --out) is known again: what is right in it now is mended.

    A FILE called - is what comes through standard input; say with --as what its source is called.
    Several files are joined by their order and customer numbers. Hearing a file twice changes nothing. A file that no
    longer looks as its source used to is not heard; correct it, or say with --map what its columns mean.

    What neither the files nor the settings tell is asked once per source, on a terminal, or answered with --dates,
    --currency, --why and --basis.
    """
    from ..dates import instant_us
    from ..holding import opened as told_apart
    from ..holding import sieved
    from ..listening import expect
    from ..loop import hear
    from ..mending import hear_sheet, holds_sheet
    from ..settings import Settings
    from ..store import make_home

    given = [given_through(source) if file == STANDARD_INPUT else file for file in files]
    seconds = interval(every)
    if not (home / "catalogue.sqlite").exists():
        click.echo(f"Made a new home at {home}.", err=True)
    opened = make_home(home, Settings(), now_us=instant_us(now()))
    try:
        name = source or (files[0].stem if len(files) == 1 else files[0].resolve().parent.name)
        sheets = [one for one in given if holds_sheet(one)]
        tables, posts = told_apart([one for one in given if one not in sheets])
        mails = [sieved(opened, one, source=name, now=now(), content=content, dry_run=dry_run) for one in posts]
        mended = [hear_sheet(opened, one, source=source or "", now=now(), dry_run=dry_run) for one in sheets]
        heard = hear(
            opened,
            tables,
            source=name,
            now=now(),
            map_path=map_path,
            dry_run=dry_run,
            progress=progress,
            answers={key: text for key, text in said.items() if text is not None},
            ask=None if as_json or not on_a_terminal() else asked,
        )
        if every is not None and not dry_run:
            expect(opened, name, seconds)
    finally:
        opened.close()
    if as_json:
        letters = {"letters": [mail_as_data(mail) for mail in mails]} if mails else {}
        rows = {"sheets": [mended_as_data(sheet) for sheet in mended]} if mended else {}
        answer({"source": name, "dry_run": dry_run, "files": [as_data(file) for file in heard], **letters, **rows})
    else:
        for mail in mails:
            mail_told(mail)
        for sheet in mended:
            mended_told(sheet, dry_run=dry_run)
        for file in heard:
            told(file, dry_run=dry_run)
        click.echo("Nothing was kept: this was a dry run." if dry_run else "Next: regulars turn")
    if heard and not mails and not any(file.new or file.same or file.corrected or file.held_back for file in heard):
        raise MappingError(
            "No row of these files could be heard.",
            now=f"The reasons stand above. A mapping file may help: {home / 'mappings'} holds what was tried.",
        )


def mail_told(mail: Sieved) -> None:
    """Say what became of letters or meetings."""
    from ..holding import told as lines

    click.echo(f"\n{mail.name}")
    for line in lines(mail):
        click.echo(f"  {line}")
    for refused in mail.refused[:SHOWN]:
        click.echo(f"    {refused}")
    if mail.waiting:
        click.echo("  Say who they are with 'regulars senders'.")


def mail_as_data(mail: Sieved) -> dict[str, object]:
    """Return what became of letters as data."""
    return {
        "name": mail.name,
        "what": mail.several,
        "letters": mail.letters,
        "still_to_come": mail.ahead,
        "new": mail.new,
        "corrected": mail.corrected,
        "customers": mail.customers,
        "waiting": mail.waiting,
        "senders_waiting": mail.senders,
        "dropped": [{"kind": kind, "why": why, "letters": count} for kind, why, count in mail.dropped],
        "need_a_look": [str(fault) for fault in mail.refused],
    }


def given_through(source: str | None) -> Held:
    """Return all of standard input; it cannot be read twice, so it is held in memory."""
    from ..listen import Held

    if not source:
        raise InputError(
            "What comes through standard input has no name.", now="Say with --as what its source is called."
        )
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InputError(
            f"More than {MOST_BYTES >> 20} MB came through standard input.", now="Save it to a file and name that."
        )
    return Held(source, content)


def interval(text: str | None) -> int | None:
    """Read how often something is expected, in seconds; None where nothing is."""
    from ..listen.intervals import seconds_of

    if text is None or text.strip().lower() == "never":
        return None
    seconds = seconds_of(text)
    if seconds is None:
        raise click.BadParameter(f"{text!r} is no interval. Write it as '15 minutes', '1 day' or '2 weeks'.")
    return seconds


def on_a_terminal() -> bool:
    """Tell whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def asked(question: Question) -> str:
    """Ask a question on the terminal; Enter takes the default."""
    if question.example:
        click.echo(f"\n{question.example}", err=True)
    kind = click.Choice(question.options) if question.options else None
    found: str = click.prompt(question.text, type=kind, default=question.default or None, err=True)
    return "" if found == question.default else found


def told(file: FileHeard, *, dry_run: bool) -> None:
    """Say what became of a file."""
    click.echo(f"\n{file.name}")
    for reason in file.mapping.reasons:
        click.echo(f"  {reason}")
    click.echo(f"  {file.kept_for}")
    if plain := [header for header in file.mapping.left_out if header not in file.mapping.sensitive]:
        click.echo(f"  not stored: {', '.join(plain)}")
    if file.mapping.sensitive:
        click.echo(f"  looks sensitive, not stored: {', '.join(file.mapping.sensitive)}")
    if file.new_columns:
        click.echo(f"  new in this source, and not stored until a mapping names them: {', '.join(file.new_columns)}")
    verb = "would be new" if dry_run else "new"
    click.echo(f"  {file.rows:,} rows: {file.new:,} traces {verb}, {file.same:,} heard before,", nl=False)
    click.echo(f" {file.corrected:,} corrected," if file.corrected else "", nl=False)
    click.echo(f" {len(file.refused):,} rows need a look")
    if file.held_back:
        click.echo(f"  {file.held_back:,} traces were held back: they are of people who were forgotten")
    if file.ahead:
        click.echo(f"  {file.ahead:,} rows lie up to a day in the future: they are kept, but look at clocks and zones")
    for refused in file.refused[:SHOWN]:
        click.echo(f"    {refused}")
    if len(file.refused) > SHOWN:
        click.echo(f"    ... and {len(file.refused) - SHOWN:,} more (all of them with --json)")


def as_data(file: FileHeard) -> dict[str, object]:
    """Return what became of a file as data."""
    return {
        "name": file.name,
        "shape": file.mapping.shape,
        "columns": {role: list(headers) for role, headers in file.mapping.columns.items()},
        "reasons": list(file.mapping.reasons),
        "kept_for": file.kept_for,
        "not_stored": list(file.mapping.left_out),
        "looks_sensitive": list(file.mapping.sensitive),
        "new_columns": list(file.new_columns),
        "rows": file.rows,
        "rows_in_the_future": file.ahead,
        "new": file.new,
        "same": file.same,
        "corrected": file.corrected,
        "held_back": file.held_back,
        "need_a_look": faults_as_data(file.refused),
    }
