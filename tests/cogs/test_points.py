"""`/points`: for admins only, private, in both languages; histories, taking back and giving again, the trail, flags."""

import random

import discord
import pytest

from .banks import make_quiz_bank
from .quizzing import answer_right, start
from .test_leaderboard import HOSTILE, board, let_answer
from .world import by_prefix, everything, told

WHY = "copied from a friend"
AUTOCOMPLETE = 4


async def points(world, sub: str, actor=None, **options):
    return told(await world.slash(actor or world.admin, f"points {sub}", **options))


async def amend(world, verb: str, event: object, reason: str = WHY, actor=None):
    return await points(world, verb, actor, event=str(event), reason=reason)


def event_of(world, member, reason: str = "%") -> int:
    return world.sql("SELECT id FROM ledger WHERE user_id = ? AND reason LIKE ?", member.id, reason)[0][0]


def lines(message) -> list[str]:
    return message.embeds[0].description.splitlines()


def fill_history(world, member, events: int) -> None:
    """Write events as a member with very many has them."""
    import sqlite3

    with sqlite3.connect(world.file) as connection:
        connection.executemany(
            "INSERT INTO ledger (key, guild_id, user_id, source, question_id, item_id, revision, topic, season,"
            " local_date, points, answers, right, reason, occurred_at)"
            " VALUES (?, ?, ?, 'quiz', 'warm-up', 'warm-up.a', 'r', 'basics/overview', 0, '2026-11-20', 1, 1, 1,"
            " 'right', '2026-11-20 08:00:00.000000')",
            [(f"test:{number}", world.guild.id, member.id) for number in range(events)],
        )


# ----------------------------------------------------------------- only admins


async def test_only_admins_may(local_world):
    await let_answer(local_world, True)
    event = event_of(local_world, local_world.ann)
    before = local_world.stored()
    calls = {
        "history": {"member": local_world.ann},
        "void": {"event": str(event), "reason": WHY},
        "restore": {"event": str(event), "reason": WHY},
        "audit": {},
        "flags": {},
    }
    for sub, options in calls.items():
        refused = told(await local_world.command(local_world.ann, f"points {sub}", **options))
        assert refused.content == local_world.t("errors.admin_only"), sub
    # The buttons ask again: who was an admin when they were sent may be none now.
    for custom_id in (f"ph1:{local_world.ann.id}:1", "pu1:0:0"):
        refused = told(await local_world.press(local_world.ann, custom_id))
        assert refused.content == local_world.t("errors.admin_only"), custom_id
    assert local_world.stored() == before


async def test_nobody_else_is_offered_events(world):
    await let_answer(world, True)
    offered = {}
    for actor in (world.admin, world.ann):
        data = world._command_data("points void", {"event": "", "reason": WHY})
        data["options"][0]["options"][0]["focused"] = True
        sent = await world.send(actor, AUTOCOMPLETE, data)
        offered[actor.id] = [choice["value"] for choice in sent.autocomplete_choices or []]
    assert offered == {world.admin.id: [str(event_of(world, world.ann))], world.ann.id: []}


# --------------------------------------------------------------------- history


async def test_a_history_says_what_and_when_but_not_which_option(local_world):
    await let_answer(local_world, True, False)
    shown = await points(local_world, "history", member=local_world.ann)
    (line,) = lines(shown)
    (question,) = local_world.sql("SELECT question_id FROM deliveries")[0]
    event = event_of(local_world, local_world.ann)
    assert line.startswith(f"`#{event}` 2026-11-23 · {local_world.t('points.source.daily')} · `{question}` · **+10**")
    assert line.endswith(local_world.t("points.reason.right", of=None))
    assert shown.embeds[0].title == local_world.t("points.history.title", name="Ann")
    assert shown.embeds[0].footer.text == local_world.t("points.history.footer", page=1, pages=1)
    item = local_world.content.bank.find(question, None).items[0]
    assert not [o for o in item.options if o.text.zh in everything(shown) or o.text.en in everything(shown)]
    assert not by_prefix(shown, "ph1")


async def test_a_history_shows_what_was_taken_back_and_given_again(local_world):
    await let_answer(local_world, True)
    event = event_of(local_world, local_world.ann)
    await amend(local_world, "void", event)
    newest, oldest = lines(await points(local_world, "history", member=local_world.ann))
    assert "**-10**" in newest
    assert newest.endswith(local_world.t("points.reason.voided", of=event))
    assert oldest.endswith(f"**{local_world.t('points.history.voided')}**")
    await amend(local_world, "restore", event)
    newest, _, oldest = lines(await points(local_world, "history", member=local_world.ann))
    assert newest.endswith(local_world.t("points.reason.restored", of=event))
    assert local_world.t("points.history.voided") not in oldest


async def test_a_history_is_paged_by_buttons_that_outlive_a_restart(local_world):
    fill_history(local_world, local_world.ann, 25)
    shown = await points(local_world, "history", member=local_world.ann)
    pages = [lines(shown)]
    await local_world.restart()
    for number in (2, 3):
        _newer, older = by_prefix(shown, "ph1")
        shown = told(await local_world.admin.click(shown, custom_id=older))
        pages.append(lines(shown))
        assert shown.embeds[0].footer.text == local_world.t("points.history.footer", page=number, pages=3)
    assert [len(page) for page in pages] == [10, 10, 5]
    assert len({line for page in pages for line in page}) == 25
    shown = told(await local_world.admin.click(shown, custom_id=by_prefix(shown, "ph1")[0]))
    assert lines(shown) == pages[1]
    for page in (3, 9_999):
        assert lines(await points(local_world, "history", member=local_world.ann, page=page)) == pages[2]


async def test_who_has_nothing_has_an_empty_history(local_world):
    shown = await points(local_world, "history", member=local_world.members[5])
    assert shown.embeds[0].description == local_world.t("points.history.empty")
    assert shown.embeds[0].title == local_world.t("points.history.title", name="Fay")


@pytest.mark.parametrize(
    "custom_id",
    ["ph1", "ph1:7", "ph1:7:-1", "ph1:x:1", "ph1:7:1:1", f"ph1:{2**63}:1", "pu1:0", "pu1:-1:0", "pu1::", "pu1:٣:0"],
)
async def test_a_made_up_button_is_refused(world, custom_id):
    refused = told(await world.press(world.admin, custom_id))
    assert refused.content == world.t("errors.button.stale")


async def test_a_page_of_somebody_elsewhere_is_empty(world):
    fill_history(world, world.ann, 1)
    shown = told(await world.press(world.admin, f"ph1:{world.ann.id + 1}:{2**63 - 1}"))
    assert shown.embeds[0].description == world.t("points.history.empty")
    assert world.t("points.unknown", id=world.ann.id + 1) in shown.embeds[0].title


# --------------------------------------------------------------- void, restore


async def test_voiding_says_what_changed_and_the_board_follows(local_world):
    await let_answer(local_world, True, True)
    event = event_of(local_world, local_world.ann)
    (question,) = local_world.sql("SELECT question_id FROM deliveries")[0]
    said = (await amend(local_world, "void", f" #{event} ")).content
    told_by = {
        "events": f"#{event}",
        "points": local_world.t("leaderboard.points", count=10),
        "name": "Ann",
        "source": local_world.t("points.source.daily"),
        "date": "2026-11-23",
        "question": question,
    }
    assert said == f"{local_world.t('points.void.done', **told_by)}\n-# {local_world.t('points.void.after')}"
    ranked = (await board(local_world, local_world.ben)).embeds[0].description
    assert "Ann" not in ranked
    assert "Ben" in ranked
    said = (await amend(local_world, "restore", event)).content
    assert said == local_world.t("points.restore.done", **told_by)
    assert "Ann" in (await board(local_world, local_world.ben)).embeds[0].description
    assert not local_world.posts()[3:], "nobody is told in public"


async def test_what_cannot_be_amended_is_one_clear_sentence(local_world):
    await let_answer(local_world, True)
    event = event_of(local_world, local_world.ann)
    t = local_world.t
    assert (await amend(local_world, "restore", event)).content == t("errors.points.not_voided", id=event)
    await amend(local_world, "void", event)
    assert (await amend(local_world, "void", event)).content == t("errors.points.voided", id=event)
    taken = event_of(local_world, local_world.ann, "voided")
    for verb in ("void", "restore"):
        said = (await amend(local_world, verb, taken)).content
        assert said == t("errors.points.amendment", id=taken, of=event)
        assert (await amend(local_world, verb, 987_654)).content == t("errors.points.unknown", id=987_654)
        for typed in ("Ann", "-1", "#", "1.5", "9" * 30, str(2**63)):
            said = (await amend(local_world, verb, typed)).content
            assert said == t("errors.points.bad_event", text=typed)
        assert (await amend(local_world, verb, event, reason="  ")).content == t("errors.points.no_reason")


async def test_two_admins_at_once_are_told_apart(world):
    await let_answer(world, True)
    event = event_of(world, world.ann)
    sent = await world.all_command([world.admin, world.admin], "points void", event=str(event), reason=WHY)
    said = sorted(told(one).content.splitlines()[0][:5] for one in sent)
    assert len(set(said)) == 2
    assert world.sql("SELECT COUNT(*) FROM ledger WHERE reason = 'voided'") == [(1,)]


async def test_events_are_offered_in_the_language_of_the_client(local_world):
    await let_answer(local_world, True, False)
    (question,) = local_world.sql("SELECT question_id FROM deliveries")[0]
    event = event_of(local_world, local_world.ben)
    offered = await local_world.admin.autocomplete(local_world.channel, "points void", "event", "be")
    assert [choice["value"] for choice in offered] == [str(event)]
    assert offered[0]["name"] == local_world.t(
        "points.choice",
        id=event,
        name="Ben",
        source=local_world.t("points.source.daily"),
        date="2026-11-23",
        question=question,
        points=local_world.t("leaderboard.points", count=2),
    )
    assert not await local_world.admin.autocomplete(local_world.channel, "points restore", "event", "")
    await amend(local_world, "void", event)
    offered = await local_world.admin.autocomplete(local_world.channel, "points restore", "event", "")
    assert [choice["value"] for choice in offered] == [str(event)]


@pytest.mark.parametrize("kind", ["markdown", "mentions", "everyone", "direction", "very long"])
async def test_hostile_names_and_reasons_are_text(world, kind):
    name, _ = HOSTILE[kind]
    member = world.guild.add_member(world.env.create_user("hostile", global_name=name))
    world.members.insert(0, member)
    await let_answer(world, True)
    event = event_of(world, member)
    replies = [
        await amend(world, "void", event, reason=name * 2),
        await points(world, "history", member=member),
        await points(world, "audit"),
        await points(world, "audit", member=member),
        await points(world, "flags"),
    ]
    for reply in replies:
        said = everything(reply)
        assert not {"\u202e", "\u202c", "\u2066", "\u2069", "\ufeff"} & set(said)
        assert "@everyone" not in said
        assert "[free](" not in said
        assert "**bold**" not in said.replace("\\*", "")
    offered = await world.admin.autocomplete(world.channel, "points restore", "event", "")
    assert all(len(choice["name"]) <= 100 for choice in offered)


# ----------------------------------------------------------------------- audit


async def test_the_trail_says_who_did_what_to_whom_when_and_why(local_world):
    await let_answer(local_world, True, True)
    first, second = event_of(local_world, local_world.ann), event_of(local_world, local_world.ben)
    assert (await points(local_world, "audit")).embeds[0].description == local_world.t("audit.nothing")
    await amend(local_world, "void", first)
    local_world.wait(minutes=5)
    await amend(local_world, "void", second, reason="two accounts")
    shown = lines(await points(local_world, "audit"))
    instant = discord.utils.format_dt(local_world.clock.now(), "f")
    what = local_world.t("audit.actions.void", event=second, member="Ben")
    assert shown[0] == local_world.t("audit.line", when=instant, actor="Admin", what=what)
    assert shown[1] == "-# two accounts"
    assert shown[3] == f"-# {WHY}"
    only = await points(local_world, "audit", member=local_world.ann)
    assert only.embeds[0].title == local_world.t("audit.title_of", name="Ann")
    assert lines(only) == shown[2:]


async def test_the_trail_is_paged(local_world):
    await let_answer(local_world, True)
    event = event_of(local_world, local_world.ann)
    for number in range(12):
        await amend(local_world, "restore" if number % 2 else "void", event, reason=f"number {number}")

    def numbers(message) -> list[int]:
        return [int(line.rpartition(" ")[2]) for line in lines(message) if line.startswith("-# ")]

    shown = await points(local_world, "audit")
    assert numbers(shown) == list(range(11, 1, -1))
    (older,) = by_prefix(shown, "pu1")
    await local_world.restart()
    shown = told(await local_world.admin.click(shown, custom_id=older))
    assert numbers(shown) == [1, 0]
    shown = told(await local_world.admin.click(shown, label=local_world.t("audit.newest")))
    assert numbers(shown) == list(range(11, 1, -1))


async def test_every_act_has_words(local_world):
    """Whatever is written into the trail can be read."""
    import sqlite3
    from typing import get_args

    from bot.domain.audits import AuditAction

    with sqlite3.connect(local_world.file) as connection:
        for action in get_args(AuditAction):
            connection.execute(
                "INSERT INTO audit_entries (guild_id, actor_id, action, subject_id, reason, created_at)"
                " VALUES (?, ?, ?, -5, '', '2026-11-23 08:00:00.000000')",
                [local_world.guild.id, local_world.admin.id, action],
            )
    shown = lines(await points(local_world, "audit"))
    assert len(shown) == len(get_args(AuditAction))
    assert local_world.t("points.erased") in "".join(shown)
    # Nobody has told the admin's name yet.
    assert local_world.t("points.unknown", id=local_world.admin.id) in shown[0]


# ----------------------------------------------------------------------- flags


async def test_flags_are_figures_with_where_to_look_and_no_verdict(make_world, locale):
    world = await make_world(bank=make_quiz_bank(), rng=random.Random(0), locale=locale)
    nothing = (await points(world, "flags")).embeds[0]
    assert nothing.description == world.t("points.flags.nothing")
    for _ in range(4):
        message = await start(world, questions=4)
        for position in range(4):
            message = await answer_right(world, message, position)
            if position < 3:
                message = told(await world.ann.click(message, custom_id=by_prefix(message, "qx1")[0]))
    shown = (await points(world, "flags")).embeds[0]
    look = "-# " + world.t("points.flags.look", id=world.ann.id)
    assert shown.description.splitlines() == [
        world.t("points.flags.intro"),
        "",
        f"__{world.t('points.flags.fast_title', seconds='2')}__",
        world.t("points.flags.fast", name="Ann", fast=16, answers=16, percent=100),
        look,
        "",
        f"__{world.t('points.flags.accounts_title')}__",
        world.t("points.flags.account", name="Ann", rank=1, window=world.t("choices.window.week"), count=0),
        look,
    ]
    assert shown.footer.text == world.t("points.flags.footer", days=30)
