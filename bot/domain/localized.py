"""Text that exists once in each of the two languages of the bank."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")


class Value(BaseModel):
    """Base of every value read from content: frozen, and an unknown key is an error, not a typo lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Localized(Value):
    """The same text in Chinese and in English; both are required, so that no reader meets a gap."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def get(self, language: Language) -> str:
        """Return the text in the language asked for."""
        return self.zh if language == "zh" else self.en


def other(language: Language) -> Language:
    """Return the language that a reader of `language` can switch to."""
    return "en" if language == "zh" else "zh"
