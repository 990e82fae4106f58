"""Reads one LaTeX formula and writes it as a line of Unicode. Never raises on input it cannot read."""

import re
import unicodedata
from collections.abc import Callable, Container

from bot.domain.mathtext import symbols
from bot.domain.mathtext.layout import THIN_SPACE, Kind, Piece, accent, fraction, join, root, script

_TOKEN = re.compile(
    r"\\operatorname\*|\\[a-zA-Z]+|\\.|[1-9]\d{0,2}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|\s+|.",
    re.DOTALL,
)
_CHARACTER_KINDS: dict[str, tuple[str, Kind]] = {
    "-": ("−", "bin"),
    "+": ("+", "bin"),
    "*": ("∗", "bin"),
    "=": ("=", "rel"),
    "<": ("<", "rel"),
    ">": (">", "rel"),
    ",": (",", "punct"),
    ";": (";", "punct"),
    ":": (":", "punct"),
}
# Far deeper than any formula of a question, far from Python's own limit of recursion.
_MAX_DEPTH = 24
_PRIMES = {1: "′", 2: "″", 3: "‴"}


class Formula:
    """One formula, read when made: `text` is the line, `fits` whether it shows all of the layout."""

    def __init__(self, tex: str) -> None:
        self._source = tex
        self._lexemes = [m for m in _TOKEN.finditer(tex) if not m[0].isspace()]
        self._rest = ""  # what is left of a number of which an argument took the first digit
        self._position = 0
        self._depth = 0
        self.fits = True
        pieces: list[Piece] = []
        while self._peek():
            pieces += self._row(())
            if self._peek():  # a stray closing brace or \end
                self._next()
        self.text = join(pieces)

    def _peek(self) -> str:
        if self._rest:
            return self._rest
        return self._lexemes[self._position][0] if self._position < len(self._lexemes) else ""

    def _next(self) -> str:
        lexeme = self._peek()
        self._rest = ""
        self._position += 1
        return lexeme

    def _row(self, stop: Container[str]) -> list[Piece]:
        """Read atoms with their scripts until a token of `stop`, a closing brace or an end."""
        pieces: list[Piece] = []
        while (lexeme := self._peek()) and lexeme not in stop and lexeme not in ("}", r"\end"):
            if lexeme in ("^", "_", "'"):
                pieces.append(self._scripts(Piece("")))
                continue
            pieces += self._atom()
            if self._peek() in ("^", "_", "'", r"\limits", r"\nolimits") and pieces:
                pieces.append(self._scripts(pieces.pop()))
        return pieces

    def _atom(self) -> list[Piece]:
        lexeme = self._next()
        if lexeme == "{":
            return [self._group_rest()]
        if lexeme in symbols.SPACE_ESCAPES:
            return [Piece(THIN_SPACE if lexeme == r"\," else " ", "space")]
        if lexeme in symbols.BARS:
            return [Piece(symbols.BARS[lexeme], "bar")]
        if lexeme in symbols.OPEN or lexeme in symbols.CLOSE:
            return [_delimiter(lexeme)]
        if lexeme.startswith("\\") and len(lexeme) > 1:
            return self._command(lexeme[1:])
        if lexeme == "&":
            self.fits = False
            return [Piece(" ", "space")]
        if lexeme == ":" and self._peek() == "=":
            self._next()
            return [Piece("≔", "rel")]
        text, kind = _CHARACTER_KINDS.get(lexeme, (lexeme, "ord"))
        return [Piece(text, kind)]

    def _group_rest(self) -> Piece:
        """Read the rest of a braced group as one piece, its opening brace being read already."""
        if self._depth >= _MAX_DEPTH:
            return Piece(self._raw_rest())
        self._depth += 1
        pieces = self._row(())
        self._depth -= 1
        if self._peek() == "}":
            self._next()
        if len(pieces) == 1:
            return pieces[0] if pieces[0].kind not in ("bin", "rel", "punct") else Piece(pieces[0].text)
        return Piece(join(pieces), "ord", word=bool(pieces) and pieces[-1].word)

    def _argument(self) -> list[Piece]:
        """Read what a command applies to: a group, or else a single token as TeX does."""
        lexeme = self._peek()
        if not lexeme or lexeme in ("}", r"\end"):
            return []
        if self._depth >= _MAX_DEPTH:
            self._next()
            return [Piece(self._raw_rest() if lexeme == "{" else lexeme.lstrip("\\"))]
        self._depth += 1
        try:
            if lexeme == "{":
                self._next()
                pieces = self._row(())
                if self._peek() == "}":
                    self._next()
                return pieces
            if lexeme[0].isdigit() and len(lexeme) > 1:
                self._rest = lexeme[1:]
                return [Piece(lexeme[0])]
            return self._atom()
        finally:
            self._depth -= 1

    def _optional(self) -> list[Piece]:
        """Read an argument in square brackets, if there is one."""
        if self._peek() != "[" or self._depth >= _MAX_DEPTH:
            return []
        self._next()
        self._depth += 1
        pieces = self._row(("]",))
        self._depth -= 1
        if self._peek() == "]":
            self._next()
        return pieces

    def _raw_rest(self) -> str:
        """Take the source up to the brace that closes the group, as plain text."""
        start = self._offset()
        level, end = 1, len(self._source)
        while level and (lexeme := self._peek()):
            level += (lexeme == "{") - (lexeme == "}")
            end = self._offset() if level == 0 else len(self._source)
            self._next()
        # The first token starts after any spaces, which belong to the text.
        while start > 0 and self._source[start - 1].isspace():
            start -= 1
        raw = re.sub(r"\\([^a-zA-Z])", r"\1", self._source[start:end])
        return re.sub(r"\\[a-zA-Z]+\s*|[{}$]", "", raw).replace("~", " ")

    def _offset(self) -> int:
        if self._position < len(self._lexemes):
            return self._lexemes[self._position].start()
        return len(self._source)

    def _raw_argument(self) -> str:
        if self._peek() != "{":
            return self._next().lstrip("\\")
        self._next()
        return self._raw_rest()

    def _scripts(self, base: Piece) -> Piece:
        """Attach every ^, _ and prime that follows to the base; subscripts come first whatever the order."""
        low = high = primes = ""
        word, fits = base.word, True
        while (lexeme := self._peek()) in ("^", "_", "'", r"\limits", r"\nolimits"):
            self._next()
            if lexeme == "'":
                primes += "'"
            elif lexeme in ("^", "_"):
                text, ok = script(self._argument(), raised=lexeme == "^")
                fits = fits and ok
                word = text[:1] in ("^", "_") and text[-1:].isalnum()
                low, high = (low, high + text) if lexeme == "^" else (low + text, high)
        if base.kind == "big" and not fits:
            self.fits = False
        marks = _PRIMES.get(len(primes), "′" * len(primes))
        if base.kind == "frac":
            base = Piece(f"({base.text})")
        kind: Kind = "ord" if base.kind in ("punct", "space") else base.kind
        if not high and primes:
            word = False
        return Piece(base.text + marks + low + high, kind, word)

    def _command(self, name: str) -> list[Piece]:
        if name in symbols.IGNORED_SIGNS:
            return []
        for table, kind in _TABLES:
            if name in table:
                return [Piece(table[name], kind)]
        if name in symbols.FUNCTIONS:
            return [Piece(symbols.FUNCTIONS[name], "fn", word=True)]
        if name in symbols.OPEN or name in symbols.CLOSE or name in symbols.BARS:
            return [Piece(symbols.BARS[name], "bar") if name in symbols.BARS else _delimiter(name)]
        if name in symbols.SPACES or name == "\\":
            self.fits = self.fits and name != "\\"
            return [Piece(" ", "space")]
        if name in ("left", "right"):
            return self._sized_delimiter()
        if name in symbols.IGNORED:
            return []
        if name in symbols.DROPPED_WITH_ARGUMENT:
            self._raw_argument()
            return []
        handler = _HANDLERS.get(name)
        if handler is not None:
            return handler(self, name)
        if name in symbols.TRANSPARENT:
            return [self._boxed(self._argument())]
        if name in symbols.TEXT:
            return [Piece(self._raw_argument())]
        if name in symbols.ALPHABETS:
            return [Piece(symbols.restyle(join(self._argument(), tight=True), symbols.ALPHABETS[name]))]
        if name in symbols.ACCENTS:
            return [Piece(accent(self._argument(), symbols.ACCENTS[name], name))]
        return [Piece(name, "ord", word=len(name) > 1)]

    def _boxed(self, pieces: list[Piece]) -> Piece:
        return pieces[0] if len(pieces) == 1 else Piece(join(pieces))

    def _sized_delimiter(self) -> list[Piece]:
        if self._peek() == ".":
            self._next()
        return []

    def _fraction(self, name: str) -> list[Piece]:
        top = self._argument()
        return [fraction(top, self._argument())]

    def _binomial(self, name: str) -> list[Piece]:
        top = join(self._argument())
        return [
            Piece("C", "ord"),
            Piece("(", "open"),
            Piece(f"{top}, {join(self._argument())}"),
            Piece(")", "close"),
        ]

    def _root(self, name: str) -> list[Piece]:
        degree = join(self._optional(), tight=True)
        return [root(self._argument(), degree)]

    def _roman(self, name: str) -> list[Piece]:
        text = join(self._argument(), tight=True)
        return [Piece(text, "ord", word=len(text) > 1 and text.isalnum())]

    def _operator(self, name: str) -> list[Piece]:
        return [Piece(join(self._argument()), "fn", word=True)]

    def _stacked(self, name: str) -> list[Piece]:
        """Read overset, underset and stackrel as the base with a script."""
        over = self._argument()
        base = self._argument()
        text, _ = script(over, raised=name != "underset")
        first = base[0] if len(base) == 1 else Piece(join(base))
        return [Piece(first.text + text, first.kind, word=text[-1:].isalnum())]

    def _brace(self, name: str) -> list[Piece]:
        self.fits = False
        text = join(self._argument())
        return [Piece(f"({text})" if " " in text else text)]

    def _arrow(self, name: str) -> list[Piece]:
        self.fits = False
        self._optional()
        text, _ = script(self._argument(), raised=True)
        return [Piece(("→" if "right" in name else "←") + text, "rel")]

    def _negated(self, name: str) -> list[Piece]:
        pieces = self._argument()
        if not pieces:
            return []
        return [Piece(unicodedata.normalize("NFC", pieces[0].text + "\u0338"), "rel"), *pieces[1:]]

    def _second(self, name: str) -> list[Piece]:
        self._raw_argument()
        return self._argument()

    def _modulus(self, name: str) -> list[Piece]:
        return [Piece(" ", "space"), Piece(f"(mod {join(self._argument())})")]

    def _environment(self, name: str) -> list[Piece]:
        """Read a matrix, cases or aligned lines as `a, b; c, d`: readable, though the layout is lost."""
        self.fits = False
        kind = self._raw_argument().strip() if name == "begin" else "substack"
        if kind == "array" and self._peek() == "{":
            self._raw_argument()
        if name == "substack" and self._peek() == "{":
            self._next()
        rows: list[list[str]] = [[]]
        while self._depth < _MAX_DEPTH and (self._peek() not in ("", "}", r"\end") or not rows[0]):
            self._depth += 1
            rows[-1].append(join(self._row(("&", r"\\"))))
            self._depth -= 1
            if self._peek() == r"\\":
                rows.append([])
            if self._peek() in ("&", r"\\"):
                self._next()
        if self._peek() == r"\end":
            self._next()
            self._raw_argument()
        elif self._peek() == "}":
            self._next()
        aligned = not ("matrix" in kind or "cases" in kind or kind == "array")
        lines = [(" " if aligned else ", ").join(cell for cell in row if cell) for row in rows]
        text = "; ".join(line for line in lines if line)
        return [Piece(text if aligned else f"{{{text}}}" if "cases" in kind else f"[{text}]")]


def _delimiter(lexeme: str) -> Piece:
    if lexeme in symbols.OPEN:
        return Piece(symbols.OPEN[lexeme], "open")
    return Piece(symbols.CLOSE[lexeme], "close")


_TABLES: tuple[tuple[dict[str, str], Kind], ...] = (
    (symbols.ORDINARY, "ord"),
    (symbols.BINARY, "bin"),
    (symbols.RELATION, "rel"),
    (symbols.BIG, "big"),
    (symbols.PUNCTUATION, "punct"),
)
_HANDLERS: dict[str, Callable[[Formula, str], list[Piece]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac"), Formula._fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), Formula._binomial),
    **dict.fromkeys(("overset", "underset", "stackrel"), Formula._stacked),
    **dict.fromkeys(("underbrace", "overbrace"), Formula._brace),
    **dict.fromkeys(("xrightarrow", "xleftarrow"), Formula._arrow),
    **dict.fromkeys(("textcolor", "colorbox"), Formula._second),
    **dict.fromkeys(("begin", "substack"), Formula._environment),
    **dict.fromkeys(("operatorname", "operatorname*"), Formula._operator),
    "sqrt": Formula._root,
    "mathrm": Formula._roman,
    "not": Formula._negated,
    "pmod": Formula._modulus,
}
