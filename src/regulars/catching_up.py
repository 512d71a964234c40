"""Catching up: after a little new, only whom it touches is worked out again. The rest is taken from the run before.

The result is what working everything out would give with the same models. Touched are the records that new traces are
of, and all that share an identifier, a matter or a corrected trace with them; what these change is who belongs
together, and then every table of those customers. Where too much is touched, it is not worth while.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .definition import read_definition
from .looking import Models, look_at, open_engine
from .recognise import BAR_BITS, KEYS, LINKS, Claim, Evidence, connected, figures, matched, members_table, stirred
from .recognition import judged, weights_of
from .sharing import TABLES, first_days, shared_tables
from .store import Engine, Home, Known, News, Run
from .understand import BGNBD, GammaGamma
from .working import heard_of, tables_of

__all__ = ["caught_up"]

NEAR: Final = read_definition("recognise/near")
MOST: Final = 0.2  # of the customers; where more are touched, everything is worked out afresh
BY_RECORD: Final = frozenset({"members", "keys"})  # tables that are exchanged record by record


def caught_up(
    home: Home, known: Known, run: Run, before: Run, *, as_of: date
) -> tuple[dict[str, pa.Table], Run] | None:
    """Work out whom the news touches, and take the rest from the run before; None where that is not worth while."""
    news, models, horizon = home.news_since(known, before), models_of(before), home.settings.horizon_days
    if news is None or before.notes["shared_matters"]:
        return None
    old, earlier = home.runs.table(before, "members"), evidence_of(home, before)
    if earlier is None:
        return None
    with open_engine(home, as_of, known) as engine:
        touched = engine.touched(news.subjects, news.matters, news.corrected)
        evidence, near = compared_again(home, as_of, known, touched, earlier)
        records = settled(old, near, (earlier.pairs, evidence.pairs), known.claims)
        engine.narrow("keys_known", pa.chunked_array([records, *near_to(engine, records).chunks]))
        engine.give("names", evidence.cards.select(["record", "given", "family"]))
        links = engine.run(LINKS)
        likeness = evidence.pairs.filter(pc.is_in(evidence.pairs.column("a"), records))
        theirs, most = links.filter(pc.is_in(links.column("subject"), records)), evidence.weights.most
        members = members_table(theirs, likeness, known.claims, most=most)
        everybody = replaced(old, members, records, "subject")
        gone, here = changed(old, members, touched)
        if len(here) > MOST * before.customers:
            return None
        engine.give("members", everybody)
        heard = more_of(before, news) if news.kinds is not None else heard_of(engine)
        subjects = everybody.filter(pc.is_in(everybody.column("customer"), here)).column("subject")
        mine = links.filter(pc.is_in(links.column("subject"), subjects))
        engine.narrow("told", subjects)
        engine.give("members", everybody)
        engine.give("links", mine)
        looked = look_at(engine, mine, everybody, as_of, horizon_days=horizon, models=models)
        new = tables_of(
            engine, looked, as_of, base=before.notes["base"], horizon_days=horizon, model=f"BGNBD {run.code}"
        )
        engine.give("links", links.filter(pc.is_in(links.column("subject"), records)))
        new["keys"] = engine.run(KEYS)
    tables = {name: merged(home, before, name, table, gone, records) for name, table in new.items()}
    tables |= {"cards": evidence.cards, "pairs": evidence.pairs}
    since = [first_days(keys) for keys in (home.runs.table(before, "keys"), tables["keys"])]
    if evidence.cards.equals(earlier.cards) and tables["members"].equals(old) and since[0].equals(since[1]):
        tables |= {name: home.runs.table(before, name) for name in TABLES}
    else:
        tables |= shared_tables(home, evidence.cards, tables["members"], tables["keys"])
    same = {name: before.notes[name] for name in ("licences", "models", "base", "horizon_days", "shared_matters")}
    notes = {**run.notes, **heard, **same, "models_of": before.run_id}
    notes["recognition"] = asdict(figures(tables["members"], tables["keys"], most=most))
    folder = home.runs.folder / run.run_id
    return tables, replace(run, folder=folder, customers=tables["customers"].num_rows, notes=notes)


def more_of(before: Run, news: News) -> dict[str, Any]:
    """Return what a run says it has heard, with the news added."""
    counts = Counter(before.notes["heard"]) + Counter(news.kinds)
    return {"heard": dict(sorted(counts.items())), "newest_day": max(before.notes["newest_day"], news.newest_day)}


def models_of(before: Run) -> Models:
    """Return the models that a run fitted."""
    kept: Mapping[str, Any] = before.notes["models"]
    worth = {name.removeprefix("worth "): model for name, model in kept.items() if name.startswith("worth ")}
    fitted = {currency: GammaGamma.from_dict(model) for currency, model in worth.items()}
    return Models(before.run_id, BGNBD.from_dict(kept["rhythm"]), fitted)


def evidence_of(home: Home, before: Run) -> Evidence | None:
    """Return what a run knew of how alike records are; None where it was made without."""
    weights = weights_of(before)
    if weights is None:
        return None
    return Evidence(home.runs.table(before, "pairs"), home.runs.table(before, "cards"), weights)


def compared_again(
    home: Home, as_of: date, known: Known, touched: pa.Array, earlier: Evidence
) -> tuple[Evidence, pa.Array]:
    """Compare again what the news changed; return what is known of likeness, and the records that may move.

    An identifier is judged by all records that carry it, so the cards of all that share one with a touched record are
    made anew.
    """
    with open_engine(home, as_of, known) as engine:
        near = pc.unique(pa.chunked_array([touched, *near_to(engine, touched).chunks]))
        around = pa.chunked_array([near, *near_to(engine, near).chunks])
        engine.narrow("keys_known", around)
        engine.narrow("told", around)
        _, fresh = judged(engine)
        fresh = fresh.filter(pc.is_in(fresh.column("record"), near))
        cards = replaced(earlier.cards.select(fresh.column_names), fresh, near, "record")
        evidence = matched(engine.beside(), cards, weights=earlier.weights, before=earlier)
    return evidence, pa.concat_arrays([near, pa.array(stirred(earlier, evidence))])


def settled(old: pa.Table, near: pa.Array, likeness: Iterable[pa.Table], claims: Iterable[Claim]) -> pa.Array:
    """Return all records that may move with some: of the same customers, alike enough, or spoken of together."""
    alike = [pairs.filter(pc.greater(pairs.column("bits"), BAR_BITS)) for pairs in likeness]
    said = np.array([(claim.a, claim.b) for claim in claims], np.int64).reshape(-1, 2).T
    sides = [
        np.concatenate([*(pairs.column(side).to_numpy() for pairs in alike), spoken])
        for side, spoken in zip(("a", "b"), said, strict=True)
    ]
    subjects = old.column("subject").to_numpy()
    records = np.unique(np.concatenate([subjects, near.to_numpy(), *sides]))
    _, customer = np.unique(old.column("customer").to_numpy(), return_inverse=True)
    ends = [np.searchsorted(records, side) for side in sides]
    groups = len(records) + customer
    group = connected(
        len(records) + len(subjects),
        (np.concatenate([ends[0], np.searchsorted(records, subjects)]), np.concatenate([ends[1], groups])),
    )
    moved = np.unique(group[np.searchsorted(records, near.to_numpy())])
    return pa.array(records[np.isin(group[: len(records)], moved)])


def near_to(engine: Engine, subjects: pa.Array) -> pa.ChunkedArray:
    """Return the records that share an identifier with some."""
    engine.give("touched", pa.table({"subject": subjects}))
    return engine.run(NEAR).column("subject")


def changed(old: pa.Table, members: pa.Table, touched: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the customers whose rows go, and those that come: of touched records, and of those held otherwise."""
    before = old.filter(pc.is_in(old.column("subject"), members.column("subject")))
    pairs = members.join(
        before.select(["subject", "customer", "sure"]).rename_columns(["subject", "was", "was_sure"]),
        "subject",
        join_type="left outer",
    )
    alike = pc.and_(
        pc.equal(pairs.column("customer"), pairs.column("was")),
        pc.equal(pairs.column("sure"), pairs.column("was_sure")),
    )
    same = pc.fill_null(alike, False)
    stirred = pairs.filter(pc.or_(pc.invert(same), pc.is_in(pairs.column("subject"), touched)))
    was = before.filter(pc.is_in(before.column("subject"), stirred.column("subject"))).column("customer")
    gone = pc.unique(pa.chunked_array([*stirred.column("customer").chunks, *was.chunks], pa.int64()))
    return gone, gone.filter(pc.is_in(gone, members.column("customer")))  # somebody whom a record left is still there


def merged(home: Home, before: Run, name: str, new: pa.Table, gone: pa.Array, records: pa.Array) -> pa.Table:
    """Put new rows in the place of a table's old ones, in its order."""
    if name == "members":  # it holds everybody already
        return new
    old = home.runs.table(before, name)
    return replaced(old, new, records, "subject") if name in BY_RECORD else replaced(old, new, gone, "customer")


def replaced(old: pa.Table, new: pa.Table, gone: pa.Array, key: str) -> pa.Table:
    """Leave out the rows of some keys and put new ones in their place, in the order of the table."""
    rest = old.filter(pc.invert(pc.is_in(old.column(key), gone)))
    together = pa.concat_tables([rest, new.select(old.column_names).cast(old.schema)])
    order = old.column_names[0] if old.column_names[0] in ("subject", "record") else "customer"
    return together.take(pc.sort_indices(together, sort_keys=[(order, "ascending")]))
