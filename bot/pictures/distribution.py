"""The chart of a reveal: how many chose each option, with the right one marked by colour and a tick."""

from PIL import Image, ImageDraw

from bot.pictures import canvas
from bot.pictures.text import Fonts
from bot.pictures.values import Bar, DistributionCard

WIDTH, MARGIN = 760, 28
HEADER, ROW, FOOT = 76, 74, 52  # px
LEFT, RIGHT = MARGIN + 48, WIDTH - MARGIN - 130
HEIGHT_OF_BAR = 20
TICK = 22


def size(card: DistributionCard) -> tuple[int, int]:
    """Return width and height of the card."""
    return WIDTH, HEADER + ROW * len(card.bars) + FOOT


def draw(card: DistributionCard, fonts: Fonts) -> bytes:
    """Draw the card as a PNG."""
    image = canvas.ground(*size(card))
    inner = WIDTH - 2 * MARGIN
    fonts.draw(image, (MARGIN, 48), fonts.cut(card.title, 28, inner, bold=True), 28, canvas.FOREGROUND, bold=True)
    total = sum(bar.answers for bar in card.bars)
    for number, bar in enumerate(card.bars):
        _bar(image, fonts, bar, total, HEADER + number * ROW)
    bottom = HEADER + ROW * len(card.bars)
    fonts.draw(image, (MARGIN, bottom + 26), fonts.cut(card.footer, 20, inner), 20, canvas.MUTED)
    return canvas.png(image)


def _bar(image: Image.Image, fonts: Fonts, bar: Bar, total: int, top: int) -> None:
    share = bar.answers / total if total else 0.0
    colour = canvas.GREEN if bar.right else canvas.MUTED
    letter = canvas.FOREGROUND if bar.right else canvas.MUTED
    fonts.draw(image, (MARGIN + 14, top + 42), bar.letter, 28, letter, bold=True, align=0.5)
    words = canvas.FOREGROUND if bar.right else canvas.MUTED
    room = WIDTH - MARGIN - LEFT - (TICK + 10 if bar.right else 0)
    text = fonts.cut(bar.text, 21, room, bold=bar.right)
    fonts.draw(image, (LEFT, top + 24), text, 21, words, bold=bar.right)
    if bar.right:
        _tick(image, LEFT + fonts.width(text, 21, bold=True) + 10, top + 6)
    y = top + 36
    canvas.box(image, LEFT, y, RIGHT, y + HEIGHT_OF_BAR, 8, canvas.RAISED)
    if bar.answers:
        canvas.box(image, LEFT, y, LEFT + max(share * (RIGHT - LEFT), 16), y + HEIGHT_OF_BAR, 8, colour)
    figure = f"{share:.0%}"
    fonts.draw(image, (RIGHT + 72, y + 18), figure, 24, letter, bold=True, align=1)
    digits = 20 if bar.answers < 10_000 else 14
    fonts.draw(image, (WIDTH - MARGIN, y + 18), str(bar.answers), digits, canvas.MUTED, align=1)


def _tick(image: Image.Image, left: float, top: float) -> None:
    """Draw the sign for right, for those who do not tell green from grey."""
    fine = 4
    mark = Image.new("L", (TICK * fine, TICK * fine))
    points = [(0.12, 0.55), (0.4, 0.82), (0.88, 0.2)]
    pen = ImageDraw.Draw(mark)
    pen.line([(x * mark.width, y * mark.height) for x, y in points], 255, 3 * fine, joint="curve")
    image.paste(canvas.GREEN, (round(left), round(top)), mark.resize((TICK, TICK), Image.Resampling.BOX))
