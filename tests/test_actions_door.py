"""Who may call the action server."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from actions.server import Plugin, _let_in
from ringback.kept_secrets import ACTIONS_HEADER


def request(path: str, secret: str | None, known: list[str] | None) -> Any:
    ctx = SimpleNamespace() if known is None else SimpleNamespace(secrets=known)
    headers = {} if secret is None else {ACTIONS_HEADER: secret}
    return SimpleNamespace(path=path, headers=headers, app=SimpleNamespace(ctx=ctx))


@pytest.mark.parametrize("path", ["/webhook", "/webhook/", "/actions"])
@pytest.mark.parametrize(("secret", "known"), [(None, ["s"]), ("", ["s"]), ("S", ["s"]), ("é", ["s"]), ("s", None)])
async def test_nobody_gets_in_without_the_secret(path: str, secret: str | None, known: list[str] | None) -> None:
    """401 and no words: without it, with a wrong one, and while no secret is known."""
    answer = await _let_in(request(path, secret, known))
    assert answer is not None and (answer.status, answer.body) == (401, b"")


@pytest.mark.parametrize("secret", ["new", "old"])
async def test_rasa_gets_in(secret: str) -> None:
    """With the newest secret or with one that is being replaced."""
    assert await _let_in(request("/webhook", secret, ["new", "old"])) is None


async def test_health_needs_no_secret() -> None:
    """Whoever looks after the process may ask whether it lives."""
    assert await _let_in(request("/health", None, ["s"])) is None


def test_the_action_server_listens_on_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is told otherwise; Rasa SDK itself would listen everywhere."""
    monkeypatch.delenv("SANIC_HOST", raising=False)
    app: Any = SimpleNamespace(
        register_listener=lambda *_: None,
        register_middleware=lambda *_: None,
        blueprint=lambda *_: None,
        error_handler=None,
    )
    Plugin().attach_sanic_app_extensions(app)
    assert os.environ["SANIC_HOST"] == "127.0.0.1"
    monkeypatch.delenv("SANIC_HOST")
