"""`healthy.py URL`: 0 if the address answers 200 within three seconds, else 1 and the reason.

For containers, which have neither curl nor wget; the standard library of Python 3.10 is enough.
"""

from __future__ import annotations

import sys
from urllib.request import ProxyHandler, build_opener

PATIENCE = 3.0
"""Seconds; less than the container's own time-out, so that the reason is shown."""


def main(arguments: list[str]) -> int:
    """Look once."""
    if len(arguments) != 1 or not arguments[0].startswith("http://"):
        print("usage: healthy.py http://host:port/path", file=sys.stderr)
        return 2
    try:
        # Without a proxy: what is asked is this container itself.
        with build_opener(ProxyHandler({})).open(arguments[0], timeout=PATIENCE) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
