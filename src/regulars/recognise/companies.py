"""Companies: names of organisations without accents, capitals, marks and legal forms, so that equal looks equal."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa

from .placeholders import placeholder
from .spelling import listed, plain_letters

__all__ = ["FORMS", "clean_companies", "company_name"]

# What the law of a country makes a company write behind its name (some before it), in plain letters without dots.
FORMS: Final = listed(
    "ltd limited plc llp lp lllp llc inc incorporated corp corporation co company cic cio gmbh ggmbh mbh ag kg kgaa"
    " ohg gbr ug eg ek ev se sa sas sasu sarl eurl sci snc scop sl slu slne slp sau sc scp cv bv nv vof bvba sprl"
    " srl srls spa sapa ss scrl scarl soc coop aps as asa ab hb kb oy oyj ay ky ks amba ivs pty pvt proprietary"
    " private pte bhd sdn kk gk yk kabushiki kaisha godo gaisha spzoo zoo sro doo dooel ad ead eood ood kft zrt nyrt"
    " bt ooo oao zao pao ao tov pat as uab sia ou sarlau pllc pc unlimited ultd dac clg ulc ltda eireli epp sac saa"
    " eirl cia sapi scs gie asbl vzw stichting"
)
IN_WORDS: Final = (
    "gesellschaft mit beschrankter haftung", "gesellschaft mbh", "aktiengesellschaft", "kommanditgesellschaft",
    "societe anonyme",
    "societe a responsabilite limitee", "sociedad anonima", "sociedad limitada", "societa per azioni",
    "societa a responsabilita limitata",
    "besloten vennootschap", "naamloze vennootschap", "aktiebolag", "aktieselskab", "osakeyhtio", "spolka z oo",
    "sp z oo", "sp z o o", "sp zoo", "sp k", "sp j", "gmbh and co kg", "gmbh co kg", "gmbh and co", "ag and co kg",
    "and co kg", "and co", "co kg", "s de rl de cv", "sa de cv", "s en c", "pty ltd", "pvt ltd", "sdn bhd", "co ltd",
    "limited liability company", "limited liability partnership", "public limited company", "et cie",
    "und co",
)  # fmt: skip
BEHIND: Final = tuple(sorted((words.split() for words in IN_WORDS), key=len, reverse=True))
AHEAD: Final = frozenset({"the", "firma", "fa", "pt", "ooo", "oao", "zao", "pao", "ao", "tov", "sarl", "sas", "messrs"})
INITIALS: Final = re.compile(r"\b(?:[a-z]\.){1,}[a-z]?(?=\W|$)|\b[a-z](?:/[a-z])+\b")
AND: Final = re.compile(r"\s*[&+]\s*|(?<=\w )(?:und|et|y|e|en|og|och)(?= \w)")
DOMAIN: Final = re.compile(r"\.(?:com|net|org|co\.uk|de|fr|nl|io|eu)\b")


def company_name(text: str) -> tuple[str | None, str | None]:
    """Return a company's name to compare, or None and why.

    >>> company_name("The Brown & Söhne GmbH & Co. KG"), company_name("Acme S.p.A."), company_name("self-employed")
    (('brown and sohne', None), ('acme', None), (None, 'no company'))
    """
    spelt = plain_letters(text)
    if not spelt:
        return None, None
    if reason := placeholder(spelt, field="company"):
        return None, reason
    spelt = DOMAIN.sub(" ", spelt.partition("(")[0].strip() or spelt)
    spelt = INITIALS.sub(lambda found: re.sub(r"[./]", "", found[0]) + " ", spelt)
    spelt = AND.sub(" and ", spelt)
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`]", "", spelt)).split()
    bare = without_forms(words)
    return " ".join(bare or words) or None, None


def without_forms(words: list[str]) -> list[str]:
    """Return a name's words without legal forms behind and before; never nothing."""
    kept = list(words)
    while len(kept) > 1 and kept[0] in AHEAD:
        kept.pop(0)
    changed = True
    while changed and len(kept) > 1:
        changed = False
        for form in BEHIND:
            if len(kept) > len(form) and kept[-len(form) :] == form:
                del kept[-len(form) :]
                changed = True
        if len(kept) > 1 and (kept[-1] in FORMS or kept[-1] == "and"):
            kept.pop()
            changed = True
    return kept


def clean_companies(values: pa.Array) -> dict[str, pa.Array]:
    """Write a column of companies to compare: `company`, and why one became null, `reason`.

    >>> clean_companies(pa.array(["ACME Ltd.", "n/a"]))["company"].to_pylist()
    ['acme', None]
    """
    read = [company_name(text) if text else (None, None) for text in values.to_pylist()]
    return {
        "company": pa.array([name for name, _ in read], pa.string()),
        "reason": pa.array([reason for _, reason in read], pa.string()),
    }
