"""Discord's block syntax: what one line means, and that empty lines stay empty. Knows nothing of simcord.

Discord's own client is the reference: it has no paragraphs, tables or indented code, and a line break is a line
break. Numbers at the start of a line stay as they are typed, which looks the same.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

Token = dict[str, Any]
# Turns text without block syntax into tokens, its line breaks into tokens `{"type": "break"}` in blocks of their own.
Inline = Callable[[str], list[Token]]

_CODE = re.compile(r"```(?:([A-Za-z0-9_+\-.#]+)\n)?\n*([^\n].*?)\n*```", re.DOTALL)
_QUOTE = re.compile(r" *> ?(?P<rest>.*)")
_REST_IS_QUOTE = re.compile(r"^ *>>> ", re.MULTILINE)
_SUBTEXT = re.compile(r"-# +(?P<rest>\S.*)")
_HEADING = re.compile(r"(?P<level>#{1,3}) +(?P<rest>\S.*)")
_BULLET = re.compile(r" *[-*] +(?P<rest>\S.*)")
_BREAK: Token = {"type": "inline", "children": [{"type": "break"}]}


def blocks(text: str, inline: Inline) -> list[Token]:
    """Return the tokens of a message's, an embed description's or a field value's text."""
    text = text.strip("\n")
    if not text:
        return []
    quoted = _REST_IS_QUOTE.search(text)
    if quoted:
        text = text[: quoted.start()] + "> " + text[quoted.end() :].replace("\n", "\n> ")
    groups = [(kind, list(group)) for kind, group in itertools.groupby(_lines(text), key=lambda line: line[0])]
    tokens: list[Token] = []
    for number, (kind, group) in enumerate(groups):
        parts = [part for _, part in group]
        if kind != "text":
            tokens += _block(kind, parts, inline)
            continue
        tokens += inline("\n".join(parts))
        if parts[-1] == "" and number + 1 < len(groups):
            # The break before a block only ends its line; a second one makes the empty line.
            tokens.append(_BREAK)
    return tokens


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    """Yield every line with its kind, and every code block as one line. Blocks take the line breaks next to them."""
    start = 0
    for code in _CODE.finditer(text):
        yield from _between(text[start : code.start()], after_code=start > 0, before_code=True)
        yield "code", (code[1], code[2])
        start = code.end()
    yield from _between(text[start:], after_code=start > 0, before_code=False)


def _between(text: str, *, after_code: bool, before_code: bool) -> Iterator[tuple[str, Any]]:
    lines = text.split("\n")
    if after_code and lines and lines[0] == "":
        lines = lines[1:]
    if before_code and lines and lines[-1] == "":
        lines = lines[:-1]
    for line in lines:
        for kind, syntax in (("quote", _QUOTE), ("subtext", _SUBTEXT), ("heading", _HEADING), ("bullet", _BULLET)):
            found = syntax.fullmatch(line)
            if found:
                yield kind, (len(found["level"]), found["rest"]) if kind == "heading" else found["rest"]
                break
        else:
            yield "text", line


def _block(kind: str, parts: list[Any], inline: Inline) -> list[Token]:
    if kind == "code":
        return [{"type": "code_block", "content": text, **({"language": name} if name else {})} for name, text in parts]
    if kind == "quote":
        return [{"type": "blockquote", "tag": "blockquote", "children": blocks("\n".join(parts), inline)}]
    if kind == "heading":
        return [{"type": "heading", "tag": f"h{level}", "children": inline(text)} for level, text in parts]
    if kind == "bullet":
        entries = [{"type": "list_item", "tag": "li", "children": inline(text)} for text in parts]
        return [{"type": "bullet_list", "tag": "ul", "children": entries}]
    return [
        {"type": "subtext", "children": [token for part in inline(text) for token in part["children"]]}
        for text in parts
    ]
