"""Engines take memory by the size of the home and of the machine, and say so where it was too little."""

import ctypes
import os
from pathlib import Path

import pytest

from regulars.errors import KeepError
from regulars.store.memory import engine_megabytes, give_back
from regulars.store.sorting import connect


def test_an_engine_takes_more_over_more_traces_and_never_more_than_half_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = {"SC_PHYS_PAGES": 16_000_000_000 // 4096, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    assert [engine_megabytes(traces) for traces in (0, 1_000_000, 10_000_000, 100_000_000)] == [200, 300, 1_200, 4_000]
    pages["SC_PHYS_PAGES"] //= 8  # a machine of 2 GB
    assert [engine_megabytes(traces) for traces in (0, 1_000_000, 10_000_000, 100_000_000)] == [200, 300, 999, 999]
    pages["SC_PHYS_PAGES"] //= 8
    assert engine_megabytes(100_000_000) == 200


def test_a_system_that_does_not_tell_its_memory_is_taken_for_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", silent)
    assert engine_megabytes(100_000_000) == 4_000


def test_too_little_memory_is_said_with_the_amount(tmp_path: Path) -> None:
    with (
        pytest.raises(KeepError, match=r"may take 20MB of memory, and that was too little .*more memory"),
        connect(tmp_path / "spill", memory="20MB") as engine,
    ):
        engine.execute("select list(range) from range(10000000)").fetchall()


def test_memory_that_nobody_uses_is_given_back() -> None:
    def held() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("Only glibc keeps what was freed and gives it back when asked.")
    blocks = [bytes(2_000) for _ in range(100_000)]
    stay = blocks[::200]  # so that what is freed lies between what stays, and is not given back by itself
    del blocks
    before = held()
    give_back()
    assert before - held() > 100_000_000
    assert len(stay) == 500
