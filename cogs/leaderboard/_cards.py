"""Boards and profiles as pictures beside the text, which says the same: who sees no pictures misses nothing."""

import io
from collections.abc import Mapping

import discord

from bot.domain.boards import Ranking, Standing
from bot.pictures.names import clean
from bot.pictures.values import BoardRow, Card, LeaderboardCard, Person, ProfileCard, TopicShare
from bot.services.leaderboard import Profile, Progress
from cogs._shared.context import Context
from cogs._shared.render import cut, text
from cogs.leaderboard._messages import answers_in_year, board_period, board_title, is_own, percent

ALT_LIMIT = 1024


def shown(ranking: Ranking) -> list[Standing]:
    """Return the standings that a board shows: its top, and the reader's own when it is further down."""
    further = ranking.own is not None and not any(is_own(ranking, standing) for standing in ranking.top)
    return [*ranking.top, *([ranking.own] if ranking.own is not None and further else [])]


def board_card(context: Context, ranking: Ranking, people: Mapping[int, Person]) -> LeaderboardCard:
    """Return the card of a board."""
    rows = tuple(
        BoardRow(
            people[standing.user_id],
            standing.rank,
            context.t("leaderboard.points", count=standing.points),
            context.t("leaderboard.detail", right=standing.right, answers=standing.answers),
            own=is_own(ranking, standing),
        )
        for standing in shown(ranking)
    )
    top = len(ranking.top)
    below = rows[top] if len(rows) > top else None
    return LeaderboardCard(board_title(context, ranking), board_period(context, ranking), rows[:top], below)


def profile_card(context: Context, profile: Profile, progress: Progress, person: Person) -> ProfileCard:
    """Return the card of the reader's own profile; without the counts of right answers it has no radar."""
    facts = []
    for window in ("week", "month", "all"):
        standing, name = profile.standings[window], context.t(f"choices.window.{window}")
        if standing is None:
            facts.append((name, "—"))
        else:
            label = context.t("profile.rank", window=name, rank=standing.rank)
            facts.append((label, context.t("leaderboard.points", count=standing.points)))
    facts.append((context.t("profile.streak"), context.t("profile.days", count=profile.streak)))
    topics: list[TopicShare] = []
    if profile.answers is not None and profile.right is not None:
        facts.append((context.t("profile.accuracy"), percent(profile.right, profile.answers)))
        tree = context.bot.services.bank.topics
        for path, (answers, right) in progress.topics.items():
            share = right / answers if answers else None
            detail = f"{percent(right, answers)} · {right}/{answers}" if answers else "—"
            topics.append(TopicShare(text(tree.name(path), context.language), share, detail))
    return ProfileCard(
        person=person,
        facts=tuple(facts),
        topics=tuple(topics) if len(topics) > 2 else (),
        days=tuple(sorted(progress.days.items())),
        today=progress.today,
        year_title=f"{context.t('profile.year')} · {answers_in_year(context, progress)}",
        month_names=tuple(context.t("profile.months").split()),
    )


def board_alt(card: LeaderboardCard) -> str:
    """Say a board in words."""
    rows = [*card.rows, *([card.below] if card.below else [])]
    return f"{card.title}: " + "; ".join(f"{row.rank}. {clean(row.person.name)} {row.points}" for row in rows)


def profile_alt(card: ProfileCard) -> str:
    """Say a profile in words."""
    said = [f"{label} {value}" for label, value in card.facts]
    said += [f"{topic.name} {topic.detail}" for topic in card.topics if topic.share is not None]
    return f"{clean(card.person.name)}: " + "; ".join([*said, card.year_title])


async def as_file(context: Context, card: Card, name: str, alt: str) -> list[discord.File]:
    """Draw a card as the attachment of a message; none if it cannot be drawn."""
    png = await context.bot.pictures.png(card)
    return [] if png is None else [discord.File(io.BytesIO(png), f"{name}.png", description=cut(alt, ALT_LIMIT))]
