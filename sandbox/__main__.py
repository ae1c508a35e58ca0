"""`python -m sandbox`: the stand-in providers on a port of their own."""

from __future__ import annotations

import argparse
import logging
import math
import os
import socket
import sys
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.keeping import StateFile, UnreadableStateError

GRACE_SECONDS = 1


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM. 0 when all is well, 1 with one line when it cannot start."""
    wanted = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
    logging.getLogger("sandbox").setLevel(logging.INFO)
    try:
        # Bound before the state is read, so that a second sandbox never touches the file of the first.
        bound = _bind(wanted.host, wanted.port)
    except OSError as error:
        print(  # noqa: T201 - the answer to the person who started it
            f"sandbox: cannot listen on {wanted.host}:{wanted.port}: {error.strerror}. Is another sandbox running? "
            "Choose another port with --port or SANDBOX_PORT.",
            file=sys.stderr,
        )
        return 1
    with bound:
        try:
            state = StateFile(wanted.state) if wanted.state else None
        except UnreadableStateError as error:
            print(f"sandbox: {error}", file=sys.stderr)  # noqa: T201 - likewise
            return 1
        app = create_app(speed=wanted.speed, state=state)
        logging.getLogger("sandbox").info(
            "sandbox on http://%s:%d/ for Fonolo (/3.0/) and TENIOS (/callback/), see /sandbox/ and /sandbox/company",
            *bound.getsockname()[:2],
        )
        # A request that is deliberately never answered must not hold up the end.
        config = uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[bound])
    return 0


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        # Listening already here makes a port that somebody else holds fail now, and early clients wait.
        bound.listen(2048)
    except BaseException:
        bound.close()
        raise
    return bound


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A stand-in for Fonolo and TENIOS.")
    env = os.environ
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port",
        type=_port,
        default=env.get("SANDBOX_PORT") or "8900",
        help="port; SANDBOX_PORT or 8900; 0 for any free",
    )
    parser.add_argument(
        "--speed", type=_speed, default=env.get("SANDBOX_SPEED") or "1", help="how fast calls go; SANDBOX_SPEED or 1"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=env.get("SANDBOX_STATE") or None,
        help="file to keep calls in; SANDBOX_STATE or none",
    )
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no port")


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not (speed > 0 and math.isfinite(speed)):
        raise argparse.ArgumentTypeError("the speed must be a number more than 0")
    return speed


if __name__ == "__main__":
    sys.exit(main())
