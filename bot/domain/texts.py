"""Messages by key and language."""

from collections.abc import Mapping

from bot.domain.localized import Language


class Texts:
    """The message catalogues. English is the source; content/locales is checked to hold the same keys everywhere."""

    def __init__(self, catalogues: Mapping[Language, Mapping[str, str]]) -> None:
        self._catalogues = catalogues

    def __contains__(self, key: str) -> bool:
        return key in self._catalogues["en"]

    def get(self, key: str, language: Language, /, **args: object) -> str:
        """Return a message with its placeholders filled.

        A number named `count` picks `<key>.one` for 1 where the catalogue has it.

        Raises:
            KeyError: If English has no such message, or a placeholder has no argument: a bug, found by tests.
        """
        if args.get("count") == 1 and f"{key}.one" in self._catalogues[language]:
            key = f"{key}.one"
        message = self._catalogues[language].get(key) or self._catalogues["en"][key]
        return message.format_map(args) if args else message.replace("{{", "{").replace("}}", "}")
