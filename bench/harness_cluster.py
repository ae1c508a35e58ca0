"""A cluster of real processes on free ports of this machine, each of which can be killed, stopped and started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from bench.harness_house import Part, demo_account
from tools.cluster import free_ports
from tools.cluster_engines import Postgres, Redis
from tools.cluster_layout import Engines, Ports, members
from tools.console import ROOT, child_environment

START = 180.0
"""Seconds until a member has to answer."""


class Member(Part):
    """A part that is a whole process group: an action server has children, which die with it."""

    health = ""

    def kill(self) -> None:
        """`kill -9` for all of it, and wait for the body."""
        assert self._running is not None
        os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait(15)


class Cluster:
    """Two of each role; `member("rasa1")` and so on. `http` is for questions."""

    def __init__(
        self,
        folder: Path,
        *,
        speed: float,
        desk: Mapping[str, Any],
        credentials: Mapping[str, Any],
        channels: Mapping[str, Any],
    ) -> None:
        front, actions_front, redis, rasa1, rasa2, actions1, actions2, sandbox = free_ports(8)
        self.folder = folder
        self.url = f"http://127.0.0.1:{front}"
        self.rasa_urls = [f"http://127.0.0.1:{port}" for port in (rasa1, rasa2)]
        self.sandbox_url = f"http://127.0.0.1:{sandbox}"
        token = secrets.token_urlsafe(24)
        self.http = httpx.AsyncClient(trust_env=False, timeout=20.0, params={"token": token})
        self.postgres = Postgres(folder / "postgresql")
        self.redis = Redis(folder / "redis", redis)
        self.ledger_url = self.postgres.url("ringback")
        self._write(desk, credentials, channels)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RINGBACK_")} | {
            "RINGBACK_DESK_FILE": str(folder / "desk.yml"),
            "RINGBACK_FONOLO_URL": f"{self.sandbox_url}/3.0/",
            "RINGBACK_WEBSITE_SECRET": secrets.token_urlsafe(48),
            "RINGBACK_RASA_TOKEN": token,
            "RINGBACK_ACTIONS_SECRET": secrets.token_urlsafe(24),
            **demo_account(),
        }
        layout = members(
            child_environment(environment),
            Ports(front, actions_front, (rasa1, rasa2), (actions1, actions2), sandbox),
            Engines(self.ledger_url, self.postgres.url("conversations"), self.postgres.url("chats"), self.redis.url),
            rasa_arguments=("--credentials", str(folder / "credentials.yml")),
            sandbox_arguments=("--speed", str(speed), "--state", str(folder / "calls.jsonl")),
        )
        self.members: dict[str, Member] = {}
        for one in layout:
            member = Member(one.name, one.command, one.environment, folder / f"{one.name}.log")
            member.health = one.health
            self.members[one.name] = member

    def member(self, name: str) -> Member:
        return self.members[name]

    async def start(self) -> None:
        """Start everything, and return when everything answers."""
        await asyncio.to_thread(self.redis.start)
        for member in self.members.values():
            member.start()
        for member in self.members.values():
            await self.until_ready(member)

    async def until_ready(self, member: Member) -> None:
        """Return when a member answers, or at least runs. Raises RuntimeError with the end of its log."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and member.alive:
            with contextlib.suppress(httpx.TransportError):
                if not member.health or (await self.http.get(member.health)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.1)
        raise RuntimeError(f"{member.name} did not start:\n{member.log.read_text(errors='replace')[-4000:]}")

    async def kill(self, name: str) -> None:
        """`kill -9`."""
        await asyncio.to_thread(self.member(name).kill)

    async def revive(self, name: str) -> None:
        """Start one that is down, and return when it is ready."""
        self.member(name).start()
        await self.until_ready(self.member(name))

    async def restart(self, name: str) -> None:
        """As a rolling restart does: SIGTERM, start, wait until it is ready."""
        await asyncio.to_thread(self.member(name).stop, 30.0)
        await self.revive(name)

    async def tracker(self, conversation: str, server: int = 0) -> list[dict[str, Any]]:
        """Every event of a conversation, as one Rasa server sees it."""
        url = f"{self.rasa_urls[server]}/conversations/{conversation}/tracker"
        found: list[dict[str, Any]] = (await self.http.get(url, params={"include_events": "ALL"})).json()["events"]
        return found

    async def calls(self) -> list[dict[str, Any]]:
        """Every call that the sandbox took."""
        return list((await self.http.get(f"{self.sandbox_url}/sandbox/calls")).json()["calls"])

    async def stop(self) -> None:
        """End everything."""
        await self.http.aclose()
        running = [one for one in reversed(self.members.values()) if one.alive]
        await asyncio.gather(*(asyncio.to_thread(_end, one) for one in running))
        await asyncio.to_thread(self.redis.stop)
        await asyncio.to_thread(self.postgres.stop)

    def _write(self, desk: Mapping[str, Any], credentials: Mapping[str, Any], channels: Mapping[str, Any]) -> None:
        base = yaml.safe_load((ROOT / "desk.yml").read_text(encoding="utf-8"))
        (self.folder / "desk.yml").write_text(yaml.safe_dump(base | dict(desk)), encoding="utf-8")
        places = {"channels.website.WebsiteInput": dict(credentials), **channels}
        (self.folder / "credentials.yml").write_text(yaml.safe_dump(places), encoding="utf-8")


def _end(member: Member) -> None:
    try:
        member.stop(10.0)
    except Exception:  # noqa: BLE001 - it was killed then, and the others have to end as well
        return


@asynccontextmanager
async def cluster(
    *,
    speed: float = 1.0,
    desk: Mapping[str, Any] | None = None,
    credentials: Mapping[str, Any] | None = None,
    channels: Mapping[str, Any] | None = None,
) -> AsyncIterator[Cluster]:
    """A running cluster in a scratch folder that goes away with it; BENCH_KEEP=1 keeps it, with all logs.

    `credentials`: the website's entry; `channels`: the entries of other channels.
    """
    # A short path: a socket's may have 107 characters at the most.
    folder = Path(tempfile.mkdtemp(prefix="ringback-cl-"))
    entries = {"credentials": credentials or {}, "channels": channels or {}}
    built = Cluster(folder, speed=speed, desk=desk or {}, **entries)
    try:
        await built.start()
        yield built
    finally:
        await built.stop()
        if os.environ.get("BENCH_KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
