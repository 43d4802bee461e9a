import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from app.kernel.settings import Settings
from tests.project.tree import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
APP = ROOT / "app"
COMMANDS = {"serve", "demo", "migrate", "import", "plan", "check", "worker", "doctor", "user"}


def _instructions():
    """The Dockerfile as (instruction, the rest), in order."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return [
        tuple(line.split(maxsplit=1))
        for line in text.splitlines()
        if line.strip() and not line.startswith("#")
    ]


def _last_stage():
    instructions = _instructions()
    begins = max(number for number, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[begins:]


def _minka_commands():
    """Every `minka ...` that the containers run, as lists of words."""
    image = [json.loads(rest) for word, rest in _instructions() if word == "CMD"]
    services = [service["command"] for service in SERVICES.values() if "command" in service]
    return [words for words in image + services if words[0] == "minka"]


def _variables(service):
    return service.get("environment", {})


def test_services_are_the_database_its_migration_the_app_and_the_worker():
    commands = {name: service.get("command", [])[:2] for name, service in SERVICES.items()}

    assert commands == {
        "database": [],
        "migrate": ["minka", "migrate"],
        "app": ["minka", "serve"],
        "worker": ["minka", "worker"],
    }


def test_every_service_depended_on_exists_and_can_reach_the_condition():
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            needed = SERVICES[name]

            if wait["condition"] == "service_healthy":
                assert "test" in needed["healthcheck"]
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert needed["restart"] == "no"


def test_every_volume_is_named_and_used():
    mounted = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}

    assert mounted == set(COMPOSE["volumes"])


def test_database_keeps_its_data_where_postgres_18_looks():
    major = int(re.fullmatch(r"postgres:(\d+)", SERVICES["database"]["image"])[1])

    assert major >= 18
    assert SERVICES["database"]["volumes"] == ["database:/var/lib/postgresql"]


def test_database_address_names_the_service_and_its_user():
    given = _variables(SERVICES["database"])

    for name in ("migrate", "app", "worker"):
        url = _variables(SERVICES[name])["MINKA_DATABASE_URL"]
        assert url == f"postgresql://{given['POSTGRES_USER']}:{given['POSTGRES_PASSWORD']}@database/minka"


def test_secrets_come_from_the_environment_and_have_no_default():
    text = (ROOT / "docker-compose.yml").read_text()
    asked = re.findall(r"\$\{(\w+)([^}]*)\}", text)
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert {name for name, _ in asked} == set(example)
    for name in ("MINKA_SECRET_KEY", "MINKA_POSTGRES_PASSWORD"):
        assert {rest for asked_name, rest in asked if asked_name == name} == {":?see .env.example"}
        assert example[name] == ""


def test_published_port_is_the_exposed_one_and_stays_on_this_machine():
    exposed = [rest for word, rest in _last_stage() if word == "EXPOSE"]

    assert SERVICES["app"]["ports"] == [f"127.0.0.1:{port}:{port}" for port in exposed]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["app"]


@pytest.mark.parametrize("words", _minka_commands(), ids=" ".join)
def test_containers_run_commands_that_exist(words):
    assert words[1] in COMMANDS
    if any(APP.glob("cli*")):  # the command line is built after the containers; from then on it is asked
        program = Path(sys.executable).with_name("minka")
        run = subprocess.run(
            [program, *words[1:], "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr


def test_image_runs_as_a_user_without_rights():
    users = [rest for word, rest in _last_stage() if word == "USER"]

    assert users
    assert users[-1].isdigit()
    assert int(users[-1]) > 0


def test_image_holds_runtime_dependencies_only_and_pinned():
    installs = [
        part
        for word, rest in _instructions()
        if word == "RUN"
        for part in rest.split("&&")
        if " install " in part
    ]

    assert installs
    for install in installs:
        assert "--constraint constraints.txt" in install
        assert "[dev]" not in install


def test_image_copies_what_exists_and_is_sent():
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    stages = {rest.split(" AS ")[1] for word, rest in _instructions() if word == "FROM" and " AS " in rest}

    for word, rest in _instructions():
        if word == "COPY" and rest.startswith("--from="):
            assert rest.split()[0].removeprefix("--from=") in stages
        elif word == "COPY":
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert source == "." or f"!{source}" in sent


def test_image_is_sent_what_its_build_reads_and_no_secret():
    sent = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert {"!app", "!migrations", "!pyproject.toml", "!README.md", "!LICENSE"} <= set(sent)
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")
    assert not any(fnmatch(".env", line[1:]) for line in sent)


def test_health_check_asks_the_readiness_path_of_the_exposed_port():
    checks = [rest for word, rest in _last_stage() if word == "HEALTHCHECK"]
    (exposed,) = [rest for word, rest in _last_stage() if word == "EXPOSE"]

    assert len(checks) == 1
    assert f"http://127.0.0.1:{exposed}/health/ready" in checks[0]
    assert "curl" not in checks[0]
    assert any('"/health/ready"' in path.read_text() for path in APP.rglob("*.py"))


def test_containers_set_only_what_is_a_setting():
    given = {
        name for service in SERVICES.values() for name in _variables(service) if name.startswith("MINKA_")
    }

    assert given == {"MINKA_DATABASE_URL", "MINKA_SECRET_KEY", "MINKA_PUBLIC_URL", "MINKA_WORKER"}
    assert given - {f"MINKA_{name.upper()}" for name in Settings.model_fields} == set()
