"""The cluster under load: 300 people book a call in the chat while every role is killed and every engine restarted.

Two Rasa servers, two action servers, two workers, PostgreSQL, Redis and the balancer are real processes; people come
one after the other, hold the whole conversation on a page that reconnects as the real one does, and stay until their
call is over. Meanwhile one of each role dies by `kill -9` and is started anew, the balancer too, and Redis and
PostgreSQL are restarted. In the end the provider's calls are compared with what stands on the pages.

`lost_endings`: a call whose ending its person's page does not show. `double_orders`: two calls for one person's number.
`stuck_chats`: a page that got no answer, or whose last word was not answered. `apologies`: turns that failed with a
sentence and had to be said again. `away_s`: the longest time for which a page was without its conversation.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.harness_cluster import Cluster, cluster
from bench.harness_house import numbers, scale
from bench.harness_person import Person
from bench.stage import table
from ringback.models import FINAL

PEOPLE, ARRIVALS = 300, 300.0
"""How many, and the seconds over which they come."""
ANSWER, MOST = 120.0, 240.0
"""Seconds for an answer and for a call, after which somebody is stuck."""
APOLOGY = "something went wrong"
FINALS = tuple(state.value for state in FINAL)
DESK = {
    "following": {"ringing": 0.5, "waiting": 2.0, "lookups_until": 55.0, "back_off": 2.0},
    "telling": {"back_off": 2.0},
    # Everybody here comes from one address.
    "guard": {"limits": {who: {"hour": 0, "day": 0} for who in ("address", "channel", "desk")}},
}
MANY = 100_000
CREDENTIALS = {
    # Everybody here comes from one address.
    "limits": {
        "address_messages_per_second": MANY,
        "address_messages_per_minute": MANY,
        "address_new_sessions_per_minute": MANY,
        "address_sockets": MANY,
    }
}
REPLIES = (
    ("which number", ""),
    ("account number", "skip"),
    ("the call about", "a wrong invoice"),
    ("text messages", "no"),
    ("when shall we call", "now"),
    ("shall i book it", "book it"),
)


@dataclass
class Story:
    """What one person lived through."""

    number: str
    booked: bool = False
    ended: bool = False
    stuck: str = ""
    apologies: int = 0
    gap: float = 0.0
    said: list[str] = field(default_factory=list)


def measure() -> dict[str, float]:
    """Run it, print the table and return the figures."""
    seed = int(os.environ.get("BENCH_SEED") or random.randrange(10**6))
    people = max(8, round(PEOPLE * scale()))
    print(f"cluster: {people} people, BENCH_SEED={seed}")
    stories, calls, struck = asyncio.run(run(people, max(60.0, ARRIVALS * scale()), random.Random(seed)))
    taken = Counter("+" + number for number in calls)
    lost = [one for one in stories if taken[one.number] and not one.ended]
    double = [one for one in stories if taken[one.number] > 1]
    stuck = [one for one in stories if one.stuck]
    table(
        [
            ("people, calls at the provider", f"{people}, {len(calls)}", ""),
            ("endings lost", f"{len(lost)}", "0"),
            ("ordered twice", f"{len(double)}", "0"),
            ("chats stuck", f"{len(stuck)}", "0"),
            ("apologies (said again)", f"{sum(one.apologies for one in stories)}", ""),
            ("longest without a conversation", f"{max(one.gap for one in stories):.1f} s", "<= 5 s"),
        ]
    )
    for one in (*lost, *double, *stuck):
        print(f"  {one.number[-4:]}: {one.stuck or 'lost or double'}; last: {one.said[-3:]}")
    print("  " + "; ".join(struck))
    return {
        "cluster.lost_endings": float(len(lost)),
        "cluster.double_orders": float(len(double)),
        "cluster.stuck_chats": float(len(stuck)),
        "cluster.apologies": float(sum(one.apologies for one in stories)),
        "cluster.away_s": max(one.gap for one in stories),
        "cluster.n_people": float(people),
    }


async def run(people: int, seconds: float, dice: random.Random) -> tuple[list[Story], list[str], list[str]]:
    """Everybody's story, the numbers that the provider was asked to call, and what was struck when."""
    async with cluster(speed=1.0, desk=DESK, credentials=CREDENTIALS) as built:
        fresh, lives = numbers(), []
        striking = asyncio.create_task(_strike(built, seconds))
        for _ in range(people):
            lives.append(asyncio.create_task(_live(built, Story(next(fresh)))))
            await asyncio.sleep(dice.uniform(0.2, 1.8) * seconds / people)
        stories = await asyncio.gather(*lives)
        return stories, [str(call["number"]) for call in await built.calls()], await striking


async def _strike(built: Cluster, seconds: float) -> list[str]:
    """Kill each role once and restart each engine once, spread over the time in which people come."""
    began = time.monotonic()
    blows: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        *((name, lambda name=name: _kill(built, name)) for name in ("worker1", "actions1", "rasa1")),
        ("redis restarted", lambda: asyncio.to_thread(built.redis.restart)),
        ("postgresql restarted", lambda: asyncio.to_thread(built.postgres.restart)),
        *((name, lambda name=name: _kill(built, name)) for name in ("balance", "balance-actions", "rasa2")),
    ]
    done = []
    for place, (name, blow) in enumerate(blows, 1):
        await asyncio.sleep(max(0.0, began + place * seconds / (len(blows) + 1) - time.monotonic()))
        done.append(f"{name} at {time.monotonic() - began:.0f} s")
        await blow()
    return done


async def _kill(built: Cluster, name: str) -> None:
    await built.kill(name)
    await asyncio.sleep(0.5)
    await built.revive(name)


async def _live(built: Cluster, story: Story) -> Story:
    person = Person(built.url)
    try:
        await person.open(ANSWER)
        await _book(person, story)
        if story.booked:
            await person.until_news(*FINALS, seconds=MOST)
            story.ended = True
        await person.say("thanks", ANSWER)
    except TimeoutError:
        story.stuck = f"after {len(story.said)} sentences, news {person.news}"
    finally:
        story.gap = person.longest_gap
        story.ended = story.ended or bool(set(person.news).intersection(FINALS))
        with contextlib.suppress(OSError):
            await person.close()
    return story


async def _book(person: Person, story: Story) -> None:
    """Answer what is asked until the call is booked, or has news already; after an apology say the same again."""
    text = "call me about my bill"
    for _ in range(25):
        answers = [one["text"] for one in await person.say(text, ANSWER)]
        story.said += [f"> {text}", *answers]
        heard = " ".join(answers).lower()
        if ("booked" in heard and "nothing" not in heard) or person.news:
            story.booked = True
            return
        if APOLOGY in heard:
            story.apologies += 1
            continue
        text = next((reply or story.number for asked, reply in REPLIES if asked in heard), text)
        if "not be ordered twice" in heard:
            story.booked = True
            return
    story.stuck = "not booked"
