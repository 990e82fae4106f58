"""A member of whom something stands in every table that can hold anything on one."""

from datetime import datetime, timedelta

from bot.storage import Database
from tests.storage.rows import NOON, put

# As long as Discord's, so that they are found wherever they stand.
ANN, BEN, CLEO = 711_111_111_111_111_111, 722_222_222_222_222_222, 733_333_333_333_333_333
HOME, AWAY = 811_111_111_111_111_111, 822_222_222_222_222_222
CHANNEL = 911_111_111_111_111_111
TEAM = 41


async def fill(database: Database, user: int, *, other: int, at: datetime = NOON, name: str = "q") -> None:
    """Put rows on a member into every table, in the server HOME; `other` is whoever else has to do with them."""
    await put(database, "member_settings", user_id=user, language="zh", updated_at=at)
    await put(
        database, "memberships", guild_id=HOME, user_id=user, name=f"name of {user}", first_seen_at=at, last_seen_at=at
    )
    revision, item_id = f"{name} text", f"{name}.one"
    await put(database, "item_revisions", hash=revision, item_id=item_id, json={"key": "secret"}, created_at=at)
    session = await put(
        database, "quiz_sessions", guild_id=HOME, user_id=user, mode="solo", state="finished", created_at=at
    )
    item = {"question_id": name, "item_id": f"{name}.one", "revision": revision}
    await put(database, "quiz_items", session_id=session, position=0, **item, answered_at=at, points=3)
    attempt = await put(
        database,
        "attempts",
        **item,
        context_kind="quiz",
        context_id=session,
        guild_id=HOME,
        channel_id=CHANNEL,
        user_id=user,
        options=["a"],
        share_numerator=1,
        share_denominator=3,
        answered_at=at,
        changed_at=at,
    )
    await put(
        database,
        "review_logs",
        user_id=user,
        question_id=name,
        item_id=f"{name}.one",
        attempt_id=attempt,
        rating=3,
        reviewed_at=at,
    )
    await put(database, "cards", user_id=user, question_id=name, last_review_at=at, due_at=at + timedelta(days=3))
    await _points(database, user, item, attempt, at)
    team = await put(
        database,
        "teams",
        guild_id=HOME,
        name=f"team {name}",
        name_key=name,
        captain_id=user,
        created_by=user,
        state="active",
        open=True,
        created_at=at,
    )
    await put(database, "team_members", guild_id=HOME, user_id=user, team_id=team, via="joined", joined_at=at)
    await put(database, "team_departures", guild_id=HOME, user_id=user, team_id=team, removed=True, left_at=at)
    await put(database, "team_invitations", team_id=team, user_id=other, invited_by=user, created_at=at)
    theirs = await put(
        database,
        "teams",
        guild_id=HOME,
        name="theirs",
        name_key=f"{name} invites",
        created_by=other,
        state="active",
        open=False,
        created_at=at,
    )
    await put(database, "team_invitations", team_id=theirs, user_id=user, invited_by=other, created_at=at)
    await put(
        database, "schedules", channel_id=user + len(name), guild_id=HOME, created_by=user, created_at=at, updated_at=at
    )
    await put(
        database,
        "seasons",
        guild_id=user + len(name),
        number=1,
        started_by=user,
        ended_by=user,
        started_at=at,
        ended_at=at,
    )
    await put(
        database,
        "audit_entries",
        guild_id=HOME,
        actor_id=user,
        subject_id=other,
        action="points.void",
        reason=f"by {name}",
        created_at=at,
    )
    await put(
        database,
        "audit_entries",
        guild_id=HOME,
        actor_id=other,
        subject_id=user,
        action="points.void",
        reason=f"about {name}",
        created_at=at,
    )


async def _points(database: Database, user: int, item: dict[str, str], attempt: int | None, at: datetime) -> None:
    common = item | {"guild_id": HOME, "channel_id": CHANNEL, "user_id": user, "topic": "basics", "written_at": at}
    first = await put(
        database,
        "ledger",
        **common,
        key=f"quiz:{HOME}:0:{item['item_id']}:{user}",
        attempt_id=attempt,
        points=3,
        source="quiz",
        reason="partly",
        occurred_at=at,
    )
    await put(
        database,
        "ledger",
        **common,
        key=f"void:{user}",
        points=-3,
        answers=-1,
        amends_id=first,
        source="quiz",
        reason="voided",
        occurred_at=at,
    )
    await put(
        database,
        "ledger",
        **common,
        key=f"daily:7:{user}",
        points=10,
        right=1,
        team_id=TEAM,
        source="daily",
        reason="right",
        occurred_at=at,
    )
    board = {"guild_id": HOME, "window": "all", "period": "", "topic": "", "user_id": user}
    await put(database, "board_scores", **board, points=10, answers=1, right=1, reached_at=at)
    await put(database, "team_contributions", **board, team_id=TEAM, points=10, answers=1, right=1)
