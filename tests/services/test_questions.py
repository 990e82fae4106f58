"""Looking questions up without spoiling an open daily question."""

import pytest

from tests.services.world import (
    DAY,
    EIGHT,
    GUILD,
    HOUR,
    NINE,
    OTHER_GUILD,
    MakeWorld,
    World,
    make_questions,
    reader,
    without_question,
)

IN_DM = None


async def open_question(world: World) -> str:
    """Post a question; member 7 has been seen in the server."""
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=True, now=NINE)
    return post.delivery.question_id


async def is_sealed(world: World, question_id: str, member) -> bool:
    return (await world.questions.show(member, question_id)).sealed


async def test_a_question_is_sealed_in_its_server_until_it_closes(world: World) -> None:
    question_id = await open_question(world)
    assert await is_sealed(world, question_id, reader(8))
    assert not await is_sealed(world, question_id, reader(8, OTHER_GUILD))
    other = next(question.id for question in world.bank if question.id != question_id)
    assert not await is_sealed(world, other, reader(8))
    await world.reveals.close_due(NINE + DAY)
    assert not await is_sealed(world, question_id, reader(8))


async def test_it_is_sealed_from_the_claim_on(world: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    assert await is_sealed(world, claimed.delivery.question_id, reader(8))


async def test_in_direct_messages_it_is_sealed_for_members_of_its_server(world: World) -> None:
    question_id = await open_question(world)
    assert await is_sealed(world, question_id, reader(7, IN_DM))
    assert not await is_sealed(world, question_id, reader(8, IN_DM))
    await world.preferences.note_seen(reader(8), NINE + HOUR)
    assert await is_sealed(world, question_id, reader(8, IN_DM))


async def test_search_marks_what_is_sealed_and_tells_nothing_of_its_answer(world: World) -> None:
    question_id = await open_question(world)
    found = await world.questions.search(reader(8), "早停")
    assert {one.question.id for one in found} == {f"q{n}" for n in range(1, 7)}
    assert [one.question.id for one in found if one.sealed] == [question_id]
    # Words that only the answer holds do not find it, or the search itself would be a hint.
    by_answer = await world.questions.search(reader(8), "双下降")
    assert {one.question.id for one in by_answer} == {f"q{n}" for n in range(1, 7)} - {question_id}
    assert await world.questions.search(reader(8), "zzzz qqqq") == []


async def test_random_never_shows_what_is_sealed(make_world: MakeWorld) -> None:
    world = make_world(bank=make_questions(3))
    question_id = await open_question(world)
    seen = {(await world.questions.random(reader(8), ())).id for _ in range(40)}
    assert seen == {"q1", "q2", "q3"} - {question_id}
    elsewhere = {(await world.questions.random(reader(8, OTHER_GUILD), ())).id for _ in range(40)}
    assert elsewhere == {"q1", "q2", "q3"}


async def test_random_keeps_to_topics_and_says_when_nothing_is_left(make_world: MakeWorld) -> None:
    world = make_world(bank=make_questions(3))
    assert {(await world.questions.random(reader(8), ("basics/decoding",))).id for _ in range(10)} == {"q2"}
    error = await world.failing(world.questions.random(reader(8), ("cooking",)))
    assert (error.key, error.message_args) == ("topic.unknown", {"topic": "cooking"})
    await world.setup(topics=("basics/decoding",))
    await world.post(NINE)
    assert (await world.failing(world.questions.random(reader(8), ("basics/decoding",)))).key == "question.none"


@pytest.mark.parametrize("typed", ["q3", " Q3 "])
async def test_an_id_is_read_as_people_type_it(world: World, typed: str) -> None:
    assert (await world.questions.show(reader(8), typed)).question.id == "q3"


async def test_an_unknown_id_is_named(world: World) -> None:
    error = await world.failing(world.questions.show(reader(8), "q99"))
    assert (error.key, error.message_args) == ("question.unknown", {"id": "q99"})


async def test_suggestions_are_questions_of_the_bank(world: World, make_world: MakeWorld) -> None:
    suggested = world.questions.suggest("q", GUILD, 4)
    assert len(suggested) == 4
    smaller = make_world("smaller", without_question(world.bank, "q1", "q2"))
    assert {question.id for question in smaller.questions.suggest("q", GUILD, 25)} == {"q3", "q4", "q5", "q6"}


async def test_an_early_post_seals_too(world: World) -> None:
    await world.setup()
    claimed = (await world.deliveries.claim_now(GUILD, 110, EIGHT)).post
    assert claimed is not None
    assert await is_sealed(world, claimed.delivery.question_id, reader(8))
