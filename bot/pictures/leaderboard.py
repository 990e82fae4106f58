"""The leaderboard card: places, pictures, names, points."""

from PIL import Image, ImageDraw

from bot.pictures import canvas
from bot.pictures.text import Fonts
from bot.pictures.values import BoardRow, LeaderboardCard

WIDTH, MARGIN = 900, 28
HEADER, ROW, GAP, FOOT = 104, 68, 30, 20  # px; GAP stands for the rows that are left out
AVATAR = 48
NAME_LEFT, NAME_RIGHT, POINTS_RIGHT = 168, 610, WIDTH - MARGIN - 16


def size(card: LeaderboardCard) -> tuple[int, int]:
    """Return width and height of the card."""
    return WIDTH, HEADER + ROW * (len(card.rows) + len(card.below)) + _gap(card) + FOOT


def draw(card: LeaderboardCard, fonts: Fonts) -> bytes:
    """Draw the card as a PNG."""
    image = canvas.ground(*size(card))
    inner = WIDTH - 2 * MARGIN
    fonts.draw(image, (MARGIN, 52), fonts.cut(card.title, 34, inner, bold=True), 34, canvas.FOREGROUND, bold=True)
    fonts.draw(image, (MARGIN, 84), fonts.cut(card.subtitle, 21, inner), 21, canvas.MUTED)
    top = _rows(image, fonts, card.rows, HEADER)
    gap = _gap(card)
    if gap:
        for dot in (-14, 0, 14):
            x, y = NAME_LEFT + 20 + dot, top + GAP / 2
            canvas.box(image, x - 3, y - 3, x + 3, y + 3, 3, canvas.MUTED)
    _rows(image, fonts, card.below, top + gap)
    return canvas.png(image)


def _gap(card: LeaderboardCard) -> int:
    return GAP if card.gap and card.below else 0


def _rows(image: Image.Image, fonts: Fonts, rows: tuple[BoardRow, ...], top: int) -> int:
    """Draw rows below each other, with lines between them; return where they end."""
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        if number and not row.own and not rows[number - 1].own:
            pen.line((NAME_LEFT, top, POINTS_RIGHT, top), canvas.RAISED)
        _row(image, fonts, row, top)
        top += ROW
    return top


def _row(image: Image.Image, fonts: Fonts, row: BoardRow, top: int) -> None:
    middle, baseline = top + ROW // 2, top + ROW // 2 + 10
    if row.own:
        canvas.box(image, MARGIN - 12, top + 3, WIDTH - MARGIN + 12, top + ROW - 3, 12, canvas.RAISED)
        canvas.box(image, MARGIN - 12, top + 14, MARGIN - 7, top + ROW - 14, 2, canvas.ACCENT)
    if row.rank is None:
        fonts.draw(image, (MARGIN + 28, middle + 9), "–", 24, canvas.MUTED, align=0.5)
    elif row.rank <= len(canvas.MEDALS):
        canvas.box(image, MARGIN + 8, middle - 20, MARGIN + 48, middle + 20, 20, canvas.MEDALS[row.rank - 1])
        fonts.draw(image, (MARGIN + 28, middle + 9), str(row.rank), 24, "#1e1f22", bold=True, align=0.5)
    else:
        digits = 24 if row.rank < 1_000 else 18 if row.rank < 100_000 else 14
        fonts.draw(image, (MARGIN + 28, middle + digits * 0.36), str(row.rank), digits, canvas.MUTED, align=0.5)
    canvas.avatar(image, fonts, (104, middle - AVATAR // 2), AVATAR, row.person)
    name = fonts.name(row.person.name, row.person.fallback)
    name = fonts.cut(name, 28, NAME_RIGHT - NAME_LEFT, bold=row.own)
    fonts.draw(image, (NAME_LEFT, baseline), name, 28, canvas.FOREGROUND, bold=row.own)
    room = POINTS_RIGHT - NAME_RIGHT - 12
    fonts.draw(
        image,
        (POINTS_RIGHT, middle),
        fonts.cut(row.points, 26, room, bold=True),
        26,
        canvas.FOREGROUND,
        bold=True,
        align=1,
    )
    fonts.draw(image, (POINTS_RIGHT, middle + 24), fonts.cut(row.detail, 18, room), 18, canvas.MUTED, align=1)
