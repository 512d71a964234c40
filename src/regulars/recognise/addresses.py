"""Addresses: a street line taken apart into house, unit and street, and postcodes and places in one writing.

The house number may stand in front or behind. Words of one meaning become one: street and st, avenue and ave, straße
and str. A box at the post office is a street called `po box` with its number for a house. There is no gazetteer: what a
line does not say stays unsaid.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .placeholders import placeholder_reasons
from .spelling import in_plain_letters, plain_letters

__all__ = ["clean_places", "clean_postcodes", "clean_streets", "house_numbers", "street_key"]

SAME: Final = (
    "street str strasse straat saint sankt sint santa san=st", "avenue av aven avda avenida=ave", "road=rd",
    "lane=ln", "drive drv=dr", "court crt=ct", "place plaza platz plein piazza plz=pl", "square=sq",
    "boulevard boul bvd bd=blvd", "crescent cr cres=cres", "close=cl", "terrace terr=tce", "ter=tce",
    "gardens gdns=gdns",
    "garden=gdn", "grove=gr", "grv=gr", "highway=hwy", "parkway pky=pkwy", "circle circ=cir", "circuit cct=cct",
    "trail=trl", "turnpike=tpke", "heights hts=hts", "mount mt=mt",
    "mews=mws", "prk=park", "north=n", "south=s", "east=e", "west=w", "northeast=ne", "northwest=nw",
    "southeast=se", "southwest=sw",
    "esplanade=esp", "parade=pde", "chemin=che", "calle=c", "carretera ctra=ctra",
    "paseo=po", "passeig=pg", "faubourg fbg=fg", "allee=al", "impasse=imp", "viale=vle", "corso=cso", "largo=lgo",
    "rua=r", "travessa=tv", "ulica=ul", "ulitsa=ul", "prospekt=pr", "first=1st", "second=2nd", "third=3rd",
    "fourth=4th", "fifth=5th", "sixth=6th", "seventh=7th", "eighth=8th", "ninth=9th", "tenth=10th", "doctor doktor=dr",
    "junction=jct", "centre center ctr=ctr", "apartments=apts", "building=bldg",
)  # fmt: skip
WORD: Final = {word: short for line in SAME for words, _, short in [line.partition("=")] for word in words.split()}
ENDINGS: Final = ("strasse", "straat", "street", "str")  # Hauptstrasse, Hoofdstraat, and a blank that is missing
KINDS: Final = frozenset(WORD.values()) | {
    "rue",
    "via",
    "weg",
    "laan",
    "gade",
    "vej",
    "gatan",
    "de",
    "la",
    "del",
    "des",
}
MARKS: Final = r"[^a-z0-9/#-]+"
BOX: Final = (
    r"\b(?:p ?o ?box|post(?:al)?(?: office)? box|postfach|postbus|boite postale|bp|apartado(?: de correos)?"
    r"|casella postale|gpo box|locked bag|private bag|c p) *(?:no |nr |n |# ?)?(?P<box>[0-9]+(?: [0-9]+)*)\b"
)
UNIT: Final = (
    r"(?:\b(?:flat|flt|apt|apartment|unit|suite|ste|room|rm|wohnung|whg|appt|appartement|piso) *#? *|# *)"
    r"(?P<unit>[0-9]+[a-z]?|[a-z][0-9]*)\b"
)
UNIT_FIRST: Final = r"^(?P<unit>[0-9]+[a-z]?)/(?P<rest>[0-9]+[a-z]? .*)$"  # 5/12 High Street
LETTER: Final = r"(?:[a-z]\b| [a-df-mo-rt-vx-z]\b| ?(?:bis|ter|quater)\b)?"  # 10 E Main Street is not 10e
NUMBER: Final = rf"[0-9]+{LETTER}(?: ?[-/] ?[0-9]+[a-z]?\b)?"
FLOOR: Final = r"[0-9a-z]{1,3}(?: [0-9a-z]{1,2})?"
FRONT: Final = rf"^(?:no |nr |number |num )?(?P<house>{NUMBER}) (?P<street>.*[a-z].*)$"
BEHIND: Final = (
    rf"^(?P<street>[^0-9]*[a-z].*?) (?:no |nr |n )?(?P<house>{NUMBER})(?: (?P<floor>{FLOOR}))?$"  # Calle Mayor 5 3B
)


def clean_streets(values: pa.Array) -> dict[str, pa.Array]:
    """Take street lines apart: `house`, `unit`, `street`, and why one became null, `reason`.

    >>> parts = clean_streets(pa.array(["Flat 2, 42a Church Street", "Hauptstr. 7", "P.O. Box 12", "none"]))
    >>> parts["house"].to_pylist(), parts["unit"].to_pylist()
    (['42a', '7', '12', None], ['2', None, None, None])
    >>> parts["street"].to_pylist()
    ['church st', 'haupt st', 'po box', None]
    """
    low = in_plain_letters(values)
    reason = placeholder_reasons(low, field="place", spelt=True)
    low = pc.replace_substring_regex(low, r"[.'`]", "")
    low = pc.ascii_trim_whitespace(pc.replace_substring_regex(low, MARKS, " "))
    low = pc.if_else(pc.and_(pc.is_null(reason), pc.not_equal(low, "")), low, None)
    box = taken(low, BOX, "box")
    low = pc.if_else(pc.is_valid(box), None, low)
    unit = taken(low, UNIT, "unit")
    if unit.null_count < len(unit):
        bare = pc.ascii_trim_whitespace(pc.replace_substring_regex(low, UNIT.replace("?P<unit>", ""), " "))
        low = pc.if_else(pc.is_valid(unit), pc.replace_substring_regex(bare, " +", " "), low)
    first = taken(low, UNIT_FIRST, "unit")
    low = pc.coalesce(taken(low, UNIT_FIRST, "rest"), low) if first.null_count < len(first) else low
    front = pc.extract_regex(low, FRONT)
    behind = pc.extract_regex(pc.if_else(pc.is_null(front), low, None), BEHIND)
    house = pc.coalesce(pc.struct_field(front, "house"), pc.struct_field(behind, "house"))
    street = pc.coalesce(pc.struct_field(front, "street"), pc.struct_field(behind, "street"), low)
    street = pc.if_else(pc.equal(street, ""), None, street)
    floor = pc.struct_field(behind, "floor")
    floor = pc.if_else(pc.equal(floor, ""), None, floor)
    return {
        "house": pc.replace_substring(pc.coalesce(box, house), " ", ""),
        "unit": pc.replace_substring(pc.coalesce(unit, first, floor), " ", ""),
        "street": pc.if_else(pc.is_valid(box), "po box", in_short_words(street)),
        "reason": reason,
    }


def taken(values: pa.Array, pattern: str, name: str) -> pa.Array:
    """Return what a pattern finds anywhere in each value; a column of nulls, quickly, where it finds nothing."""
    hits = pc.fill_null(pc.match_substring_regex(values, pattern), False)
    if not pc.any(hits, min_count=0).as_py():
        return pa.nulls(len(values), pa.string())
    found = pc.struct_field(pc.extract_regex(pc.filter(values, hits), pattern), name)
    return pc.replace_with_mask(pa.nulls(len(values), pa.string()), hits, found)


def in_short_words(streets: pa.Array) -> pa.Array:
    """Write every word of a column of streets in its short form; each different word is looked at once."""
    apart = pc.ascii_split_whitespace(
        pc.ascii_trim_whitespace(pc.replace_substring_regex(pc.fill_null(streets, ""), "[-/#]+", " "))
    )
    words = apart.flatten().dictionary_encode()
    short = pa.array([short_word(word) for word in words.dictionary.to_pylist()], pa.string())
    joined = pc.binary_join(pa.ListArray.from_arrays(apart.offsets, short.take(words.indices)), " ")
    return pc.if_else(pc.and_(pc.is_valid(streets), pc.not_equal(joined, "")), joined, None)


def short_word(word: str) -> str:
    """Return the short form of a word of a street.

    >>> short_word("avenue"), short_word("hauptstrasse"), short_word("hill")
    ('ave', 'haupt st', 'hill')
    """
    if word in WORD:
        return WORD[word]
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return f"{word.removesuffix(ending)} st"
    return word


def street_key(street: str) -> str:
    """Return the words of a street in one order, without those that only say that it is one.

    >>> street_key("Rue de la Paix") == street_key("paix rue"), street_key("42 Church Avenue")
    (True, '42 church')
    """
    words = [short_word(word) for word in plain_letters(street).replace("-", " ").replace(".", " ").split()]
    telling = [word for text in words for word in text.split() if word not in KINDS]
    return " ".join(sorted(set(telling or words)))


def clean_postcodes(values: pa.Array) -> dict[str, pa.Array]:
    """Write postcodes in capitals without blanks and without what a spreadsheet adds: `postcode`, `reason`.

    >>> clean_postcodes(pa.array(["sd25 1de", "1234.0", "00000"]))["postcode"].to_pylist()
    ['SD251DE', '1234', None]
    """
    low = in_plain_letters(values)
    reason = placeholder_reasons(low, field="postcode", spelt=True)
    bare = pc.replace_substring_regex(pc.replace_substring_regex(low, r"\.0+$", ""), "[^a-z0-9]+", "")
    reason = pc.coalesce(reason, placeholder_reasons(bare, field="postcode", spelt=True))
    code = pc.if_else(pc.and_(pc.is_null(reason), pc.not_equal(bare, "")), pc.ascii_upper(bare), None)
    return {"postcode": code, "reason": reason}


def clean_places(values: pa.Array) -> dict[str, pa.Array]:
    """Write cities and regions in plain letters: `place`, `reason`.

    >>> clean_places(pa.array(["Saint-Étienne", "N/A"]))["place"].to_pylist()
    ['st etienne', None]
    """
    low = in_plain_letters(values)
    reason = placeholder_reasons(low, field="place", spelt=True)
    bare = pc.replace_substring_regex(pc.replace_substring_regex(low, "['`.]", ""), "[^a-z0-9]+", " ")
    bare = pc.ascii_trim_whitespace(pc.replace_substring_regex(bare, r"\b(?:saint|sankt|sint)\b", "st"))
    return {"place": pc.if_else(pc.and_(pc.is_null(reason), pc.not_equal(bare, "")), bare, None), "reason": reason}


def house_numbers(values: pa.Array) -> pa.Array:
    """Write house and flat numbers that have a column of their own in one way: small letters, no blanks, no `.0`.

    >>> house_numbers(pa.array(["7.0", "42 A", "No. 3", "-"])).to_pylist()
    ['7', '42a', '3', None]
    """
    low = pc.replace_substring_regex(in_plain_letters(values), r"^(?:no|nr|number|flat|apt|unit|#)[. ]*|\.0+$", "")
    bare = pc.replace_substring_regex(low, "[^a-z0-9/-]+", "")
    return pc.if_else(pc.fill_null(pc.match_substring_regex(bare, "[1-9a-z]"), False), bare, None)
