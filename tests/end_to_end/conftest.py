"""A whole service with its real engine, on a database of its own, started once for all tests here."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import ROOT, Settings
from bot.supervisor import free_port

READY = 120.0
"""Seconds that an engine may take to load its model on a busy machine."""


@dataclass
class Service:
    """A running service."""

    url: str
    passwords: dict[str, str]
    process: subprocess.Popen[str]
    data: Path

    def say(self, conversation: str, text: str, **more: Any) -> dict[str, Any]:
        """One message through the chat API."""
        body = {"conversation": conversation, "text": text, "message_id": uuid.uuid4().hex, **more}
        answer = httpx.post(f"{self.url}/api/chat", json=body, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def start(data: Path, **settings: str) -> Service:
    """Start a service and wait until its web answers."""
    port = free_port()
    environment = {**os.environ, "LINLI_DATA": str(data), "LINLI_PORT": str(port), "LINLI_MESSAGES_PER_MINUTE": "5000"}
    environment |= {"LINLI_MESSAGES_PER_MINUTE_FROM_ADDRESS": "5000", **settings}
    log = (data / "service.log").open("w+")
    linli = str(ROOT / ".venv" / "bin" / "linli")
    process = subprocess.Popen(
        [linli, "serve"], env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, text=True
    )
    service = Service(f"http://127.0.0.1:{port}", {}, process, data)
    _wait(service, "/healthz", lambda answer: answer.status_code == 200)
    service.passwords = dict(re.findall(r"^  (\w+) +(\w{12}) ", (data / "service.log").read_text("utf-8"), re.M))
    return service


def _wait(service: Service, path: str, good: Any) -> None:
    until = time.monotonic() + READY
    while time.monotonic() < until:
        assert service.process.poll() is None, (service.data / "service.log").read_text("utf-8")
        try:
            if good(httpx.get(service.url + path, timeout=5, trust_env=False)):
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"{path} not ready: " + (service.data / "service.log").read_text("utf-8"))


def ready(service: Service) -> None:
    """Wait until the engine answers too."""
    _wait(service, "/readyz", lambda answer: answer.json().get("engine") == "ok")


def stop(service: Service) -> None:
    """Ask the service to end, and make sure that it does."""
    service.process.send_signal(signal.SIGTERM)
    try:
        service.process.wait(20)
    except subprocess.TimeoutExpired:
        service.process.kill()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with its engine."""
    if not Settings().engine_python.exists():
        pytest.skip("skipped: no engine environment, run make setup")
    running = start(tmp_path_factory.mktemp("service"))
    try:
        ready(running)
        yield running
    finally:
        stop(running)


@pytest.fixture(scope="session")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose engine is not there."""
    running = start(tmp_path_factory.mktemp("lonely"), LINLI_ENGINE_URL=f"http://127.0.0.1:{free_port()}")
    try:
        yield running
    finally:
        stop(running)
