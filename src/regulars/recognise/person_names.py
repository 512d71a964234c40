"""Person names: given, middle and family name in plain letters, and the generation, from one field or from several.

Titles go (Dr, Frau, Mme), Jr and III become the generation, a hyphen is a blank, O'Neil is oneil, "Smith, John" is John
Smith, particles belong to the family (van der Berg), and names in Chinese, Japanese or Korean script begin with the
family. Whether given and family name were swapped cannot be seen in one name; the matcher looks at both orders.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from .placeholders import placeholder, placeholder_reasons
from .spelling import HALVES, LONGEST, in_plain_letters, listed

__all__ = [
    "PersonName",
    "clean_family_names",
    "clean_given_names",
    "clean_names",
    "family_name",
    "given_name",
    "whole_name",
]

TITLES: Final = listed(
    "mr mrs ms miss mx mstr sir madam madame mme mlle monsieur mm dr doctor prof professor rev reverend capt captain"
    " sgt herr frau fraulein frl dipl senor senora senorita sra srta signor signora signorina sigra dott dottssa avv"
    " geom mijnheer meneer mevrouw mw dhr drs ir fru froken gospodin gospozha shri smt and"
)
DOTTED_TITLES: Final = listed("fr hr sr hon col maj lt mag ing sig med phil jur rer nat hc habil dent vet")
DOTTED: Final = re.compile(rf"\b(?:{'|'.join(sorted(DOTTED_TITLES))})\.", re.IGNORECASE)
BEFORE_TWO: Final = listed("fr hr sr")  # titles where two more names follow, dot or no dot
BEHIND_THE_NAME: Final = listed("mr mrs ms dr prof")  # Herr is also a family's name
ALONE: Final = TITLES - {"sir", "and", "captain", "doctor"}  # as a whole name these mean nobody
GENERATIONS: Final = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr",
    "ii": "ii", "2nd": "ii", "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv",
}  # fmt: skip
LETTERS_BEHIND: Final = listed(
    "phd md dds dmd esq esquire mba msc bsc ba ma llb llm jd cpa obe mbe cbe rn dvm pe frcs fca aca bds do qc kc"
)
BEHIND_BY_COMMA: Final = LETTERS_BEHIND | frozenset(GENERATIONS) | TITLES | DOTTED_TITLES
SURE_BEHIND: Final = LETTERS_BEHIND - {"ba", "ma", "do", "pe", "md", "aca", "jd", "rn"}
PARTICLES: Final = listed(
    "van von vom der den de del della dello delle degli di da dal dos das du ten ter te zu zum zur af av bin binti"
    " ibn al el ap abu op der vander vande vanden"
)
JOINED: Final = frozenset({"o", "mc", "mac", "fitz"})  # O Neil, Mc Donald
ARTICLES: Final = frozenset({"la", "las", "los", "le", "les", "het", "t"})  # only behind a particle: de la
EASTERN: Final = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"  # kana, Han, Hangul
EAST: Final = re.compile(EASTERN)
ASIDE: Final = re.compile(r"\([^)]*\)?|\"[^\"]*\"|\[[^\]]*\]?|\bc/o\b|(?<=\w)\s+(?:née|geb\.|geborene)\s.*")
APOSTROPHES: Final = re.compile(r"['`´’‘ʼ′]")
APART: Final = re.compile(r"[^a-z0-9]+")
SPECIAL: Final = TITLES | DOTTED_TITLES | frozenset(GENERATIONS) | LETTERS_BEHIND | PARTICLES | JOINED | ARTICLES
CALLED_SO: Final = frozenset({"Na", "Nan", "Bar"})
NOT_A_NAME: Final = "no letters in it"
TITLE_ONLY: Final = "a title without a name"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart, in plain letters; `reason` says why nothing is left of it."""

    given: str | None = None
    middle: str | None = None
    family: str | None = None
    generation: str | None = None
    reason: str | None = None


def no_name(text: str, *, field: str = "name") -> str | None:
    """Return why a text is no name. Na and Nan, so written, are given names of many people."""
    return None if text.strip() in CALLED_SO else placeholder(text, field=field)


def words_of(text: str) -> list[str]:
    """Return the words of a name in plain letters; names in eastern scripts by their signs."""
    spelt = APOSTROPHES.sub("", anyascii(HALVES.sub("", text)).replace("\u2019", "'"))
    return [word for word in APART.split(spelt.lower()) if word and not word.isdigit()]


def stripped(text: str) -> tuple[list[str], str | None, bool]:
    """Return a name's words without titles and letters behind it, its generation, and whether it had a title."""
    words, generation = words_of(text), None
    dotted = {found[0][:-1].lower() for found in DOTTED.finditer(text)}
    before = len(words)
    while len(words) > 1 and (
        words[0] in TITLES or words[0] in dotted or (words[0] in BEFORE_TWO and len(words) > 2 and before == len(words))
    ):
        words = words[1:]
    while len(words) > 1 and words[-1] in BEHIND_THE_NAME:
        words = words[:-1]
    titled = len(words) < before
    while len(words) > 1 and (words[-1] in GENERATIONS or words[-1] in SURE_BEHIND):
        generation = GENERATIONS.get(words[-1], generation)
        words = words[:-1]
    return words, generation, titled


def given_name(text: str) -> PersonName:
    """Read a given-name field: the first word, and the others as middle names.

    >>> given_name("Dr. Jean-Pierre"), given_name("J.")
    (PersonName(given='jean', middle='pierre', family=None, generation=None, reason=None), \
PersonName(given='j', middle=None, family=None, generation=None, reason=None))
    """
    text = ASIDE.sub(" ", text[:LONGEST])
    if reason := no_name(text):
        return PersonName(reason=reason)
    if EAST.search(text):
        return PersonName(given="".join(words_of(text)) or None)
    words, generation, _ = stripped(text)
    if not words or (len(words) == 1 and words[0] in ALONE):
        return PersonName(reason=TITLE_ONLY if words else NOT_A_NAME)
    return PersonName(given=words[0], middle=" ".join(words[1:]) or None, generation=generation)


def family_name(text: str) -> PersonName:
    """Read a family-name field: all its words, with O Neil and Mc Donald as one.

    >>> family_name("O’Neil-Smith Jr.").family, family_name("van der Berg").family, family_name("Mc Donald").family
    ('oneil smith', 'van der berg', 'mcdonald')
    """
    text = ASIDE.sub(" ", text[:LONGEST])
    if reason := no_name(text, field="family"):
        return PersonName(reason=reason)
    if EAST.search(text):
        return PersonName(family="".join(words_of(text)) or None)
    words, generation, _ = stripped(text)
    if not words:
        return PersonName(reason=NOT_A_NAME)
    return PersonName(family=family_of(words), generation=generation)


def family_of(words: list[str]) -> str | None:
    """Return the words of a family name as one text."""
    if len(words) > 1 and words[0] in JOINED:
        words = [words[0] + words[1], *words[2:]]
    return " ".join(words) or None


def whole_name(text: str) -> PersonName:
    """Read a name that stands in one field.

    >>> whole_name("Smith, Dr. John A."), whole_name("Ludwig van Beethoven")
    (PersonName(given='john', middle='a', family='smith', generation=None, reason=None), \
PersonName(given='ludwig', middle=None, family='van beethoven', generation=None, reason=None))
    >>> whole_name("Mrs Smith").family, whole_name("Ann").given, whole_name("王小明").family
    ('smith', 'ann', 'wang')
    """
    text = ASIDE.sub(" ", text[:LONGEST])
    if reason := no_name(text):
        return PersonName(reason=reason)
    if EAST.search(text):
        return eastern(text)
    pieces = [piece for piece in re.split(r"[,;،、，]", text) if words_of(piece)]
    if not pieces:
        return PersonName(reason=NOT_A_NAME)
    behind = [piece for piece in pieces[1:] if all(word in BEHIND_BY_COMMA for word in words_of(piece))]
    rest = [piece for piece in pieces[1:] if piece not in behind]
    generation = next((GENERATIONS[word] for piece in behind for word in words_of(piece) if word in GENERATIONS), None)
    if rest:
        before = words_of(" ".join(rest))
        while len(before) > 1 and before[-1] in PARTICLES | ARTICLES:  # Gogh, Vincent van
            pieces[0] = f"{before.pop()} {pieces[0]}"
            rest = [" ".join(before)]
        family, others = family_name(pieces[0]), given_name(" ".join(rest))
        return PersonName(
            others.given, others.middle, family.family, generation or family.generation or others.generation
        )
    words, last, titled = stripped(pieces[0])
    if len(words) == 1 and words[0] in ALONE:
        return PersonName(reason=TITLE_ONLY)
    titled = titled or "," in text
    if len(words) < 2:
        one = family_of(words)
        return PersonName(family=one, generation=generation or last) if titled else PersonName(
            given=one, generation=generation or last
        )  # fmt: skip
    start = next((place for place in range(1, len(words)) if begins_family(words[place:])), len(words) - 1)
    if start == len(words) - 1 and start > 1 and words[start - 1] in (JOINED - {"o"}) | ARTICLES:  # Mc Donald, Le Goff
        start -= 1
    return PersonName(words[0], " ".join(words[1:start]) or None, family_of(words[start:]), generation or last)


def begins_family(words: list[str]) -> bool:
    """Tell whether a particle and at most two more words stand here: María del Carmen García López begins later."""
    return words[0] in PARTICLES and sum(word not in PARTICLES and word not in ARTICLES for word in words) <= 2


def eastern(text: str) -> PersonName:
    """Read a name in Chinese, Japanese or Korean script: the family first, one sign where nothing stands apart."""
    parts = re.split(r"[\s·・,，、]+", text.strip())
    if len(parts) < 2:
        bare = parts[0]
        parts = [bare[:1], bare[1:]] if len(bare) > 1 else [bare]
    spelt = ["".join(words_of(part)) for part in parts]
    return PersonName(family=spelt[0] or None, given="".join(spelt[1:]) or None)


def clean_given_names(values: pa.Array) -> dict[str, pa.Array]:
    """Read a column of given names: `given`, `middle`, `family`, `generation`, `reason`."""
    low = in_plain_letters(values)
    return completed(values, {"given": low}, plain_where(low, r"^[a-z]+$"), given_name)


def clean_family_names(values: pa.Array) -> dict[str, pa.Array]:
    """Read a column of family names: `given`, `middle`, `family`, `generation`, `reason`."""
    low = in_plain_letters(values)
    return completed(values, {"family": low}, plain_where(low, r"^[a-z]+$"), family_name)


def clean_names(values: pa.Array) -> dict[str, pa.Array]:
    """Read a column of whole names: `given`, `middle`, `family`, `generation`, `reason`.

    >>> parts = clean_names(pa.array(["Ann Lee", "Ann Mary Lee", "LEE, Ann", "unknown"]))
    >>> parts["family"].to_pylist(), parts["middle"].to_pylist()
    (['lee', 'lee', 'lee', None], [None, 'mary', None, None])
    """
    low = in_plain_letters(values)
    plain = plain_where(low, r"^[a-z]+ (?:[a-z]+ )?[a-z]+$")
    words = pc.extract_regex(
        pc.if_else(plain, low, None), r"^(?P<given>[a-z]+) (?:(?P<middle>[a-z]+) )?(?P<family>[a-z]+)$"
    )
    parts = {name: pc.struct_field(words, name) for name in ("given", "middle", "family")}
    parts["middle"] = pc.if_else(pc.equal(parts["middle"], ""), None, parts["middle"])
    return completed(values, parts, plain, whole_name)


def plain_where(low: pa.Array, pattern: str) -> pa.Array:
    """Tell where a name consists of ordinary words only, so that a pattern can take it apart."""
    ordinary = pc.and_(
        pc.match_substring_regex(low, pattern), pc.is_null(placeholder_reasons(low, field="name", spelt=True))
    )
    special = pc.match_substring_regex(low, rf"\b(?:{'|'.join(sorted(SPECIAL))})\b")
    return pc.fill_null(pc.and_not(ordinary, special), False)


def completed(
    values: pa.Array,
    parts: dict[str, pa.Array],
    plain: pa.Array,
    read: Callable[[str], PersonName],
) -> dict[str, pa.Array]:
    """Keep what a pattern took apart where the name is plain, and read the others one by one.

    A name in another script counts as not plain: whether the family comes first is seen only in the script itself.
    """
    plain = pc.and_(plain, pc.fill_null(pc.invert(pc.match_substring_regex(values, EASTERN)), False))
    rest = pc.filter(values, pc.invert(plain))
    nothing = PersonName()
    names = [read(text) if text and text.strip() else nothing for text in rest.to_pylist()]
    empty = pa.nulls(len(values), pa.string())
    return {
        field: pc.replace_with_mask(
            pc.if_else(plain, parts.get(field, empty), None),
            pc.invert(plain),
            pa.array([getattr(name, field) for name in names], pa.string()),
        )
        for field in ("given", "middle", "family", "generation", "reason")
    }
