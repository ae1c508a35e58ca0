"""Where a visitor writes from, as something that can be counted and tells nobody where that is."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

LENGTH = 32


def whence(secret: str, network: str) -> str:
    """The keyed digest of a visitor's network (``channels.limits.network``).

    Empty for this machine itself: that is a proxy of ours that was not counted, and not everybody behind it is one.
    """
    try:
        found = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return ""
    if found.is_loopback or ipaddress.ip_address("::1") in found:
        return ""
    return hmac.new(secret.encode(), b"whence " + network.encode(), hashlib.sha256).hexdigest()[:LENGTH]
