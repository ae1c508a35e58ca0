"""docs/providers.md says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ringback.catalogue import questions, read_hours
from ringback.providers import base
from ringback.providers.base import ProviderError
from ringback.providers.fonolo import FonoloNames
from ringback.providers.tenios import TeniosNames
from ringback.settings import DeskFile, TeniosSettings

PAGE = (Path(__file__).parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("name", [*FonoloNames.model_fields, *TeniosNames.model_fields])
def test_every_assumed_name_is_documented(name: str) -> None:
    """Every name that had to be assumed stands on the page."""
    assert f"`{name}`" in PAGE


def test_every_error_is_documented() -> None:
    """Every kind of ProviderError stands on the page, and in the tree that base.py draws."""
    for kind in ProviderError.__subclasses__():
        assert kind.__module__ != base.__name__ or f"`{kind.__name__}`" in PAGE
        assert kind.__module__ != base.__name__ or f"── {kind.__name__} " in (base.__doc__ or "")


def test_examples_are_right() -> None:
    """Both examples of desk.yml are read without complaint, hours and questions included."""
    kinds = []
    for example in EXAMPLES:
        desk = DeskFile.model_validate(yaml.safe_load(example))
        for provider in desk.providers:
            kinds.append(provider.kind)
            if isinstance(provider, TeniosSettings):
                for queue in provider.queues:
                    assert [len(spans) for spans in read_hours(queue)] == [2, 2, 2, 2, 1, 0, 0]
                    assert [one.required for one in questions(queue)] == [True, False]
    assert kinds == ["fonolo", "tenios"]
