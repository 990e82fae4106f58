"""What a request carries, read once before anything else looks at it."""

import json
from typing import Any

from aiohttp import web

Files = list[tuple[str, bytes]]

# Under these a request keeps its JSON and its files (name and content).
BODY: web.RequestKey[Any] = web.RequestKey("body", object)
FILES: web.RequestKey[Files] = web.RequestKey("files", list)


async def read_body(request: web.Request) -> None:
    """Read JSON, or a multipart form with JSON in its field `payload_json`."""
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        request[BODY], request[FILES] = (json.loads(raw) if raw else {}), []
        return
    form = await request.post()
    request[FILES] = []
    for value in form.values():
        if isinstance(value, web.FileField):
            with value.file:
                request[FILES].append((value.filename, value.file.read()))
    request[BODY] = json.loads(str(form.get("payload_json", "{}")))
