"""The one place where numbers, codes and secrets are taken out of what is logged."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.masking import HIDDEN, Masker, secrets_in
from ringback.models import NOTE, Callback, CallbackRequest, Order

ROOT = Path(__file__).resolve().parents[1]
DIGITS = "4165550123"
LOGS = """
import logging, sys, structlog
from ringback.log import configure_logging
logging.getLogger("sanic.error").addHandler(logging.StreamHandler(sys.stderr))
configure_logging()
ours, theirs = structlog.get_logger("ours"), logging.getLogger("sanic.error")
ours.info("ordered", callback="k1", why="for +1 416 555 0123", number="x", answers={"Q1": "my bill"})
theirs.warning("POST %s from %s", "/?token=abcdef&to=%2B14165550123", "(416) 555-0123")
logging.getLogger("httpx").info("HTTP Request: GET http://127.0.0.1/?token=abc")
for one in (ours, theirs):
    try:
        raise ValueError("no such number: 416 555 0123, sesame-open")
    except ValueError:
        one.exception("went_wrong")
"""


@pytest.mark.parametrize(
    "text",
    [
        *(
            "+14165550123",
            "+1 416 555 0123",
            "416-555-0123",
            "(416) 555-0123",
            "416.555.0123",
            "4165550123",
            "416 5550123",
        ),
        *("001 416 555 0123", "%2B14165550123", "tel:+1-416-555-0123", "whatsapp:+14165550123", "416_555_0123"),
        *("x4165550123", "{'number': '+14165550123'}", "?phone=4165550123&x=1", "+1\u00a0416\u202f555\u20110123"),
    ],
)
def test_a_number_is_masked_however_it_is_written(text: str) -> None:
    """Of a telephone number the last two digits remain, and what stands around it."""
    masked = Masker().text(f"before {text} after")
    assert "[number ..23]" in masked and masked.startswith("before ") and masked.endswith(" after")
    assert "555" not in masked


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-23 04:42:21,123 started", "2026-11-23", "127.0.0.1:5005", "192.168.100.200", "1763871862.123"),
        *("7e5a10c5-0000-4000-8000-00000000a001", "CA5a6d617065746c00000000000000a001", "0.52", "HTTP 404", "k1-3"),
        *("status code: 404", "unexpected token in JSON", "10000 call-backs in 12.5 s", "python 3.10.13"),
    ],
)
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    """Moments, addresses, ids and figures can still be read."""
    assert Masker().text(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET /x?token=abc123&y=1", "abc123"),
        ('{"access_key": "7e5a10c5-0000"}', "7e5a10c5"),
        ("auth_token: 5a6d6170", "5a6d6170"),
        ("Authorization: Basic QWxhZGRpbjpvcGVu", "QWxhZGRpbjpvcGVu"),
        ("postgresql://ringback:open@db/x", "open"),
        ("your code is 4711", "4711"),
        ("code=04711", "04711"),
        ("nothing but sesame-open here", "sesame-open"),
        ("x_auth_token=5a6d6170", "5a6d6170"),
        ("RINGBACK_FONOLO_AUTH_TOKEN: 5a6d6170", "5a6d6170"),
        ("my-api_key='5a6d6170'", "5a6d6170"),
    ],
)
def test_secrets_and_codes_are_masked(text: str, secret: str) -> None:
    """Known secrets wherever they stand, unknown ones by the name beside them."""
    masked = Masker(["sesame-open"]).text(text)
    assert secret not in masked and HIDDEN in masked


@pytest.mark.parametrize("piece", ["a_", "x-", "a.", "://a", "://a@", "1 ", "token ", "bearer a", "+1 (", "%2B", '"'])
def test_a_long_line_costs_no_more_than_its_length(piece: str) -> None:
    """A hundred thousand characters are masked at once; a pattern that begins again everywhere would take minutes."""
    began = time.process_time()
    Masker(["sesame-open"]).text(f"{piece * (100_000 // len(piece))}://")
    assert time.process_time() - began < 10


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_surroundings_betray_a_number(before: str, after: str) -> None:
    """Whatever stands around an E.164 number with blanks between, its digits are not to be read in a row."""
    assert DIGITS not in Masker().text(f"{before} +1{DIGITS} {after}")


def test_secrets_are_found_among_the_settings() -> None:
    """Tokens, secrets and keys by their names, and the passwords inside addresses."""
    environment = {
        "RINGBACK_RASA_TOKEN": "one-token",
        "RINGBACK_WEBSITE_SECRET": "new-secret old-secret",
        "RINGBACK_LEDGER_URL": "postgresql://ringback:password@db/ringback",
        "RINGBACK_RASA_URL": "http://127.0.0.1:5005",
        "HOME": "/home/x",
    }
    assert secrets_in(environment) == {"one-token", "new-secret", "old-secret", "new-secret old-secret", "password"}


@pytest.mark.parametrize("how", ["json", "console"])
def test_nothing_gets_into_the_log_of_a_process(how: str, tmp_path: Path) -> None:
    """Neither by our lines, nor by other libraries' lines, nor by tracebacks, nor through a library's own handler."""
    done = subprocess.run(
        [sys.executable, "-c", LOGS],
        cwd=ROOT,
        env={"RINGBACK_LOG": how, "RINGBACK_FONOLO_AUTH_TOKEN": "sesame-open"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    assert done.stderr == ""
    for never in ("555", "my bill", "abcdef", "sesame-open", "HTTP Request"):
        assert never not in done.stdout
    assert len([one for one in lines if "went_wrong" in one]) == 2 and "[number ..23]" in done.stdout
    if how == "json":
        first, second, *_ = map(json.loads, lines)
        assert (first["event"], first["callback"], first["level"]) == ("ordered", "k1", "info")
        assert (second["logger"], second["level"]) == ("sanic.error", "warning")


def test_the_rasa_server_uses_the_same_rules(tmp_path: Path) -> None:
    """Under Rasa's Python, without our environment, a record is masked before any handler sees it."""
    program = (
        "import importlib.util, logging, sys; sys.path.insert(0, 'rasa-server'); import launch\n"
        "masking = launch.part_of_ringback('masking'); masking.mask_records(masking.Masker(['sesame-open']))\n"
        "logging.basicConfig(level=logging.INFO, format='%(message)s', stream=sys.stdout)\n"
        "logging.getLogger('rasa').error('Failed for %s with %s', '+14165550123', 'sesame-open')\n"
        "logging.getLogger('rasa').error('%d %d', 'wrong')\n"
        "try:\n    raise ValueError('416 555 0123')\n"
        "except ValueError:\n    logging.getLogger('rasa').exception('oh')\n"
    )
    python = ROOT / "rasa-server" / ".venv" / "bin" / "python"
    done = subprocess.run([python, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    lines = done.stdout.splitlines()
    assert lines[0] == "Failed for [number ..23] with [hidden]"
    assert "cannot be read" in lines[1] and lines[-1] == "ValueError: [number ..23]"


def test_no_model_shows_a_number_or_an_answer() -> None:
    """Neither printed nor in the error about a wrong value."""
    order = Order(queue_id="q", number="+14165550123", answers={"Q1": "my bill"}, note="my dog")
    request = CallbackRequest(
        key="k",
        conversation_id="c",
        channel="w",
        queue_id="q",
        queue_name="Q",
        number="+14165550123",
        answers={NOTE: "x"},
    )
    for one in (order, request):
        assert "555" not in f"{one!r}{one!s}" and "my" not in f"{one!r}"
    with pytest.raises(ValueError, match="number") as caught:
        Order(queue_id="q", number="416 555 0123")
    assert "555" not in str(caught.value)
    assert Callback.model_config["hide_input_in_errors"] is True


def test_a_record_that_another_library_makes_is_masked_before_handlers(caplog: pytest.LogCaptureFixture) -> None:
    """The standard library's own text has been masked already when a handler formats it."""
    from ringback.masking import mask_records

    before = logging.getLogRecordFactory()
    try:
        mask_records(Masker())
        mask_records(Masker())  # a second time it is not wrapped twice
        logging.getLogger("slack").warning("to %s", "+14165550123")
    finally:
        logging.setLogRecordFactory(before)
    assert caplog.messages == ["to [number ..23]"]
