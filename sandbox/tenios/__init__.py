"""TENIOS's Callback API, as far as its public pages, the official samples and two other clients tell."""

from sandbox.tenios.provider import Tenios

__all__ = ["Tenios"]
