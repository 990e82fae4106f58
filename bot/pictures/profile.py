"""The profile card: a member's figures, a radar of topics, and a year of answers day by day."""

import math
from datetime import timedelta

from PIL import Image, ImageDraw

from bot.pictures import canvas
from bot.pictures.text import Fonts
from bot.pictures.values import WEEKS, ProfileCard, TopicShare, year_start

WIDTH, MARGIN = 928, 32
HEADER, RADAR, YEAR = 212, 500, 214  # px
AVATAR = 76
RADIUS, LABEL_WIDTH, LABEL = 176, 212, 20
FINE = 2  # Pillow does not smooth lines: the radar is drawn this much larger and shrunk
CELL, STEP = 13, 16
# Most answers for each shade but the strongest; 0 is a day without any.
SHADES = ((0, canvas.RAISED), (1, "#3a4170"), (4, "#4b569e"), (9, "#6371d6"))
STRONGEST = "#98a4ff"


def size(card: ProfileCard) -> tuple[int, int]:
    """Return width and height of the card."""
    return WIDTH, HEADER + (RADAR if card.topics else 0) + YEAR


def draw(card: ProfileCard, fonts: Fonts) -> bytes:
    """Draw the card as a PNG."""
    image = canvas.ground(*size(card))
    _header(image, fonts, card)
    if card.topics:
        _radar(image, fonts, card.topics)
    _year(image, fonts, card, HEADER + (RADAR if card.topics else 0))
    return canvas.png(image)


def _header(image: Image.Image, fonts: Fonts, card: ProfileCard) -> None:
    canvas.avatar(image, fonts, (MARGIN, 34), AVATAR, card.person)
    left = MARGIN + AVATAR + 24
    name = fonts.name(card.person.name, card.person.fallback)
    name = fonts.cut(name, 38, WIDTH - MARGIN - left, bold=True)
    fonts.draw(image, (left, 85), name, 38, canvas.FOREGROUND, bold=True)
    column = (WIDTH - 2 * MARGIN) / max(len(card.facts), 1)
    for number, (label, value) in enumerate(card.facts):
        x = MARGIN + number * column
        fonts.draw(image, (x, 158), fonts.cut(value, 25, column - 12, bold=True), 25, canvas.FOREGROUND, bold=True)
        fonts.draw(image, (x, 186), fonts.cut(label, 18, column - 12), 18, canvas.MUTED)


def _radar(image: Image.Image, fonts: Fonts, topics: tuple[TopicShare, ...]) -> None:
    middle = (WIDTH // 2, HEADER + RADAR // 2)
    side = 2 * (RADIUS + 8)
    fine = Image.new("RGB", (side * FINE, side * FINE), canvas.BACKGROUND)
    _web(fine, topics)
    shrunk = fine.resize((side, side), Image.Resampling.BOX)
    image.paste(shrunk, (middle[0] - side // 2, middle[1] - side // 2))
    for number, topic in enumerate(topics):
        _label(image, fonts, topic, middle, _angle(number, len(topics)))


def _angle(number: int, count: int) -> float:
    """Clockwise from the top."""
    return 2 * math.pi * number / count - math.pi / 2


def _web(image: Image.Image, topics: tuple[TopicShare, ...]) -> None:
    """Draw rings, spokes and the member's shape. A topic without answers is passed over: it is not a zero."""
    pen, centre, count = ImageDraw.Draw(image), image.width / 2, len(topics)

    def point(number: int, share: float) -> tuple[float, float]:
        reach, angle = share * RADIUS * FINE, _angle(number, count)
        return centre + reach * math.cos(angle), centre + reach * math.sin(angle)

    for ring in (0.25, 0.5, 0.75, 1.0):
        reach = ring * RADIUS * FINE
        colour = canvas.FAINT if ring == 1.0 else canvas.RAISED
        pen.ellipse((centre - reach, centre - reach, centre + reach, centre + reach), outline=colour, width=FINE)
    for number in range(count):
        pen.line((centre, centre, *point(number, 1.0)), canvas.RAISED, FINE)
    reached = [point(number, topic.share) for number, topic in enumerate(topics) if topic.share is not None]
    if len(reached) > 2:
        shape = Image.new("L", image.size)
        ImageDraw.Draw(shape).polygon(reached, fill=90)
        image.paste(canvas.ACCENT, (0, 0), shape)
        pen.line([*reached, reached[0]], canvas.ACCENT, 3 * FINE, joint="curve")
    else:
        for x, y in reached:
            pen.line((centre, centre, x, y), canvas.ACCENT, 3 * FINE)
    dot = 5 * FINE
    for x, y in reached:
        pen.ellipse((x - dot, y - dot, x + dot, y + dot), fill=canvas.FOREGROUND)


def _label(image: Image.Image, fonts: Fonts, topic: TopicShare, middle: tuple[int, int], angle: float) -> None:
    """Write name and figures outside the ring: centred above and below it, away from it at the sides."""
    across, down = math.cos(angle), math.sin(angle)
    x, y = middle[0] + (RADIUS + 22) * across, middle[1] + (RADIUS + 30) * down
    align = 0.5 if abs(across) < 0.2 else 0.0 if across > 0 else 1.0
    colour = canvas.FOREGROUND if topic.share is not None else canvas.MUTED
    lines = _wrapped(fonts, topic.name)
    baseline = y + 6 - (len(lines) * 24) / 2
    for number, line in enumerate(lines):
        fonts.draw(image, (x, baseline + 24 * number), line, LABEL, colour, align=align)
    detail = fonts.cut(topic.detail, 18, LABEL_WIDTH)
    fonts.draw(image, (x, baseline + 24 * len(lines)), detail, 18, canvas.MUTED, align=align)


def _wrapped(fonts: Fonts, name: str) -> list[str]:
    """Return the name in one line or, broken at a space, in two."""
    if fonts.width(name, LABEL) <= LABEL_WIDTH:
        return [name]
    words = name.split(" ")
    kept = 1
    while kept < len(words) and fonts.width(" ".join(words[: kept + 1]), LABEL) <= LABEL_WIDTH:
        kept += 1
    lines = [" ".join(words[:kept]), " ".join(words[kept:])]
    return [fonts.cut(line, LABEL, LABEL_WIDTH) for line in lines if line]


def _year(image: Image.Image, fonts: Fonts, card: ProfileCard, top: int) -> None:
    """Draw a column per week, Monday on top, the week of today last."""
    answers = dict(card.days)
    first = year_start(card.today)
    left, grid = (WIDTH - WEEKS * STEP) // 2, top + 62
    fonts.draw(image, (left, top + 20), fonts.cut(card.year_title, 22, WEEKS * STEP), 22, canvas.FOREGROUND)
    named = first - timedelta(days=1)
    for week in range(WEEKS):
        monday = first + timedelta(weeks=week)
        # A month is named above the week of its first Monday; the last one only if its name has room.
        if monday.month != named.month and monday.day <= 7 and week < WEEKS - 2:
            fonts.draw(image, (left + week * STEP, grid - 9), card.month_names[monday.month - 1], 16, canvas.MUTED)
        named = monday
        for weekday in range(7):
            day = monday + timedelta(days=weekday)
            if day <= card.today:
                x, y = left + week * STEP, grid + weekday * STEP
                canvas.box(image, x, y, x + CELL, y + CELL, 3, _shade(answers.get(day, 0)))


def _shade(answers: int) -> str:
    return next((colour for most, colour in SHADES if answers <= most), STRONGEST)
