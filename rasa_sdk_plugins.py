"""Rasa SDK's plugin door: the SDK imports this module by name when the action server starts.

It opens the desk when a server process starts and closes it when the process ends, so that
`python -m rasa_sdk --actions actions` is all it takes.
"""

from __future__ import annotations

import pluggy

from actions.server import Plugin


def init_hooks(manager: pluggy.PluginManager) -> None:
    """Called by `rasa_sdk.plugin.plugin_manager`."""
    manager.register(Plugin())
