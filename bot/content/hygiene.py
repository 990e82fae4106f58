"""Characters that look like others, and signs that nobody sees.

Texts copied out of PDFs hold radicals (U+2F00 for 一, U+2EE2 for 马): search misses them, fonts draw boxes.
Texts are read with them replaced; `bank check` refuses the files, so that they are mended where they stand.
"""

import re
import unicodedata

# CJK Radicals Supplement, which NFKC leaves alone (all but two): radical -> unified ideograph, after Unicode's
# EquivalentUnifiedIdeograph.txt. Kangxi radicals (U+2F00 to U+2FD5) are NFKC's business.
_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺅⺆⺈⺉⺊⺋⺌⺎⺏⺐⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺫⺬⺭⺯⺰⺱⺲⺶⺹⺺⺻⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂乙亻冂刀刂卜㔾小兀尣尢巳幺彑彐忄㣺扌攵旡日月歺民氵氺灬爫爫丬牛犭王目示礻糹纟罓罒羊耂肀聿臼艹艹艹虎衤覀西见角讠贝车辶辶辶邑钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
_SPACES = "\u00a0\u2000-\u200a\u202f\u3000"
# Zero-width signs and direction marks, soft hyphens, the private use area and variation selectors.
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\ue000-\uf8ff"
_LOOKALIKES = re.compile(f"[\u2e80-\u2fdf\uf900-\ufaff{_SPACES}{_UNSEEN}]")


def tidy(text: str) -> str:
    """Replace look-alikes by the characters that they are drawn as, odd spaces by spaces; drop what nobody sees."""
    return _LOOKALIKES.sub(lambda match: _plain(match[0]), text)


def untidy(text: str) -> str | None:
    """Say what the first look-alike of a text is, with its replacement; None when there is none."""
    found = _LOOKALIKES.search(text)
    if found is None:
        return None
    character = found[0]
    name = unicodedata.name(character, "a character without a name").lower()
    plain = _plain(character)
    advice = f"write {plain}" if plain.strip() else "write a plain space" if plain else "delete it"
    return f"holds U+{ord(character):04X} ({name}): {advice}"


def _plain(character: str) -> str:
    if character in _SUPPLEMENT:
        return _SUPPLEMENT[character]
    if re.match(f"[{_UNSEEN}]", character):
        return ""
    return unicodedata.normalize("NFKC", character)
