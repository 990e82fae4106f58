"""No column with a member's id is forgotten: not in an export, not in an erasure."""

from sqlalchemy import BigInteger

from bot.storage.tables import metadata
from bot.storage.traces import TRACES, Fate

# Columns with numbers of that size that are no member's id, by name.
OTHER_IDS = {
    "id": "a row of this database",
    "amends_id": "an entry of the ledger",
    "application_id": "the bot itself",
    "attempt_id": "an attempt",
    "context_id": "a delivery or a quiz session",
    "ledger_id": "an entry of the ledger",
    "session_id": "a quiz session",
    "slot_id": "a slot",
    "team_id": "a team",
    "guild_id": "a server",
    "channel_id": "a channel",
    "admin_channel_id": "a channel",
    "message_id": "the bot's own message",
    "reveal_message_id": "the bot's own message",
    "correction_message_id": "the bot's own message",
    "mention_role_id": "a role",
    "role_id": "a role",
}
# Tables that say nothing of any one member.
IMPERSONAL = {
    "board_histogram": "counts of members",
    "command_registrations": "the bot's own",
    "deliveries": "what was posted",
    "erasures": "hashes; that they stay is what they are for",
    "guilds": "settings of a server",
    "heartbeats": "processes of the bot",
    "item_revisions": "texts of exercises",
    "notices": "what the admins of a channel were told",
    "secrets": "keys",
    "slots": "what was due",
    "team_scores": "sums over members",
}
# Tables whose rows are found through another one.
WITHIN = {"quiz_items": "quiz_sessions"}
# What an export leaves out of a row about the member.
LEFT_OUT = {("team_invitations", "invited_by"): "another member's id"}


def test_every_column_that_may_hold_a_members_id_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, BigInteger) and column.name not in OTHER_IDS
    }
    assert found == {(trace.column.table.name, trace.column.name) for trace in TRACES}


def test_every_table_is_in_the_export_or_has_a_reason_not_to_be() -> None:
    exported = {trace.column.table.name for trace in TRACES} | set(WITHIN)
    assert exported | set(IMPERSONAL) == set(metadata.tables)
    assert not exported & set(IMPERSONAL)


def test_rows_about_a_member_are_exported_whole() -> None:
    for trace in TRACES:
        table = trace.column.table
        if trace.fate in (Fate.GOES, Fate.POINTS, Fate.COUNTED):
            left_out = {trace.column.name} | {column for name, column in LEFT_OUT if name == table.name}
            assert {*trace.shown} | left_out == set(table.columns.keys()), trace.section


def test_no_section_shows_another_members_id_and_none_stands_for_two_things() -> None:
    ids = {trace.column.name for trace in TRACES}
    assert not [trace.section for trace in TRACES if ids & {*trace.shown}]
    assert len({trace.section for trace in TRACES}) == len(TRACES)
