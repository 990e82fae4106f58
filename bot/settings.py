"""The process's settings, from the environment. Built once in __main__, never at import."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import StartupError

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def shipped_content_dir() -> Path:
    """The content folder beside the package."""
    return Path(__file__).resolve().parent.parent / "content"


class Settings(BaseSettings):
    """Every setting has a prefix `MIANJING_` and a line in the README's table; a test compares the two."""

    model_config = SettingsConfigDict(env_prefix="MIANJING_", env_file=".env", extra="ignore", frozen=True)

    token: SecretStr | None = Field(
        default=None, description="The bot's token. Needed by `run` and `commands sync` only."
    )
    database_url: str = Field(
        default="",
        description="`sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`."
        " Default: `mianjing.sqlite3` in the data folder.",
    )
    data_dir: Path = Field(default=Path("data"), description="Where the database and caches go.")
    content_dir: Path = Field(
        default_factory=shipped_content_dir, description="Questions, topics, jobs and texts. Default: the shipped ones."
    )
    log_level: LogLevel = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR; logs go to stderr.")
    discord_api_url: str | None = Field(
        default=None, description="REST base including `/api/v10`, for operators behind a proxy, and for tests."
    )
    discord_gateway_url: str | None = Field(default=None, description="Gateway address, for the same uses.")

    rest_per_second: float = Field(
        default=49.0, gt=0, le=10_000, description="REST calls a second at most. Discord's limit is 50 for most bots."
    )

    catch_up_hours: float = Field(
        default=6, ge=0, le=23, description="How late a daily question may still be posted after an outage, in hours."
    )
    http_port: int | None = Field(
        default=None, ge=0, le=65535, description="Port of `/health` and `/metrics` (Prometheus). Off when unset."
    )

    @property
    def database(self) -> str:
        """The database URL, with its default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'mianjing.sqlite3'}"

    def require_token(self) -> str:
        """Return the token.

        Raises:
            StartupError: If none is set.
        """
        token = self.token.get_secret_value().strip() if self.token else ""
        if not token:
            raise StartupError(
                "MIANJING_TOKEN is not set: put the bot's token into the environment or .env"
                " (README, “Set it up on your server”), or try `python -m bot demo`, which needs none"
            )
        return token


def read_settings() -> Settings:
    """Read the environment and `.env`.

    Raises:
        StartupError: Naming every variable whose value cannot be used, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"MIANJING_{str(detail['loc'][0]).upper()}: {detail['msg']}" for detail in error.errors()]
        raise StartupError("; ".join(faults)) from None
