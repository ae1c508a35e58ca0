"""What a model makes of texts: `rasa-server/.venv/bin/python rasa-server/understand.py MODEL < texts.json`.

Texts come as a JSON list of strings. The answer is a JSON object: `intents` (for each text the intent that Rasa would
act on, its confidence, and the best one before the fall-back), `milliseconds` for one text, `megabytes` of memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from typing import Any

import launch


async def understand(model: str, texts: list[str]) -> dict[str, Any]:
    """Parse all texts with the model."""
    from rasa.core.agent import Agent

    agent = Agent.load(model)
    await agent.parse_message("the first one is slower")
    started = time.perf_counter()
    parsed = [await agent.parse_message(text) for text in texts]
    took = time.perf_counter() - started
    return {
        "intents": [
            {
                "intent": one["intent"]["name"],
                "confidence": one["intent"]["confidence"],
                "best": next(rank["name"] for rank in one["intent_ranking"] if rank["name"] != "nlu_fallback"),
            }
            for one in parsed
        ],
        "milliseconds": 1000 * took / max(len(texts), 1),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Standard input to standard output."""
    # Rasa's own lines go elsewhere: standard output is the answer's.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    launch.silence()
    launch.speed_up()
    sys.path[0] = os.getcwd()
    json.dump(asyncio.run(understand(sys.argv[1], json.load(sys.stdin))), answer)
    answer.close()


if __name__ == "__main__":
    main()
