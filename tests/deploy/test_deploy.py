"""The files of deploy/: checked by their own linters where those are installed, and against the
program's own flags and schema."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
BINARY = pathlib.Path(os.environ.get("OUTPOST_BINARY", ROOT / "build/release/outpost"))
UNIT = DEPLOY / "systemd/outpost.service"
CONTAINERFILE = DEPLOY / "container/Containerfile"
MANIFEST = DEPLOY / "kubernetes/outpost.yaml"


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60,
                          check=False, **options)


def outpost(home, *arguments):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    return run(BINARY, *arguments, env={"OUTPOST_HOME": str(home), "PATH": os.environ["PATH"]})


def tool(name):
    """A linter beside this Python (from tools/requirements.txt) or on the path."""
    beside = pathlib.Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        pytest.skip(f"needs {name}")
    return found


def manifests():
    return list(yaml.safe_load_all(MANIFEST.read_text()))


def container():
    deployment = next(m for m in manifests() if m["kind"] == "Deployment")
    return deployment["spec"]["template"]["spec"]["containers"][0]


def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / "outpost.service"
    # /bin/true stands for the program: verify looks whether it is there.
    unit.write_text(UNIT.read_text().replace("@PREFIX@/bin/outpost", "/bin/true")
                    .replace("User=outpost", "User=root").replace("Group=outpost", "Group=root"))
    done = run(tool("systemd-analyze"), "verify", unit)
    complaints = [line for line in done.stderr.splitlines() if "outpost.service" in line]
    assert done.returncode == 0 and complaints == [], done.stderr


def test_systemd_waits_longer_than_the_longest_drain(tmp_path):
    seconds = int(re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.M).group(1))
    drains = [int(re.search(r"drain_time: (\d+) s", file.read_text()).group(1))
              for file in (DEPLOY / "config").glob("*.yaml")]
    assert max(drains) < seconds


def test_hadolint_takes_the_containerfile():
    done = run(tool("hadolint"), CONTAINERFILE)
    assert done.returncode == 0, done.stdout


def test_the_container_runs_without_root_and_as_the_program_wants_it(tmp_path):
    lines = CONTAINERFILE.read_text()
    assert re.findall(r"^USER (.+)$", lines, re.M) == ["10001"]
    help_text = outpost(tmp_path, "serve", "--help").stdout
    for flag in re.findall(r'"(--[a-z-]+)"', re.search(r"^ENTRYPOINT (.+)$", lines, re.M).group(1)):
        assert flag in help_text


def test_kubernetes_schemas_take_the_manifest():
    validate = tool("kubernetes-validate")
    done = run(validate, "--strict", MANIFEST)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_fits_the_program(tmp_path):
    spec = container()
    for probe, path in (("startupProbe", "/health/live"), ("livenessProbe", "/health/live"),
                        ("readinessProbe", "/health/ready")):
        assert spec[probe]["httpGet"] == {"path": path, "port": "http"}
    assert spec["ports"][0]["name"] == "http"
    config = next(m for m in manifests() if m["kind"] == "ConfigMap")["data"]["outpost.yaml"]
    loaded = yaml.safe_load(config)
    assert spec["ports"][0]["containerPort"] == loaded["listen"]["port"]
    file = tmp_path / "outpost.yaml"
    file.write_text(config)
    tiny = ROOT / "tests/data/models/llama.gguf"
    done = outpost(tmp_path, "serve", "--config", file, "--check", "--model", tiny, "--context", "0",
                   "--kv-tokens", "0")
    assert done.returncode == 0, done.stderr


def test_make_install_puts_everything_in_its_place(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    done = run("make", "-C", ROOT, "install-files", f"DESTDIR={tmp_path}", "PREFIX=/opt/outpost",
               f"BINARY={BINARY}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "opt/outpost/bin/outpost").stat().st_mode & 0o777 == 0o755
    unit = (tmp_path / "opt/outpost/lib/systemd/system/outpost.service").read_text()
    assert "ExecStart=/opt/outpost/bin/outpost serve" in unit and "@PREFIX@" not in unit
    assert (tmp_path / "opt/outpost/share/outpost/config/enterprise.yaml").is_file()
