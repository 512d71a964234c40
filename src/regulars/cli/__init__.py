"""The command line. Works with no configuration; answers go to standard output, talk goes to standard error.

Exit codes: 0 all well, 1 a mistake of ours or something for `doctor` to mend, 2 a wrong word on the command line,
65 data that cannot be meant or were damaged, 66 something named that is not there, 69 a step that must come first,
74 the disk refused, 75 busy, 77 a customer who asked to be left alone, 78 a wrong setting, 130 stopped.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from ..errors import RegularsError, nearest

__all__ = ["COMMANDS", "main", "regulars"]

COMMANDS = {
    "init": "make a home",
    "hear": "take in files: orders, deliveries, tickets, ratings ...",
    "feeds": "what is listened to: databases, folders, mailboxes ...",
    "listen": "ask the feeds what is new",
    "turn": "work everything out anew",
    "who": "find a customer, and see its records",
    "near": "who somebody may be, before anything is kept",
    "same": "say that two are one person",
    "different": "say that two are not one person",
    "related": "say that two belong together and are not one person",
    "split": "take some records away from a customer",
    "review": "pairs of records that are worth a word",
    "shared": "identifiers that join nobody, and why",
    "verdicts": "what people said of who is who",
    "brief": "one page about one customer",
    "today": "whom to look at first",
    "note": "keep a few words about one customer",
    "tap": "say of a line: done, later or wrong",
    "why": "the evidence behind a line, or why two are one",
    "walk": "one row's way through the loop",
    "town": "make a town to try things on",
    "demo": "see it all on a made-up town",
    "serve": "open the pages in a browser",
    "keys": "who may send us events",
    "batches": "what was heard",
    "refused": "rows that need a look, as a sheet to mend",
    "senders": "whose letters wait, and who they are",
    "undo": "take one batch back",
    "export": "one customer's own copy of what is held about them",
    "restrict": "leave one customer alone at their request",
    "forget": "erase one customer for good",
    "backup": "copy everything that cannot be worked out again",
    "restore": "make a home from a backup",
    "verify": "compare every byte with what was written",
    "doctor": "look what is wrong",
}
EXAMPLES = """\
Start with these:

  regulars demo                          see it all on a made-up town
  regulars hear orders.csv               take in a file; nothing you do not need is kept
  regulars turn                          work everything out
  regulars today                         whom to look at first
  regulars brief "Meera"                 one page about one customer
  regulars why CUSTOMER.gap              the evidence behind a line
"""


class Lazy(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        return import_module(f".{cmd_name}", __name__).command  # type: ignore[no-any-return]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which comes near."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"There is no command {args[0]!r}. {nearest(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", default=None, metavar="DIR", help="The home folder (default: ./regulars-home, or REGULARS_HOME)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.version_option(package_name="regulars", prog_name="regulars")
@click.pass_context
def regulars(ctx: click.Context, home: str | None, as_json: bool) -> None:
    """Know the customers you serve, keep the promises made to them, leave them one less decision to make."""
    ctx.obj = {"home": home, "json": as_json}
    if ctx.invoked_subcommand is None:
        click.echo(EXAMPLES)
        click.echo("All commands: regulars --help")


def main() -> None:
    """Run the command line, and end with an exit code that says what happened."""
    try:
        regulars.main(standalone_mode=False)
    except RegularsError as error:
        click.echo(f"{error.what}\n{error.now}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. Nothing was half-written.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
