"""What the people of the town are called: thirteen ways of naming, each from small lists of its own.

A name is one field, as people write it: accents, other scripts, particles, two surnames, a single name, the
family name first. Where a name is not written in Latin letters, the list gives `native|latin`, and the Latin
form serves for the e-mail address.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

__all__ = ["CULTURES", "Culture", "Name", "draw_names", "plain"]


@dataclass(frozen=True, slots=True)
class Culture:
    """One way of naming: given names, family names, their order, and the language reviews may be in."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    order: str  # "given family", "family given", "two surnames" or "single"
    language: str
    weight: float


@dataclass(frozen=True, slots=True)
class Name:
    """One person's name: as written, the parts in plain Latin letters, and the home language."""

    full: str
    given: str
    family: str
    language: str


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


CULTURES: tuple[Culture, ...] = (
    Culture(
        _list(
            "Alice, Margaret, Joan, Emily, Harriet, Ruth, Grace, Thomas, George, Peter, Simon, Daniel, "
            "Edward, Martin, Clive, Rosemary, Helen, Oliver, Jack, Beatrice"
        ),
        _list(
            "Hartley, Ashworth, Bennett, Coldwell, Marsh, Pemberton, Fletcher, Osborne, Whitaker, Lowe, "
            "Thorne, Barker, Holloway, Reeve, Quick, Farrow, Shaw, Dunn, Hale, Winter"
        ),
        "given family",
        "en",
        5.0,
    ),
    Culture(
        _list("Siobhán, Aoife, Niamh, Róisín, Ciara, Seán, Pádraig, Eoin, Declan, Conor, Máire, Fionn"),
        _list("O'Brien, O'Sullivan, McCarthy, Ní Dhomhnaill, Byrne, Gallagher, Mac Giolla, Kavanagh, O'Neill"),
        "given family",
        "en",
        1.5,
    ),
    Culture(
        _list("Jürgen, Käthe, Björn, Anneliese, Sören, Günther, Ulrike, Heike, Matthias, Renate, Jörg, Lena"),
        _list("Müller, von Bergen, Schäfer, Weiß, Krüger, zu Löwenthal, Hoffmann, Vogel, Böhm, Lindner, Groß"),
        "given family",
        "de",
        1.5,
    ),
    Culture(
        _list("Hélène, François, Zoé, Aurélie, Benoît, Gaëlle, Noémie, Étienne, Mathilde, Loïc, Jean-Luc, Inès"),
        _list("Lefèvre, de la Tour, Béranger, Dubois, Garçon, d'Aubigny, Moreau, Le Goff, Chérif, Fournier"),
        "given family",
        "fr",
        1.3,
    ),
    Culture(
        _list("María José, Íñigo, Lucía, Andrés, Begoña, Joaquín, Sofía, Raúl, Concepción, Álvaro, Tomás"),
        _list("García, Ibáñez, Muñoz, López, Peña, Fernández, Ruiz, Cañete, Ortega, Núñez, Salas, Vidal"),
        "two surnames",
        "es",
        1.3,
    ),
    Culture(
        _list("João, Conceição, Inês, Antônio, Luíza, Vitória, Caetano, Beatriz, Gonçalo, Fátima, Rui, Tânia"),
        _list("da Silva, dos Santos, Araújo, de Sá, Magalhães, Conceição, Pinto, Brandão, do Carmo, Assunção"),
        "two surnames",
        "pt",
        1.2,
    ),
    Culture(
        _list("Sanne, Joost, Maaike, Willem, Femke, Pieter, Anouk, Daan, Liesbeth, Ruben, Geert, Noor"),
        _list("van der Berg, de Vries, van Dijk, ter Horst, Bakker, van 't Hof, Visser, de Groot, Kuiper, Smit"),
        "given family",
        "en",
        1.0,
    ),
    Culture(
        _list("Małgorzata, Łukasz, Agnieszka, Paweł, Zofia, Michał, Kasia, Grzegorz, Żaneta, Bogusława, Jan"),
        _list("Wiśniewski, Kowalczyk, Dąbek, Wójcik, Zając, Nowak, Mazur, Śliwa, Gołąb, Pietrzak, Łoś"),
        "given family",
        "en",
        1.2,
    ),
    Culture(
        _list(
            "Suharto, Wulandari, Sukma, Budiono, Ratnasari, Kartini, Suyanto, Dewi, Purnomo, Sulastri, "
            "Hartono, Megawati, Widodo, Yuliana, Supriyadi"
        ),
        (),
        "single",
        "en",
        0.7,
    ),
    Culture(
        _list(
            "Priya, Rohan, प्रिया|priya, अर्जुन|arjun, Meera, Vikram, सीता|sita, Anil, कविता|kavita, Lakshmi, "
            "Sanjay, रोहन|rohan"
        ),
        _list("Sharma, Iyer, Banerjee, शर्मा|sharma, Patel, गुप्ता|gupta, Reddy, Nair, Singh, वर्मा|verma"),
        "given family",
        "hi",
        1.2,
    ),
    Culture(
        _list(
            "伟|wei, 芳|fang, 秀英|xiuying, 敏|min, 静|jing, 磊|lei, 洋|yang, 丽娟|lijuan, 志强|zhiqiang, 小明|xiaoming"
        ),
        _list("王|wang, 李|li, 张|zhang, 刘|liu, 陈|chen, 欧阳|ouyang, 赵|zhao, 黄|huang, 周|zhou, 吴|wu"),
        "family given",
        "en",
        0.8,
    ),
    Culture(
        _list("Yusuf, Leila, محمد|mohammed, فاطمة|fatima, Khalid, Noura, ليلى|layla, Samir, Huda, عمر|omar"),
        _list("al-Masri, Haddad, الحداد|alhaddad, bin Rashid, Khoury, المصري|almasri, Nasser, Abu Zeid"),
        "given family",
        "en",
        0.8,
    ),
    Culture(
        _list("Ayşe, Çağla, Ömer, Gülşen, İbrahim, Şebnem, Emre, Nurgül, Uğur, Deniz, Işıl, Kerem"),
        _list("Yılmaz, Öztürk, Çelik, Kılıç, Doğan, Şahin, Güneş, Aydın, Erdoğmuş, Koç"),
        "given family",
        "en",
        0.9,
    ),
)

_UNMARKED = str.maketrans("ßłŁøØıİđĐ", "sllooiidd")


def plain(text: str) -> str:
    """Write a name in lower-case Latin letters only, as people do in e-mail addresses.

    >>> plain("Ní Dhomhnaill"), plain("Łukasz")
    ('nidhomhnaill', 'lukasz')
    """
    apart = unicodedata.normalize("NFKD", text.translate(_UNMARKED).lower())
    return "".join(letter for letter in apart if letter.isascii() and letter.isalpha())


def _split(entry: str) -> tuple[str, str]:
    native, _, latin = entry.partition("|")
    return native, latin or plain(native)


def draw_names(rng: np.random.Generator, count: int) -> list[Name]:
    """Draw `count` names; some carry a middle initial. Namesakes happen, as they do."""
    weights = np.array([culture.weight for culture in CULTURES])
    which = rng.choice(len(CULTURES), size=count, p=weights / weights.sum()).tolist()
    luck = rng.integers(0, 2**31, size=(count, 3)).tolist()
    return [_one(CULTURES[number], a, b, c) for number, (a, b, c) in zip(which, luck, strict=True)]


def _one(culture: Culture, a: int, b: int, c: int) -> Name:
    given, given_latin = _split(culture.given[a % len(culture.given)])
    if culture.order == "single":
        return Name(given, given_latin, "", culture.language)
    family, family_latin = _split(culture.family[b % len(culture.family)])
    if culture.order == "two surnames":
        second, _ = _split(culture.family[(b + 1 + c % (len(culture.family) - 1)) % len(culture.family)])
        return Name(f"{given} {family} {second}", given_latin, family_latin, culture.language)
    if culture.order == "family given":
        return Name(f"{family}{given}", given_latin, family_latin, culture.language)
    middle = f" {'ABCEHJLMRST'[c % 11]}." if culture.language == "en" and c % 7 == 0 else ""
    return Name(f"{given}{middle} {family}", given_latin, family_latin, culture.language)
