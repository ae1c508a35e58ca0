"""The chart's values, schema and templates fit each other and the project."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from ringback.settings import DeskFile
from tests.deploy.test_settings_named import known_settings
from tools.console import ROOT

CHART = ROOT / "deploy" / "helm" / "ringback"
TEMPLATES = sorted((CHART / "templates").iterdir())


def values() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
    return content


def complaints(content: dict[str, Any]) -> list[str]:
    schema = json.loads((CHART / "values.schema.json").read_text())
    Draft7Validator.check_schema(schema)
    return [error.json_path for error in Draft7Validator(schema).iter_errors(content)]


def test_the_charts_own_values_fit_its_schema() -> None:
    """What the chart brings along is what it accepts."""
    assert complaints(values()) == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("rasa.replicas", 0),
        ("rasa.replica", 3),
        ("worker.replicas", "two"),
        ("secret.rasa", ["rasa-token"]),
        ("secret.name", ""),
        ("settings", {"FONOLO_URL": "https://example.com"}),
        ("desk", {"centre": "Maple"}),
        ("credentials", {}),
        ("ingress.host", ""),
        ("images.rasa.pullPolicy", "Sometimes"),
    ],
)
def test_wrong_values_are_refused(path: str, wrong: object) -> None:
    """A misspelt or impossible value is refused with its place."""
    content = values()
    first, *_ = *outer, last = path.split(".")
    inner = content
    for name in outer:
        inner = inner[name]
    inner[last] = wrong
    assert any(place.startswith(f"$.{first}") for place in complaints(content))


def test_the_schema_describes_every_value() -> None:
    """Each value of the chart stands in the schema, so that a misspelt one beside it is noticed."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert set(schema["properties"]) - {"global"} == set(values())
    assert schema["additionalProperties"] is False


def _is_there(content: Any, names: list[str]) -> bool:
    for name in names:
        if not isinstance(content, dict) or name not in content:
            return False
        content = content[name]
    return True


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_templates_use_only_values_that_exist(template: Path) -> None:
    """Whatever a template reads out of the values has its default in values.yaml."""
    used = set(re.findall(r"\.Values\.([A-Za-z.]+)", template.read_text()))
    assert [name for name in used if not _is_there(values(), name.rstrip(".").split("."))] == []


def test_templates_use_only_parts_that_are_defined() -> None:
    """Each `include` has its `define`, and each `define` is used."""
    text = "\n".join(template.read_text() for template in TEMPLATES)
    defined = set(re.findall(r'define "([^"]+)"', text))
    assert set(re.findall(r'include "([^"]+)"', text)) == defined
    for template in TEMPLATES:
        lines = template.read_text()
        opened = len(re.findall(r"{{-? *(?:if|range|with|define) ", lines))
        assert opened == len(re.findall(r"{{-? *end *-?}}", lines)), template.name


def test_the_desk_of_the_chart_can_be_opened() -> None:
    """The values' desk is a desk.yml that Ringback understands."""
    assert DeskFile.model_validate(values()["desk"]).region == "CA"


def test_each_role_gets_its_own_secrets_only() -> None:
    """The Rasa servers are not told the provider's account; both know the word that lets them talk."""
    secret = values()["secret"]
    assert set(secret["rasa"]) | set(secret["actions"]) <= known_settings()
    assert not [name for name in secret["rasa"] if "FONOLO" in name or "LEDGER" in name]
    assert "RINGBACK_RASA_TOKEN" in set(secret["rasa"]) & set(secret["actions"])


def test_pods_are_nobodys_root_and_write_nowhere() -> None:
    """Every container runs unprivileged over a read-only root, with the same two folders to write to as the images."""
    helpers = (CHART / "templates" / "_helpers.tpl").read_text()
    for line in ("runAsNonRoot: true", "runAsUser: 10001", "readOnlyRootFilesystem: true", "drop: [ALL]"):
        assert line in helpers
    for role in ("rasa", "actions", "worker"):
        template = (CHART / "templates" / f"{role}.yaml").read_text()
        assert 'include "ringback.pod"' in template
        assert 'include "ringback.container"' in template
        assert "livenessProbe" in template


def test_the_ingress_lets_only_pages_and_platforms_in() -> None:
    """Rasa's HTTP API is not reachable through the Ingress or the containers' front."""
    ingress = re.search(r"range list (.+?) }}", (CHART / "templates" / "ingress.yaml").read_text())
    assert ingress
    paths = set(re.findall(r'"([^"]+)"', ingress[1]))
    assert paths == {"/socket.io/", "/webhooks/website/", "/webhooks/whatsapp/", "/webhooks/slack/"}
    public = (ROOT / "deploy/docker/nginx.conf").read_text().split("listen 8080;")[1].split("listen 5005;")[0]
    assert set(re.findall(r"location (/\S+)", public)) == paths
    assert "location / { return 404; }" in public
