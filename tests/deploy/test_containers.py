"""What deploy/ says about containers fits the project: files, settings, commands and the order of things."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from channels.settings import Settings
from tools.console import ROOT
from tools.train import INGREDIENTS

DEPLOY = ROOT / "deploy"
DOCKERFILES = sorted((DEPLOY / "docker").glob("*.Dockerfile"))
HEALTHY = DEPLOY / "docker" / "healthy.py"
MADE_IN_THE_IMAGE = {"models/ringback.tar.gz"}


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return content


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def let_through(path: str) -> bool:
    """Whether .dockerignore, which is a list of what is allowed, leaves the path in the context."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in allowed)


def test_the_images_see_nothing_but_what_is_allowed() -> None:
    """.dockerignore shuts everything out first: no secret, database or environment gets into an image."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    for secret in (
        ".env",
        "deploy/compose.env",
        "var/ringback.sqlite3",
        ".git/config",
        "models/ringback.tar.gz",
        ".venv/x",
    ):
        assert not let_through(secret), secret


def test_what_is_allowed_exists() -> None:
    """Each line of .dockerignore names something."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [one for one in allowed if not (ROOT / one).exists()] == []


def test_the_image_trains_as_the_project_does() -> None:
    """The model inside is made of what `make train` makes it of, with the same options."""
    text = (DEPLOY / "docker" / "rasa.Dockerfile").read_text()
    line = re.search(r"launch\.py train (.+?) \\", text)
    assert line
    assert "--domain domain " in line[1]
    assert '"--domain",\n            "domain",' in (ROOT / "tools" / "train.py").read_text()
    for ingredient in INGREDIENTS:
        assert let_through(ingredient) or let_through(f"{ingredient}/"), ingredient


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_dockerfiles_name_only_what_is_there(file: Path) -> None:
    """Whatever a Dockerfile copies or runs exists in the project and is let into the context."""
    text = file.read_text()
    named = set(re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE)) - {"."}
    named |= set(re.findall(r"(?:deploy|rasa-server|models)/[\w./-]+\.(?:py|yml|lock|gz)", text))
    assert named
    for path in named - MADE_IN_THE_IMAGE:
        assert (ROOT / path).is_file(), path
        assert let_through(path), path


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_images_are_pinned_checked_and_nobodys_root(file: Path) -> None:
    """An image's base has a version, its packages have hashes, its user is not root, and it gets signals itself."""
    text = file.read_text()
    for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE):
        assert re.search(r":\d+\.\d+\.\d+-", base) or f"AS {base}" in text, base
    assert "--require-hashes" in text
    assert "--only-binary :all:" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]
    assert re.search(r"^CMD \[", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)


def test_pinned_pythons_are_those_of_the_project() -> None:
    """The images' Pythons are those for which the locks were made."""
    wanted = {"ringback.Dockerfile": "3.11", "rasa.Dockerfile": "3.10"}
    for name, version in wanted.items():
        assert f"FROM python:{version}." in (DEPLOY / "docker" / name).read_text()
    assert (ROOT / ".python-version").read_text().strip() == wanted["ringback.Dockerfile"]


def test_versions_agree() -> None:
    """The release is the same in the package, the images, the compose file and the chart."""
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    chart = yaml.safe_load((DEPLOY / "helm/ringback/Chart.yaml").read_text())
    assert chart["appVersion"] == version[1]
    for file in DOCKERFILES:
        assert f'image.version="{version[1]}"' in file.read_text()
    assert set(re.findall(r"RELEASE:-([^}]+)}", (DEPLOY / "compose.yml").read_text())) == {version[1]}


def test_compose_names_only_what_is_there() -> None:
    """Mounted files, Dockerfiles, contexts and services that others wait for exist."""
    content = compose()
    for name, service in services().items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            exists = (DEPLOY / source).exists() if source.startswith(".") else source in content["volumes"]
            assert exists, f"{name}: {source}"
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert set(service.get("depends_on", {})) <= set(services())
        assert set(service.get("networks", {})) <= set(content["networks"])
        command = service.get("command", [])
        for path in [part for part in command if "/" in part and part.endswith((".py", ".yml"))]:
            assert (ROOT / path).is_file(), f"{name}: {path}"
            assert let_through(path), path


def test_a_service_waits_only_for_what_its_profile_has() -> None:
    """With either profile alone, everything that is waited for is started, and only the front is published."""
    for profile in ("simple", "cluster"):
        started = {name for name, service in services().items() if profile in service["profiles"]}
        for name in started:
            for other, how in services()[name].get("depends_on", {}).items():
                assert other in started or how.get("required") is False, f"{profile}: {name} waits for {other}"
        assert [name for name in started if "ports" in services()[name]] == ["front"]


def test_our_containers_are_hardened_and_watched() -> None:
    """Each of ours has a read-only root, no capabilities, a health check of its own or its image's, and comes back."""
    ours = {name: service for name, service in services().items() if "build" in service}
    assert set(ours) == {"actions", "rasa", "actions-cluster", "rasa-cluster", "worker", "sandbox"}
    for name, service in ours.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["restart"] == "unless-stopped", name
        assert "disable" not in service.get("healthcheck", {}), name


def test_every_variable_of_compose_is_in_the_example() -> None:
    """What has to be filled in stands in compose.env.example, and each has a default or a complaint."""
    text = (DEPLOY / "compose.yml").read_text()
    example = (DEPLOY / "compose.env.example").read_text()
    for name, rest in re.findall(r"\$\{([A-Z_]+)([^}]*)}", text):
        assert rest.startswith((":-", ":?")), name
        assert name == "RELEASE" or re.search(rf"^#?{name}=", example, re.MULTILINE), name


def test_the_containers_credentials_are_understood() -> None:
    """The website channel takes its entry of the containers' credentials, and knows of the one proxy before it."""
    content = yaml.safe_load((DEPLOY / "docker/credentials.yml").read_text())
    assert Settings.of(content["channels.website.WebsiteInput"], {}).proxies == 1
    assert "rest" not in content


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/good" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()
        thread.join()


def look(url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HEALTHY), url]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_health_check_tells_good_from_bad(server: str) -> None:
    """The containers' health check is 0 for a 200, and 1 with the reason for another answer or none."""
    assert look(f"{server}/good").returncode == 0
    bad = look(f"{server}/bad")
    assert (bad.returncode, "503" in bad.stderr) == (1, True)
    nobody = look("http://127.0.0.1:9")
    assert (nobody.returncode, bool(nobody.stderr)) == (1, True)
    assert look("file:///etc/passwd").returncode == 2
