"""What team names are checked against: signs that nobody sees, signs that look alike, words that are not wanted."""

# Signs that are drawn as nothing although Unicode calls them letters, marks or symbols. Controls, formats, and
# private or unassigned code points are refused by their category.
INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),  # combining grapheme joiner
        (0x115F, 0x1160),  # Hangul fillers; NFKC folds U+3164 and U+FFA0 into the second
        (0x17B4, 0x17B5),  # Khmer inherent vowels
        (0x180B, 0x180F),  # Mongolian variation selectors
        (0x2800, 0x2800),  # empty braille pattern
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),  # variation selectors; the last may follow a symbol, which it makes an emoji
        (0xFFA0, 0xFFA0),
        (0xFFFC, 0xFFFD),  # object replacement, replacement
        (0x1D159, 0x1D159),  # null note head
        (0xE0100, 0xE01EF),  # more variation selectors
    )
    for code in range(first, last + 1)
)
EMOJI_SELECTOR = "\ufe0f"

# Casefolded signs, each with the Latin letter that it passes for, as a small letter or as the capital of it.
LOOKALIKES = {
    # Cyrillic
    "\u0430": "a",
    "\u0432": "b",
    "\u0435": "e",
    "\u043a": "k",
    "\u043c": "m",
    "\u043d": "h",
    "\u043e": "o",
    "\u0440": "p",
    "\u0441": "c",
    "\u0442": "t",
    "\u0443": "y",
    "\u0445": "x",
    "\u0455": "s",
    "\u0456": "i",
    "\u0458": "j",
    "\u04af": "y",
    "\u04bb": "h",
    "\u04cf": "l",
    "\u0501": "d",
    "\u051b": "q",
    "\u051d": "w",
    # Greek
    "\u03b1": "a",
    "\u03b2": "b",
    "\u03b5": "e",
    "\u03b6": "z",
    "\u03b7": "h",
    "\u03b9": "i",
    "\u03ba": "k",
    "\u03bc": "m",
    "\u03bd": "v",
    "\u03bf": "o",
    "\u03c1": "p",
    "\u03c4": "t",
    "\u03c5": "y",
    "\u03c7": "x",
    "\u03f3": "j",
    # Latin and Armenian relatives
    "\u0131": "i",
    "\u0251": "a",
    "\u0261": "g",
    "\u0269": "i",
    "\u0570": "h",
    "\u0578": "n",
    "\u057d": "u",
    "\u0585": "o",
    # Digits and signs
    "0": "o",
    "1": "l",
    "|": "l",
}

# Refused wherever they stand in a name, spaces and punctuation left out.
WORDS_ANYWHERE = (
    "fuck",
    "nigger",
    "nigga",
    "faggot",
    "bullshit",
    "pornhub",
    "hitler",
    "傻逼",
    "傻屄",
    "煞笔",
    "操你",
    "草泥马",
    "肏",
    "妈逼",
    "妈的逼",
    "日你妈",
    "去死吧",
    "婊子",
    "贱货",
    "贱人",
    "强奸",
    "強姦",
    "轮奸",
    "支那",
    "尼哥",
    "希特勒",
    "约炮",
    "色情",
    "裸聊",
)

# Refused as whole words only: they are parts of harmless ones.
WHOLE_WORDS = frozenset(
    {
        "shit",
        "cunt",
        "bitch",
        "whore",
        "slut",
        "rape",
        "rapist",
        "retard",
        "nazi",
        "nazis",
        "kike",
        "chink",
        "gook",
        "spic",
        "fag",
        "porn",
        "kkk",
        "asshole",
        "cnm",
        "nmsl",
    }
)
