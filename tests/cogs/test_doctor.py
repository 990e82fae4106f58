"""`/doctor`: each channel with what it lacks."""

from cogs._shared.render import GREEN, RED

from .world import everything, told


async def examine(world):
    return told(await world.slash(world.admin, "doctor")).embeds[0]


async def test_without_a_daily_question_there_is_nothing_to_examine(local_world):
    embed = await examine(local_world)
    assert embed.description == local_world.t("doctor.nothing")
    assert embed.footer.text == local_world.t("doctor.footer")


async def test_a_healthy_channel_is_well(local_world):
    await local_world.set_up()
    embed = await examine(local_world)
    assert embed.description == f"✅ {local_world.channel.mention} {local_world.t('doctor.well')}"
    assert embed.colour == GREEN
    assert not local_world.posts()


async def test_each_missing_permission_is_named(local_world):
    await local_world.set_up(thread=True)
    local_world.forbid("embed_links", "read_message_history", "create_public_threads")
    await local_world.env.settle(idle=0.001)
    names = ("embed_links", "read_message_history", "create_public_threads")
    permissions = local_world.t("list_separator").join(local_world.t(f"permissions.{name}") for name in names)
    embed = await examine(local_world)
    expected = local_world.t("doctor.missing", permissions=permissions)
    assert embed.description == f"❌ {local_world.channel.mention} {expected}"
    assert embed.colour == RED


async def test_a_channel_that_is_gone_is_said_to_be(local_world):
    await local_world.set_up()
    other = local_world.guild.create_text_channel("other")
    await local_world.set_up(other)
    local_world.env.backend.delete_channel(other.id)
    await local_world.env.settle(idle=0.001)
    embed = await examine(local_world)
    lines = embed.description.splitlines()
    assert f"✅ {local_world.channel.mention} {local_world.t('doctor.well')}" in lines
    assert f"❌ {other.mention} {local_world.t('doctor.gone')}" in lines
    assert embed.colour == RED


async def test_a_role_that_can_no_longer_be_mentioned_is_found(world):
    role = world.guild.create_role("readers", mentionable=True)
    await world.set_up(mention=role)
    world.env.backend.edit_role(world.guild.id, role.id, {"mentionable": False})
    world.env.backend.edit_role(
        world.guild.id,
        world.guild.default_role.id,
        {"permissions": world.guild.default_role._role.permissions & ~(1 << 17)},
    )
    await world.env.settle(idle=0.001)
    assert world.t("permissions.mention_everyone") in (await examine(world)).description


async def test_a_paused_channel_is_said_to_be(local_world):
    await local_world.set_up()
    await local_world.slash(local_world.admin, "daily pause")
    assert local_world.t("doctor.paused") in (await examine(local_world)).description


async def test_many_channels_fit(world):
    for number in range(60):
        channel = world.guild.create_text_channel(f"channel-{number}")
        await world.set_up(channel)
        world.forbid("embed_links", "attach_files", "read_message_history", channel=channel)
    await world.env.settle(idle=0.001)
    reply = told(await world.slash(world.admin, "doctor"))
    assert reply.embeds
    assert len(everything(reply)) < 6000
