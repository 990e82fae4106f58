"""A small bot that does everything the demo driver must carry: `python -m tests.demo.toybot --port 0`."""

import argparse
import asyncio
import io
import os
import sys

import discord
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from discord import app_commands
from discord.ext import commands, tasks

from bot.demo.run import DemoBot, run_demo, stop_on_signals
from bot.demo.world import World
from bot.errors import StartupError

CHINESE = {
    "Ask one question.": "出一道题。",
    "Which topic.": "选择主题。",
    "How many.": "题数。",
    "Attention": "注意力",
    "Training": "训练",
    "Search the bank.": "搜索题库。",
    "Words to look for.": "要找的词。",
    "Write a note.": "写一条笔记。",
    "Say something later.": "过一会儿说一句话。",
    "Seconds.": "秒数。",
    "Think first.": "先想一想。",
    "Go wrong.": "出错。",
    "For admins.": "管理员专用。",
    "A picture.": "一张图片。",
    "Beta": "贝塔",
    "Alpha": "阿尔法",
}
CITIES = ["广州", "杭州", "北京", "Berlin", "Bern"]


def is_chinese(interaction: discord.Interaction) -> bool:
    return interaction.locale is discord.Locale.chinese


class Translator(app_commands.Translator):
    async def translate(self, string, locale, context):
        return CHINESE.get(string.message) if locale is discord.Locale.chinese else None


class Answer(discord.ui.DynamicItem[discord.ui.Button], template=r"toy:(?P<letter>[AB]):(?P<count>\d+)"):
    def __init__(self, letter: str, count: int = 0):
        super().__init__(discord.ui.Button(label=letter, custom_id=f"toy:{letter}:{count}"))
        self.letter = letter

    @classmethod
    async def from_custom_id(cls, interaction, item, match):
        return cls(match["letter"], int(match["count"]))

    async def callback(self, interaction: discord.Interaction):
        toy = interaction.client
        toy.clicks += 1
        words = "你选了" if is_chinese(interaction) else "You chose"
        await interaction.response.send_message(f"{words} {self.letter}", ephemeral=True)
        await interaction.message.edit(content=f"Q: softmax? ({toy.clicks})")


class Expiring(discord.ui.View):
    def __init__(self):
        super().__init__(timeout=2)
        self.message = None

    @discord.ui.button(label="soon gone")
    async def press(self, interaction, button):
        await interaction.response.send_message("in time", ephemeral=True)

    async def on_timeout(self):
        self.press.disabled = True
        await self.message.edit(content="expired", view=self)


class Note(discord.ui.Modal, title="Note"):
    text = discord.ui.TextInput(label="Text", custom_id="text", style=discord.TextStyle.paragraph)
    points = discord.ui.Label(
        text="Points",
        component=discord.ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label=word, value=word) for word in ("scale", "mask")],
            custom_id="points",
            required=False,
            min_values=0,
        ),
    )
    level = discord.ui.Label(
        text="Level",
        component=discord.ui.Select(
            options=[discord.SelectOption(label="easy"), discord.SelectOption(label="hard")],
            custom_id="level",
            required=False,
        ),
    )

    async def on_submit(self, interaction: discord.Interaction):
        extra = [*self.points.component.values, *self.level.component.values]
        await interaction.response.send_message(f"noted: {self.text.value} {extra}", ephemeral=True)


class Menu(discord.ui.LayoutView):
    def __init__(self):
        super().__init__(timeout=None)
        one = discord.ui.Select(
            options=[discord.SelectOption(label=word) for word in ("KV cache", "RoPE")], custom_id="menu"
        )
        two = discord.ui.Select(
            options=[discord.SelectOption(label=word) for word in ("x", "y", "z")], max_values=3, custom_id="more"
        )
        one.callback = self.chosen(one)
        two.callback = self.chosen(two)
        self.add_item(
            discord.ui.Container(
                discord.ui.TextDisplay("## 选一个"), discord.ui.ActionRow(one), discord.ui.ActionRow(two)
            )
        )

    def chosen(self, menu):
        async def callback(interaction):
            await interaction.response.send_message(f"chosen {', '.join(menu.values)}", ephemeral=True)

        return callback


class Toy(commands.Bot):
    def __init__(self):
        super().__init__(
            commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            help_command=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.clicks = self.ticks = self.jobs = 0
        self.queue: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self.scheduler = AsyncIOScheduler()
        self.worker: asyncio.Task[None] | None = None

    async def setup_hook(self):
        await self.tree.set_translator(Translator())
        self.add_dynamic_items(Answer)
        add_commands(self.tree)
        await self.tree.sync()
        self.worker = asyncio.create_task(self.work())
        self.scheduler.add_job(self.job, "interval", seconds=1)
        self.scheduler.start()
        self.tick.start()

    async def work(self):
        while True:
            channel_id, text = await self.queue.get()
            await self.get_partial_messageable(channel_id).send(text)

    async def job(self):
        self.jobs += 1

    @tasks.loop(seconds=1)
    async def tick(self):
        self.ticks += 1

    async def close(self):
        if self.worker is not None:
            self.tick.cancel()
            self.scheduler.shutdown(wait=False)
            self.worker.cancel()
            await asyncio.gather(self.worker, return_exceptions=True)
        await super().close()


def add_commands(tree: app_commands.CommandTree) -> None:
    @tree.command(name="ask", description="Ask one question.")
    @app_commands.describe(topic="Which topic.", count="How many.")
    @app_commands.choices(
        topic=[
            app_commands.Choice(name="Attention", value="att"),
            app_commands.Choice(name="Training", value="tr"),
        ]
    )
    async def ask(interaction: discord.Interaction, topic: str, count: int = 1):
        view = discord.ui.View(timeout=None)
        view.add_item(Answer("A"))
        view.add_item(Answer("B"))
        due = discord.utils.format_dt(discord.utils.utcnow() + discord.utils.datetime.timedelta(seconds=90), "R")
        embed = discord.Embed(title=f"{topic} × {count}", description=f"公布：{due}")
        await interaction.response.send_message("Q: softmax? (0)", view=view, embed=embed)

    group = app_commands.Group(name="bank", description="Search the bank.")

    @group.command(name="search", description="Search the bank.")
    @app_commands.describe(text="Words to look for.")
    async def search(interaction: discord.Interaction, text: str):
        await interaction.response.send_message(f"found {text}", ephemeral=True)

    @search.autocomplete("text")
    async def complete(interaction: discord.Interaction, current: str):
        return [app_commands.Choice(name=city, value=city) for city in CITIES if current in city]

    tree.add_command(group)

    @tree.command(name="note", description="Write a note.")
    async def note(interaction: discord.Interaction):
        await interaction.response.send_modal(Note())

    @tree.command(name="menu", description="Write a note.")
    async def menu(interaction: discord.Interaction):
        await interaction.response.send_message(view=Menu())

    @tree.command(name="later", description="Say something later.")
    @app_commands.describe(seconds="Seconds.")
    async def later(interaction: discord.Interaction, seconds: int):
        toy = interaction.client
        asyncio.get_running_loop().call_later(seconds, toy.queue.put_nowait, (interaction.channel_id, "later is now"))
        await interaction.response.send_message("wait for it", ephemeral=True)

    @tree.command(name="flood", description="Say something later.")
    async def flood(interaction: discord.Interaction, count: int, files: bool = False):
        await interaction.response.send_message("flood", ephemeral=True)
        for number in range(count):
            file = discord.File(io.BytesIO(png(number)), f"{number}.png") if files else discord.utils.MISSING
            await interaction.channel.send(f"**line** {number} " + "长文字 `code` " * 8, file=file)

    @tree.command(name="slow", description="Think first.")
    async def slow(interaction: discord.Interaction):
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(1)
        await interaction.followup.send("thought it over")

    @tree.command(name="fail", description="Go wrong.")
    async def fail(interaction: discord.Interaction):
        raise RuntimeError("planned")

    @tree.error
    async def on_error(interaction: discord.Interaction, error: Exception):
        await interaction.response.send_message("sorry, that went wrong", ephemeral=True)

    @tree.command(name="expire", description="Say something later.")
    async def expire(interaction: discord.Interaction):
        view = Expiring()
        await interaction.response.send_message("press it", view=view)
        view.message = await interaction.original_response()

    @tree.command(name="picture", description="A picture.")
    async def picture(interaction: discord.Interaction):
        file = discord.File(io.BytesIO(png(0)), "card.png")
        await interaction.response.send_message(
            embed=discord.Embed(title="card").set_image(url="attachment://card.png"), file=file
        )

    @tree.command(name="counts", description="Think first.")
    async def counts(interaction: discord.Interaction):
        toy = interaction.client
        await interaction.response.send_message(
            f"ticks {toy.ticks} jobs {toy.jobs} locale {interaction.locale} "
            f"server {interaction.guild_locale} user {interaction.user.id}",
            ephemeral=True,
        )

    @tree.command(name="admin", description="For admins.")
    @app_commands.default_permissions(manage_guild=True)
    async def admin(interaction: discord.Interaction):
        await interaction.response.send_message(f"manage_guild {interaction.permissions.manage_guild}", ephemeral=True)


def png(number: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (600, 300), (number * 7 % 255, 90, 160)).save(out, "PNG")
    return out.getvalue()


async def make_toy() -> DemoBot:
    toy = Toy()
    return DemoBot(toy, toy.close)


async def seed(bot: commands.Bot, world: World) -> None:
    for number in range(int(os.environ.get("TOY_OLD_MESSAGES", "3"))):
        await bot.get_partial_messageable(world.channel_id).send(f"昨天的题 {number}\n" + "· 一行\n" * 5)


async def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--locale", default="zh-CN")
    args = parser.parse_args()
    stop = asyncio.Event()

    def announce(url: str) -> None:
        print(url, flush=True)

    with stop_on_signals(stop):
        try:
            await run_demo(make_toy, port=args.port, locale=args.locale, stop=stop, announce=announce, seed=seed)
        except StartupError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
