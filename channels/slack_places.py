"""Whoever calls the bot in a channel is told, so that only they see it, that it goes on in the direct message."""

from __future__ import annotations

import asyncio
import logging

import aiohttp

from channels.slack_api import TIME_OUT, Done, SlackApi
from channels.slack_intake import Message
from channels.slack_settings import SlackSettings
from channels.slack_words import WORDS

logger = logging.getLogger(__name__)


async def say_where(api: SlackApi, settings: SlackSettings, said: Message, language: str) -> None:
    """Say it once; a failure is only logged, because the direct message is there all the same."""
    text = WORDS.say("elsewhere", language)
    if said.response_url:
        if said.response_url.startswith(settings.response_urls):
            await _answer(said.response_url, text)
        return
    answer = await api.call(said.team, "chat.postEphemeral", channel=said.elsewhere, user=said.user, text=text)
    if not isinstance(answer, Done):
        logger.info("Nobody could be told in the channel: %s", answer.why)


async def _answer(url: str, text: str) -> None:
    content = {"response_type": "ephemeral", "replace_original": False, "text": text}
    try:
        time_out = aiohttp.ClientTimeout(total=TIME_OUT)
        async with aiohttp.ClientSession(timeout=time_out) as http, http.post(url, json=content) as answer:
            answer.raise_for_status()
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        # The URL is a password of its own.
        logger.info("Nobody could be told in the channel: %s", type(error).__name__)
