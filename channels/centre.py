"""What the channels need to know of desk.yml: the language of the centre."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from channels.languages import FALLBACK, language_in

logger = logging.getLogger(__name__)


def centres_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of desk.yml: spoken where nobody knows better. The fallback if that file cannot be read here."""
    file = Path(environment.get("RINGBACK_DESK_FILE") or "desk.yml")
    try:
        content = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError) as error:
        logger.warning("%s cannot be read (%s): its language is taken for %s.", file, type(error).__name__, FALLBACK)
        return FALLBACK
    return language_in(content.get("language") if isinstance(content, dict) else "") or FALLBACK
