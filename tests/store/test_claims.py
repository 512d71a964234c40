"""What people said of records, on both kinds of catalogue: made, ended, never deleted, and forgotten with a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.errors import NotFound
from regulars.recognise import Naming
from regulars.settings import Settings
from regulars.store import Home, make_home, open_home
from regulars.store.claims import forget_claims
from regulars.store.home import restore_home

from .made import NOW_US, brought, made

SECOND = 1_000_000
NAMING = Naming(2, 1, -77, NOW_US)
LATER = Naming(2, 1, -77, NOW_US + SECOND)


def test_a_verdict_is_made_and_ended_and_stays_in_the_list(kept: Home) -> None:
    """It counts from its instant until its end; its number is not given again; each step is in the audit."""
    one = kept.verdicts.make("same", [(1, 2, "same")], because="said at the desk", now_us=NOW_US)
    two = kept.verdicts.make("split", [(2, 3, "different"), (2, 4, "different")], naming=NAMING, now_us=NOW_US + SECOND)
    assert [verdict.number for verdict in kept.verdicts.all()] == [one.number, two.number] == [1, 2]
    assert [(claim.a, claim.b, claim.naming) for claim in two.claims] == [(2, 3, LATER), (2, 4, LATER)]
    assert len(kept.verdicts.in_force()) == 3
    ended = kept.verdicts.end(1, now_us=NOW_US + 2 * SECOND)
    assert (ended.ended_us, ended.because) == (NOW_US + 2 * SECOND, "said at the desk")
    assert kept.verdicts.in_force() == two.claims
    assert kept.verdicts.in_force(NOW_US) == ended.claims
    assert kept.verdicts.in_force(NOW_US - 1) == ()
    assert (kept.verdicts.gave(-77), kept.verdicts.gave(5)) == (1, None)
    assert (kept.verdicts.split_off([4]), kept.verdicts.split_off([1])) == ([2], [])
    told = [(row["did"], row["about"]) for row in kept.catalogue.all("select did, about from audit order by seq")]
    assert told == [("same", "verdict 1"), ("split", "verdict 2"), ("end verdict", "verdict 1")]
    for number, words in ((1, "has ended already"), (9, "There is no verdict 9")):
        with pytest.raises(NotFound, match=words):
            kept.verdicts.end(number, now_us=NOW_US)


def test_what_was_said_of_an_erased_record_goes_with_its_reason(kept: Home) -> None:
    """Its pairs, its place in a split and the words go; what was said of others stays."""
    kept.verdicts.make("same", [(1, 2, "same"), (2, 3, "same")], because="Ann is not Bea", now_us=NOW_US)
    kept.verdicts.make("split", [(4, 5, "different")], naming=Naming(1, 4, -7, NOW_US), now_us=NOW_US)
    kept.verdicts.make("same", [(1, 9, "same")], now_us=NOW_US)
    with kept.catalogue.transaction() as write:
        assert forget_claims(write, [1]) == 2
    left = kept.verdicts.all()
    assert [(one.number, one.because, [(claim.a, claim.b) for claim in one.claims]) for one in left] == [
        (1, "", [(2, 3)]),
        (2, "", [(4, 5)]),
    ]
    assert left[1].claims[0].naming is None
    assert kept.verdicts.make("same", [(5, 6, "same")], now_us=NOW_US).number == 4


def test_erasing_a_customer_reaches_what_was_said_of_them(kept: Home) -> None:
    """The receipt counts the pairs, also of a record of which no trace is left."""
    brought(kept, made(range(5)))
    subject = int(kept.stock.inbox.table(after=0, until=10**9).column("subject")[0].as_py())
    kept.verdicts.make("same", [(subject, 99, "same")], because="a word", now_us=NOW_US)
    receipt = kept.erase([subject], keys=[], texts=[], now_us=NOW_US)
    assert "1 pairs taken out" in next(place.done for place in receipt.places if place.place == "verdicts")
    assert kept.verdicts.all() == []


def test_verdicts_come_back_with_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restored home knows what was said, and what had ended."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    home = make_home(tmp_path / "home", Settings(), now_us=NOW_US)
    brought(home, made(range(5)))
    home.verdicts.make("split", [(2, 3, "different")], naming=NAMING, now_us=NOW_US)
    home.verdicts.make("same", [(7, 8, "same")], now_us=NOW_US)
    home.verdicts.end(2, now_us=NOW_US + SECOND)
    home.back_up(tmp_path / "copy", now_us=NOW_US)
    restore_home(tmp_path / "copy", tmp_path / "again")
    again = open_home(tmp_path / "again")
    assert again.verdicts.all() == home.verdicts.all()
    home.close()
    again.close()
