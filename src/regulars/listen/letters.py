"""Letters: in which encoding older than Unicode some bytes are, told by the letters that they make.

Nothing in such a file says so, and nearly any bytes can be read in several ways; so each way has to prove itself.

    Windows-1252  letters such as é stand one or two together, and signs such as ¯ or £ do not touch a letter
    GB18030       the signs are Chinese, and many of them are among the most common or usual in names and addresses
    UTF-8         nearly all bytes fit, but for a few that were damaged

Cyrillic, Greek, Korean, Japanese and other old encodings prove neither, and are refused rather than read as something
else. Those that differ from Windows-1252 by a few letters only, such as Windows-1250, cannot be told from it; so the
letters found are named.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

__all__ = ["damaged", "is_chinese", "is_western", "named_letters"]

HIGH: Final = re.compile(rb"[\x80-\xff]+")
AFTER_LETTER: Final = "’‘´“”»›–—…·•×®™©ºª°\xad"  # signs that may follow a letter without a blank
BEFORE_LETTER: Final = "’‘´“”„‚«‹–—…·•×®©°¿¡\xad"
FITTING: Final = 0.8  # share of the letters, or pairs of them, that stand as they do in western words
ODD: Final = 0.1  # share of them that may touch a letter which they do not go with
BY_CHANCE: Final = 0.2  # of the signs are common where the text is not Chinese at all
ERRORS: Final = 3  # standard errors by which the share of common signs must exceed that
CHINESE_SHARE: Final = 0.6  # of all that is not ASCII; the rest is punctuation
KANA_SHARE: Final = 0.05
DAMAGED: Final = 0.1  # so many bytes that do not fit, for each letter that does, are damage
SHOWN: Final = 8
# The most common signs of Chinese prose, then those of names, of addresses, and of shops.
COMMON: Final = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如"
    "都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间"
    "由问很最重并物手应向头文体美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度门任常先海通教原东声提立及比员解水名真处走"
    "各入几口认条平系气题活更别打女变四总何电数安少报才结反受目太量再感建务做接必场件计管期市直资金山指许保至形便空决书非听白光放强难思完设"
    "色路记南品住告类求程北边该交规万取望觉共确传师清今让带"
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田姜范石姚谭廖邹熊陆郝孔崔康毛"
    "邱秦江史顾侯邵孟龙段雷钱汤尹黎易武乔贺赖龚伟芳娜秀英敏静丽磊军洋勇艳杰娟涛超兰霞刚桂玲玉红华梅鹏辉志慧婷雪丹春晓"
    "京广州深圳省区县街号楼室浙杭津庆都汉村镇弄院栋座层"
    "订单客户姓邮箱址元价格商称备注状态消支付退货男先满错快递送质购买折扣包装茶咖啡蛋糕酒奶肉鱼米油糖盐衣服鞋裤裙帽床桌椅灯"
)


def damaged(lines: Sequence[bytes]) -> bool:
    """Tell whether lines are UTF-8 but for a few bytes."""
    text = b"\n".join(lines).decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= char <= "\udcff" for char in text)
    right = sum(not char.isascii() for char in text) - wrong
    return right > 0 and wrong <= DAMAGED * right


def is_western(lines: Sequence[bytes]) -> bool:
    """Tell whether lines can be Windows-1252."""
    runs = fitting = odd = 0
    for line in lines:
        for found in HIGH.finditer(line):
            try:
                run = found[0].decode("cp1252")
            except UnicodeDecodeError:
                return False
            before, after = (side.decode() for side in (line[: found.start()][-1:], line[found.end() :][:1]))
            runs += 1
            fitting += len(run) == 1 or (len(run) == 2 and (before.isalpha() or after.isalpha()))
            odd += not goes_with(before, run, after)
    return runs > 0 and fitting >= FITTING * runs and odd <= ODD * runs


def goes_with(before: str, run: str, after: str) -> bool:
    """Tell whether what stands between two characters of ASCII goes with them; a capital follows no small letter.

    >>> goes_with("o", "ë", " "), goes_with("a", "³", ","), goes_with("m", "³", ","), goes_with("f", "Ž", " ")
    (True, False, True, False)
    """
    follows = run[0].isalpha() or run[0] in AFTER_LETTER or (before == "m" and run[0] in "²³")
    leads = run[-1].isalpha() or run[-1] in BEFORE_LETTER
    capital = before.islower() and run[0].isupper()
    return not capital and (follows or not before.isalpha()) and (leads or not after.isalpha())


def is_chinese(lines: Sequence[bytes]) -> bool:
    """Tell whether lines can be GB18030."""
    try:
        text = b"\n".join(lines).decode("gb18030")
    except UnicodeDecodeError:
        return False
    chars = Counter(char for char in text if not char.isascii())
    chinese = sum(count for char, count in chars.items() if "\u4e00" <= char <= "\u9fff")
    kana = sum(count for char, count in chars.items() if "\u3040" <= char <= "\u30ff")
    common = sum(chars[char] for char in COMMON.intersection(chars))
    least = BY_CHANCE * chinese + ERRORS * math.sqrt(chinese * BY_CHANCE * (1 - BY_CHANCE))
    mostly = chinese >= CHINESE_SHARE * chars.total() and kana <= KANA_SHARE * chars.total()
    return chinese > 0 and common >= least and mostly


def named_letters(lines: Sequence[bytes], encoding: str) -> str:
    """Name the characters outside ASCII that lines hold, the commonest first."""
    chars = Counter(char for line in lines for char in line.decode(encoding, "ignore") if not char.isascii())
    shown = [char for char, _ in chars.most_common() if char.isprintable()][:SHOWN]
    return " ".join(shown)
