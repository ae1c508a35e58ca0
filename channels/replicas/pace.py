"""A pace that holds over all replicas: the same buckets as `channels.limits.Pace`, kept in Redis."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any

from channels.limits import Pace

logger = logging.getLogger(__name__)

# Each span keeps one moment: until when its allowance is used up if nobody came any more. One more may pass if that
# moment, with its own share of the span, lies within a span from now. By Redis's clock: the servers' may differ.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local longest, after = 0, {}
for place = 1, #ARGV, 2 do
  local count, span = tonumber(ARGV[place]), tonumber(ARGV[place + 1])
  local kept = redis.call('HGET', KEYS[1], ARGV[place + 1])
  local moment = math.max(now, tonumber(kept or now)) + span / count
  longest = math.max(longest, moment - span - now)
  after[ARGV[place + 1]] = moment
end
if longest > 1e-6 then return tostring(longest) end
local last = now
for span, moment in pairs(after) do
  redis.call('HSET', KEYS[1], span, string.format('%.6f', moment))
  last = math.max(last, moment)
end
redis.call('PEXPIRE', KEYS[1], math.ceil((last - now) * 1000) + 1000)
return '0'
"""


class SharedPace:
    """So many in so many seconds for each key, over all servers. `spans` as for Pace, each a different length.

    While Redis is away each server counts for itself.
    """

    def __init__(self, client: Any, name: str, spans: Sequence[tuple[int, float]]) -> None:
        self._name = name
        self._spans = tuple(spans)
        self._alone = Pace(spans)
        self._script = client.register_script(_SCRIPT)
        self._away = False

    async def wait(self, key: str) -> float:
        """0.0 if one more may pass now, and then it is counted; else the seconds until it may. Never raises."""
        # A digest: addresses and ids of conversations need not stand in Redis.
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        arguments = [number for span in self._spans for number in span]
        try:
            answer = float(await self._script(keys=[f"ringback:pace:{self._name}:{digest}"], args=arguments))
        except Exception as error:  # noqa: BLE001 - a limit that cannot be asked for must not end a chat
            if not self._away:
                logger.warning("Limits are counted by each server alone: %s", type(error).__name__)
            self._away = True
            return self._alone.wait(key)
        self._away = False
        return answer
