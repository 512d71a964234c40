"""Names of ten cultures for made contacts: given names, family names composed of stems and endings, short forms."""

from __future__ import annotations

from typing import Final

__all__ = ["CULTURES", "SHORT", "families", "givens"]

# Given names; stems and endings of family names; the share of households.
CULTURES: Final[tuple[tuple[str, str, str, float], ...]] = (
    (
        "James John Robert Michael William David Richard Thomas Charles Joseph Christopher Daniel Matthew Anthony Mark "
        "Ryan Paul Steven Andrew Kenneth George Edward Brian Ronald Timothy Gregory Patrick Samuel Benjamin Nicholas "
        "Mary Patricia Jennifer Elizabeth Barbara Susan Margaret Sarah Jessica Katherine Nancy Sandra Deborah Rebecca "
        "Stephanie Catherine Christine Samantha Victoria Abigail Alexandra Natalie Jacqueline Philippa Frances Gemma",
        "Ash Brad Carl Dun East Fair Green Hart Kings Lang Mar Nor Oak Penn Red Sher Stan Thorn Wake Whit Wood Ald",
        "ley ton wood field ford man well by ham worth er son",
        0.36,
    ),
    (
        "Hans Jürgen Klaus Günter Stefan Wolfgang Uwe Ralf Bernd Matthias Jörg Dieter Torsten Ulrich Heike Sabine "
        "Petra Monika Ute Renate Birgit Käthe Anke Silke Martina Kerstin Antje Gisela",
        "Acker Berg Brand Eich Fried Groß Hof Kirch Lind Mühl Neu Ober Rosen Schön Stein Tann Wald Weid Wein Zimmer",
        "mann er meier bauer berger hauer mayer feld bach stein hofer",
        0.10,
    ),
    (
        "Jean Pierre Michel André Philippe Alain François Benoît Étienne Loïc Antoine Rémi Marie Nathalie Isabelle "
        "Sylvie Hélène Aurélie Noémie Zoé Mathilde Élodie Chloé Céline Camille Gaëlle",
        "Beau Bois Chau Clair Des Du Font Gran Her Lam Mar Mont Per Riv Roc Saint Val Ver Vil",
        "vier mont lier tel bert dier geon champ nel court let reau",
        0.09,
    ),
    (
        "José Antonio Manuel Francisco Juan Javier Álvaro Raúl Andrés Íñigo Mariano Silvio María Carmen Ana Lucía "
        "Begoña Sofía Pilar Rosario Leonor Anabel Herminia Paloma Inés Consuelo",
        "Alvar Benít Castell Domíngu Fernánd Gall Herr Ibáñ Jimén Lozan Márqu Navarr Ortíg Palac Quint Rosal Vázqu",
        "ez era os ano ero as ales illo ar eño",
        0.09,
    ),
    (
        "Piotr Kacper Tomasz Paweł Michał Łukasz Marcin Grzegorz Wojciech Zbigniew Anna Roksana Katarzyna Małgorzata "
        "Agnieszka Ewa Joanna Zofia Jadwiga Halina Bożena Dorota",
        "Adam Bar Czar Dąbr Górn Jabłoń Kamiń Lewand Maj Nowak Olsz Piotr Rut Sikor Szym Wiśn Woj Zieliń",
        "owski ewski czyk iak ak ecki icz ik",
        0.08,
    ),
    (
        "Rahul Anay Vikram Arjun Sanjay Amit Rajesh Suresh Parth Dipta Priya Anita Sunita Kavita Meera Lakshmi "
        "Divya Neha Pooja Radha Asha Nisha",
        "Agar Bhat Chatter Desh Gang Iy Jos Kapo Mehr Muk Nar Pat Ram Sharm Sing Srin Vark Yad",
        "wal a jee pande uly er hi or otra herjee ayan el",
        0.07,
    ),
    (
        "Mohamed Ahmed Ali Hassan Omar Youssef Khalid Ibrahim Tariq Bilal Fatima Aisha Khadija Zainab Mariam Layla "
        "Noor Samira Hana Yasmin",
        "Abd Bak Dar Far Ham Jab Kar Mah Nass Qas Rah Sal Shah Taw Was Zah",
        "allah r wish ouk dan bar im moud er em man eed id fiq",
        0.07,
    ),
    (
        "Wei Ping Ming Jun Hui Yan Li Fang Xin Jing Lei Na Qiang Tao Bo Hong Mei Lan Xue Chen",
        "Zh W L Ch Y X H G D S T F P J",
        "ang u iang en ong an ao ai eng in ou ei",
        0.05,
    ),
    (
        "Minh Thảo Hùng Dũng Anh Bình Cường Đức Hải Khánh Lan Hương Ngọc Phương Thu Tuyết Vân Yến Mai Linh",
        "Ng Tr Ph V H Đ B L D",
        "uyễn ần ạm õ oàng ặng ùi ê ương ô ý ỗ",
        0.04,
    ),
    (
        "Mehmet Mustafa Ayşe Fatma Hüseyin Emre Burak Zeynep Elif Özgür Çağla Gülşen İbrahim Kemal Osman Selin "
        "Deniz Ümit Yusuf Merve",
        "Ak Ay Bal Çel Demir Er Gök Kara Koç Öz Şah Tek Yıl Yal Kaya Uç",
        "an maz türk soy oğlu doğan kan in lar taş",
        0.05,
    ),
)

SHORT: Final[dict[str, str]] = dict(
    pair.split(":")
    for pair in [
        "James:Jim",
        "John:Jack",
        "Robert:Bob",
        "Michael:Mike",
        "William:Bill",
        "David:Dave",
        "Richard:Dick",
        "Thomas:Tom",
        "Charles:Charlie",
        "Joseph:Joe",
        "Christopher:Chris",
        "Daniel:Dan",
        "Matthew:Matt",
        "Anthony:Tony",
        "Steven:Steve",
        "Andrew:Andy",
        "Kenneth:Ken",
        "Edward:Ted",
        "Ronald:Ron",
        "Timothy:Tim",
        "Gregory:Greg",
        "Patrick:Pat",
        "Samuel:Sam",
        "Benjamin:Ben",
        "Nicholas:Nick",
        "Patricia:Trish",
        "Jennifer:Jenny",
        "Elizabeth:Liz",
        "Barbara:Barb",
        "Susan:Sue",
        "Margaret:Peggy",
        "Jessica:Jess",
        "Katherine:Kate",
        "Sandra:Sandy",
        "Deborah:Debbie",
        "Rebecca:Becky",
        "Stephanie:Steph",
        "Catherine:Cathy",
        "Christine:Chrissy",
        "Samantha:Sam",
        "Victoria:Vicky",
        "Abigail:Abby",
        "Alexandra:Alex",
        "Natalie:Nat",
        "Jacqueline:Jackie",
        "Philippa:Pippa",
        "Frances:Fran",
        "José:Pepe",
        "Francisco:Paco",
        "Antonio:Toño",
        "Mohamed:Mo",
        "Piotr:Piotrek",
        "Tomasz:Tomek",
    ]
)


def givens(culture: int) -> list[str]:
    """Return the given names of a culture, the most usual first.

    >>> givens(0)[:3]
    ['James', 'John', 'Robert']
    """
    return CULTURES[culture][0].split()


def families(culture: int) -> list[str]:
    """Return the family names of a culture: each stem with each ending.

    >>> families(0)[:2], len(families(0))
    (['Ashley', 'Bradley'], 264)
    """
    _, stems, endings, _ = CULTURES[culture]
    return list(dict.fromkeys(stem + ending for ending in endings.split() for stem in stems.split()))
