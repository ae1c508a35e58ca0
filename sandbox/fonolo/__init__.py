"""Fonolo's REST API 3.0, as far as public documents, the official SDKs and one real program tell."""

from sandbox.fonolo.provider import Fonolo

__all__ = ["Fonolo"]
