"""Sensitive: words that give away what nobody in a shop should conclude or recite.

Three levels, as the guard asks for them: 0 ordinary, 1 personal life, 2 special (health, body, faith, politics, love,
addiction). Goods are read as well as words: who buys nappies every week has told us nothing. The lists are short, cover
six languages and err towards hiding; a shop that sells only such goods will see no line about taste.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["sensitivity_of"]

SPECIAL: Final = {
    "pharmacy": (
        r"pharmac\w*|medicin\w*|medicament\w*|medication|prescription|aspirin|ibuprofen|paracetamol|insulin|inhaler"
        r"|antidepress\w*|antibiotic\w*|apothe(?:ek|ke)|medikament\w*|medicijn\w*|farmacia\w*|remedio|first aid"
    ),
    "body": (
        r"condoms?|contracept\w*|lubricant|incontinence|tampons?|sanitary (?:towels?|pads?)|viagra|sex toys?|lingerie"
        r"|kondome?|condoom|preservati[fv]\w*|erotic\w*"
    ),
    "health": (
        r"cancer|diabet\w*|co?eliac|allerg\w*|asthma|epilep\w*|dementia|depress(?:ion|ed)|chemo\w*|hiv|autis\w*|adhd"
        r"|disab\w*|wheelchair|hospital|surgery|illness|ill|sick|krank\w*|krebs|ziekte|ziek|kanker|maladie|malade"
        r"|enferm\w*|malattia|malat[oa]|doente|doenca"
    ),
    "pregnancy and babies": (
        r"pregnan\w*|maternity|prenatal|miscarriage|folic acid|babies|infant|nappy|nappies|diapers?"
        r"|baby(?! (?:spinach|potato\w*|carrot\w*|leaf|leaves|corn|tomato\w*))"
        r"|schwanger\w*|zwanger\w*|embaraz\w*|enceinte|incinta|gravida|windeln?|luiers?|couches|panal(?:es)?"
        r"|pannolin\w*|fraldas?"
    ),
    "alcohol": (
        r"(?<!ginger )(?<!root )beers?|wines?(?! (?:vinegar|gums?))|cider(?! vinegar)|vodka|whiske?y|gin|rum|liqueur"
        r"|brandy|champagne|prosecco|lager|(?:weiss|weiz\w*)?bier|(?:rot|weiss|gluh)?wein|schnaps|wijn|jenever|biere"
        r"|vin|cerveza|vino|cerveja|vinho|birra"
    ),
    "tobacco and addiction": (
        r"tobacco|cigar\w*|vap(?:e|es|ing)|nicotine|snus|tabak|tabac|tabaco|tabacco|zigar\w*|sigar\w*|lottery"
        r"|scratch ?cards?|casino|betting|gambling|alcoholic|addict\w*|rehab|sober"
    ),
    "faith": (
        r"bibles?|bibel|bijbel|biblia|qur.?an|koran|torah|rosary|halal|kosher|muslim\w*|jewish|catholic\w*|hindu\w*"
        r"|buddhis\w*|church|mosque|synagogue|prayers?|religio\w*|ramadan|holy communion|eglise|iglesia|kirche|kerk"
        r"|moschee"
    ),
    "politics and unions": r"politic\w*|trade union|party member\w*|election|voted",
    "love": r"gay|lesbian|bisexual|transgender|homosexual|queer|sexual\w*",
}
PERSONAL: Final = (
    r"wife|husband|partner|daughters?|sons?|mother|father|mum|dad|sister|brother|children|kids|grand\w+|family|birthday"
    r"|wedding|married|divorc\w*|funeral|died|widow\w*|salary|rent|debts?|money|moving house|new house|on holiday"
)
FOUND_SPECIAL: Final = re.compile(rf"\b(?:{'|'.join(SPECIAL.values())})\b")
FOUND_PERSONAL: Final = re.compile(rf"\b(?:{PERSONAL})\b")


def sensitivity_of(*texts: str | None) -> int:
    """Return the highest level that any of the texts touches.

    >>> sensitivity_of("Rye loaf", "bread"), sensitivity_of("For her daughter's party"), sensitivity_of("Windeln, 40")
    (0, 1, 2)
    >>> sensitivity_of("Baby spinach"), sensitivity_of("Wine vinegar"), sensitivity_of("Schweinebraten")
    (0, 0, 0)
    """
    plain = " ".join(bare(text) for text in texts if text)
    if FOUND_SPECIAL.search(plain):
        return 2
    return 1 if FOUND_PERSONAL.search(plain) else 0


def bare(text: str) -> str:
    """Write a text without accents and capitals, as the lists are written."""
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(char for char in apart if not unicodedata.combining(char)).lower()
