"""How answers look. The content type is exactly `application/json`: with a charset discord.py would not parse it."""

import json
from typing import Any

from aiohttp import web

# Discord's own codes, as far as they are used here.
UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
MISSING_ACCESS = 50001
EMPTY_MESSAGE = 50006
CANNOT_MESSAGE_USER = 50007
MISSING_PERMISSIONS = 50013
INVALID_FORM_BODY = 50035
INVALID_WEBHOOK_TOKEN = 50027
THREAD_EXISTS = 160004
CANNOT_REPLY_WITHOUT_HISTORY = 160002


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps(data, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


class ApiError(Exception):
    """A refusal: HTTP status, Discord's code and words, and the faults of a form by path (`embeds.0.title`)."""

    def __init__(self, status: int, code: int, message: str, **errors: str) -> None:
        super().__init__(f"{status} {code}: {message} {errors or ''}".rstrip())
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def response(self) -> web.Response:
        data: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.errors:
            data["errors"] = {}
        for path, text in self.errors.items():
            node = data["errors"]
            for part in path.split("."):
                node = node.setdefault(part, {})
            node["_errors"] = [{"code": "INVALID", "message": text}]
        return answer(data, self.status)


def invalid(path: str, text: str) -> ApiError:
    return ApiError(400, INVALID_FORM_BODY, "Invalid Form Body", **{path: text})
