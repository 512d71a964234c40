"""Nicknames: which given names are forms of each other, such as Bob of Robert.

Names come from the package `nicknames` (English, and their Spanish translations), and from a short list of forms used
in other languages. Being a form of each other is not passed on: Al is Alan and Al is Albert, but Alan is not Albert.
Two short forms of one name, such as Bob and Rob, are forms of each other too.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import permutations
from typing import Final

import pyarrow as pa
from nicknames import name_triplets

from .spelling import plain_letters

__all__ = ["are_forms", "nickname_pairs"]

# A name and its forms, as they are used in German, Dutch, French, Spanish, Italian, Portuguese, Polish and Russian.
ELSEWHERE: Final = """
johannes hans johann jan joh hannes|katharina kathrin katrin kathi|margarete margarethe gretel grete gretchen
elisabeth elise liesel lisa bettina|wilhelm willi willy helmut|friedrich fritz|heinrich heinz heiner|josef sepp jupp
matthias matze|christoph chris|maximilian max|sebastian basti|michael michi michel|andreas andi|wolfgang wolfi
cornelis cees kees|hendrik henk rik|gerardus gerard geert|willem wim|antonius antoon toon ton|petrus piet
francois fanfan|frederic fred|philippe phil|guillaume guigui|jacqueline jacquie|veronique vero
francisco paco pancho curro|jose pepe|ignacio nacho|jesus chuy|dolores lola|concepcion concha|maria mari
enrique quique kike|rafael rafa|eduardo edu lalo|manuel manolo|guadalupe lupe|guillermo memo|mercedes merche
giuseppe beppe peppe pino|giovanni gianni nino vanni|francesco franco cecco|luigi gigi gino|salvatore totò turi
alessandro sandro ale|antonio toni tonino toño|domenico mimmo|vincenzo enzo|joaquim quim|joao janjao
aleksandr sasha aleks shura|aleksandra sasha ola|mikhail misha|ekaterina katya katia|dmitriy dmitry dima mitya
anastasiya nastya|nikolay nikolai kolya|vladimir vova volodya|sergey sergei seryozha|yevgeniy evgeny zhenya|ivan vanya
tatyana tatiana tanya|yelena elena lena|olga olya|svetlana sveta|mariya masha|natalya natalia natasha|pavel pasha
katarzyna kasia|malgorzata gosia|stanislaw staszek|krzysztof krzysiek|agnieszka aga|tomasz tomek|joanna asia
mohammed mohammad muhammad mohamed mohamad mo|ahmed ahmad|hussein hussain|yusuf yousef youssef
""".replace("\n", "|")


@cache
def kin() -> frozenset[tuple[str, str]]:
    """Return every pair of forms, both ways round."""
    roots: defaultdict[str, set[str]] = defaultdict(set)
    pairs: set[tuple[str, str]] = set()
    for root, relation, form in name_triplets():
        one, other = plain_letters(root), plain_letters(form)
        pairs.add((one, other))
        if relation == "has_nickname":
            roots[one].add(other)
    for family in ELSEWHERE.split("|"):
        forms = plain_letters(family).split()
        if forms:
            roots[forms[0]].update(forms[1:])
            pairs.update((forms[0], form) for form in forms[1:])
    for forms_of in roots.values():
        pairs.update(permutations(forms_of, 2))
    return frozenset((a, b) for one, other in pairs for a, b in ((one, other), (other, one)) if a != b)


def are_forms(one: str, other: str) -> bool:
    """Tell whether two given names are forms of one name; equal names are.

    >>> are_forms("Bob", "Robert"), are_forms("Bob", "Rob"), are_forms("Alan", "Albert"), are_forms("Bob", "Ann")
    (True, True, False, False)
    """
    a, b = plain_letters(one), plain_letters(other)
    return a == b or (a, b) in kin()


def nickname_pairs() -> pa.Table:
    """Return every pair of different names that are forms of each other, both ways round: `name1`, `name2`, sorted."""
    pairs = sorted(kin())
    return pa.table({"name1": [one for one, _ in pairs], "name2": [other for _, other in pairs]})
