"""Several replicas of the Rasa server on one PostgreSQL, with the libraries that the Rasa server has."""

from __future__ import annotations

import asyncio
import json
import subprocess

from tests.ledger.postgres import Postgres
from tests.system import RASA_PYTHON, ROOT

_PROGRAM = """
import asyncio, json, sys, warnings
warnings.simplefilter("ignore")
import sqlalchemy as sa
from channels.chat_base.store import Store

async def main():
    replicas = [Store(sys.argv[1], "whatsapp") for _ in range(4)]
    # The tables are made by whoever comes first, and every person's first two messages come at the same moment.
    taken = await asyncio.gather(*(
        replicas[copy].take_in(f"m{person}-{number}", f"wa-{person}", f"whatsapp:+{person}", {"text": "x"}, 100.0, 60.0)
        for person in range(20) for number in range(2) for copy in range(4)
    ))
    left = await asyncio.gather(*(one.left_over(200.0, 60.0) for one in replicas))
    delivery = await replicas[0].begin("wa-1", {"news": {"id": "n1", "callback": "K", "seq": 1}}, 1.0)
    await replicas[1].set(delivery, 2.0, status="unsent", why="63003")
    piece = {"news": {"id": "n2", "callback": "K2", "seq": 1}}
    claims = await asyncio.gather(*(one.claim("wa-2", piece, 1.0) for one in replicas))
    first, second = await replicas[0].is_first("m1-0", 150.0), await replicas[1].is_first("m1-1", 150.0)
    statements = []
    sa.event.listen(sa.engine.Engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    crowd = await asyncio.gather(*(
        replicas[0].take_in(f"crowd-{n}", f"wa-{n}", f"whatsapp:+{n}", {"text": "x"}, 100.0, 60.0) for n in range(50)
    ))
    print(json.dumps({
        "crowd": [sum(crowd), len(statements) <= 20],
        "taken": sum(taken),
        "people": sum([await replicas[3].person(f"wa-{one}") is not None for one in range(20)]),
        "left": len([one for some in left for one in some]),
        "different": len({one.message_id for some in left for one in some}),
        "claims": sorted(type(one).__name__ for one in claims),
        "in order": sorted([first, second]),
        "missed": [one.news for one in await replicas[2].missed("wa-1")],
        "undelivered": [one.id == delivery for one in await replicas[2].undelivered(10.0)],
    }))

asyncio.run(main())
"""


async def test_each_message_is_taken_by_one_of_four(postgres: Postgres) -> None:
    """Whatever comes at the same moment to four replicas is taken in once, none of it is lost, and taken over once."""
    url = (await postgres.fresh_url()).replace("+asyncpg", "")
    command = [str(RASA_PYTHON), "-c", _PROGRAM, url]
    ran = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    assert json.loads(ran.stdout) == {
        "crowd": [50, True],
        "taken": 40,
        "people": 20,
        "left": 40,
        "different": 40,
        "claims": ["Claimed", "Elsewhere", "Elsewhere", "Elsewhere"],
        "in order": [False, True],
        "missed": ["n1"],
        "undelivered": [True],
    }
