"""What is kept of a request without its secret: TENIOS's access key travels in the body, and, with a client that
misreads the documents, in a query or a form too.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

HIDDEN = "…"
_SECRET = "accesskey"  # noqa: S105 - the name of a field


def redacted(value: Any) -> Any:
    """A JSON-like value in which every field that is called access key, however it is written, is hidden."""
    if isinstance(value, dict):
        return {_name(name): HIDDEN if _secret(name) else redacted(one) for name, one in value.items()}
    if isinstance(value, list):
        return [redacted(one) for one in value]
    return HIDDEN if isinstance(value, str) and _secret(value) else value


def redacted_query(query: str) -> str:
    """A query string as it was sent, unless it holds a key."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(_secret(name) or _secret(value) for name, value in pairs):
        return query
    return urlencode([(_name(name), HIDDEN if _secret(name) or _secret(value) else value) for name, value in pairs])


def _secret(name: str) -> bool:
    return _SECRET in name.lower().replace("_", "").replace("-", "")


def _name(name: str) -> str:
    # A whole JSON text in the place of a form's field name.
    return HIDDEN if _secret(name) and len(name) > 2 * len(_SECRET) else name
