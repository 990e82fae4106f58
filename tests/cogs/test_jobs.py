"""`/jobs latest|search`: links, by place and topic, in the reader's language."""

import pytest

from .world import everything, told


async def search(world, **options):
    return told(await world.slash(world.ann, "jobs search", **options))


async def test_latest_is_private_and_turns_from_day_to_day(local_world):
    first = told(await local_world.slash(local_world.ann, "jobs latest"))
    assert first.embeds[0].title == local_world.t("jobs.latest")
    assert first.embeds[0].footer.text == local_world.t("jobs.footer")
    assert first.embeds[0].description.count("](https://") == 10
    again = told(await local_world.slash(local_world.ben, "jobs latest"))
    assert again.embeds[0].description == first.embeds[0].description
    local_world.wait(days=1)
    tomorrow = told(await local_world.slash(local_world.ann, "jobs latest"))
    assert tomorrow.embeds[0].description != first.embeds[0].description
    assert not local_world.posts()


async def test_a_search_finds_by_words_in_either_language(local_world, postings):
    posting = postings[0]
    for text in (posting.company.zh, posting.company.en.upper()):
        reply = await search(local_world, text=text)
        assert posting.url in everything(reply)
        assert posting.company.get(local_world.language) in everything(reply)


async def test_every_offered_place_finds_something(world):
    for typed in ("", "北", "Sing", "s"):
        offered = await world.ann.autocomplete(world.channel, "jobs search", "place", typed)
        assert 0 < len(offered) <= 25
        for choice in offered:
            assert len(choice["name"]) <= 100
            assert (await search(world, place=choice["value"])).embeds, choice


async def test_every_offered_topic_finds_something_or_says_that_nothing_fits(world):
    offered = await world.ann.autocomplete(world.channel, "jobs search", "topic", "")
    assert {"all", "basics"} <= {choice["value"] for choice in offered}
    for choice in offered:
        assert (await search(world, topic=choice["value"])).embeds, choice


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"text": "zzzzqqqq"}, "errors.jobs.none"),
        ({"place": "Atlantis"}, "errors.jobs.none"),
        ({"text": "@everyone `x` **y**"}, "errors.jobs.none"),
    ],
)
async def test_nothing_found_is_said(local_world, options, key):
    assert (await search(local_world, **options)).content == local_world.t(key)


async def test_an_unknown_topic_is_named(local_world):
    said = (await search(local_world, topic="astrology")).content
    assert said == local_world.t("errors.topic.unknown", topic="astrology")


async def test_nothing_asked_for_is_everything(world):
    assert world.t("jobs.found", count=10) == (await search(world)).embeds[0].title


async def test_one_place_to_apply_is_not_called_places(make_world, postings):
    world = await make_world(postings=postings[:1])
    assert (await search(world)).embeds[0].title == world.t("jobs.found", count=1)


async def test_they_work_in_direct_messages(world):
    assert told(await world.ann.user.slash("jobs latest")).embeds
