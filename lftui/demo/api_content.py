"""Direct generation, with its cache."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from lftui.demo import content
from lftui.demo.accounts import Account
from lftui.demo.errors import ApiError
from lftui.demo.jobs import TYPE_FACTORS
from lftui.demo.service import Service, caller, choice_field, json_body, service, text_field

routes = Blueprint("content", __name__, url_prefix="/api/v1/content")
_NAME = "/api/v1/content/generate"


@routes.post("/generate")
def generate() -> Response:
    """The content; `cache` in the body and `X-Cache` say hit, miss or bypass.

    `use_cache: false` bypasses: nothing is looked up and nothing is kept.
    """
    account = caller()
    body = json_body()
    use_cache = body.get("use_cache", True)
    if not isinstance(use_cache, bool):
        raise ApiError(400, "'use_cache' must be true or false")
    key = content.key_of(
        choice_field(body, "content_type", TYPE_FACTORS, "summary"),
        choice_field(body, "size", content.SIZE_FACTORS, "medium"),
        text_field(body, "topic", 500),
    )
    text, cache = _produce(service(), key, use_cache)
    _note_use(account, cache)
    answer = jsonify(content_type=key[0], size=key[1], topic=key[2], content=text, cache=cache)
    answer.headers["X-Cache"] = cache
    return answer


def _produce(state: Service, key: content.Key, use_cache: bool) -> tuple[str, str]:
    if use_cache:
        text = state.cache.get(key)
        if text is not None:
            state.machine.work("cached content")
            return text, "hit"
    else:
        state.cache.bypassed += 1
    state.machine.generate(_NAME, content.SIZE_FACTORS[key[1]])
    text = content.write(key)
    if not use_cache:
        return text, "bypass"
    state.cache.put(key, text)
    return text, "miss"


def _note_use(account: Account, cache: str) -> None:
    account.generations += 1
    if cache == "hit":
        account.cache_hits += 1
