"""A service, and an engine beside it, that are killed without warning and started again on the same data."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.outside import current_model
from bot.settings import ROOT, Settings
from bot.supervisor import PASSED_ON, free_port

READY = 180.0
"""Seconds that a start may take on a busy machine."""
TOKEN = "a token of the test alone"  # noqa: S105 - it guards a process that lives for minutes


@dataclass
class Mortal:
    """The processes. With `apart` the engine outlives the service; otherwise the service starts and guards its own."""

    data: Path
    apart: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    engine_port: int = field(default_factory=free_port)
    starts: list[float] = field(default_factory=list)
    _nursery: subprocess.Popen[bytes] | None = None
    _service: int = 0
    _engine: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the service answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start_service(self) -> None:
        """Start it and wait until its web answers."""
        nursery = self._nursery or await asyncio.to_thread(self._warmed)
        began = time.monotonic()
        assert nursery.stdin and nursery.stdout
        nursery.stdin.write(b"\n")
        nursery.stdin.flush()
        self._service = int(await asyncio.to_thread(nursery.stdout.readline))
        await self._answers(f"{self.url}/healthz")
        self.starts.append(time.monotonic() - began)

    def _warmed(self) -> subprocess.Popen[bytes]:
        """The process that services are forked from."""
        environment = {**os.environ, **self._environment(), **self.settings, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.end_to_end.warm"]
        with (self.data / "service.log").open("ab") as log:
            self._nursery = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=ROOT
            )
        assert self._nursery.stdout
        if self._nursery.stdout.readline().strip() != b"warm":
            raise RuntimeError(f"it could not be started; see {self.data}")
        return self._nursery

    def _environment(self) -> dict[str, str]:
        mine = {"LINLI_DATA": str(self.data), "LINLI_PORT": str(self.port), "LINLI_ENGINE_TOKEN": TOKEN}
        mine |= {"LINLI_MESSAGES_PER_MINUTE": "100000", "LINLI_MESSAGES_PER_MINUTE_FROM_ADDRESS": "100000"}
        return mine | ({"LINLI_ENGINE_URL": f"http://127.0.0.1:{self.engine_port}"} if self.apart else {})

    async def start_engine(self) -> None:
        """Start the engine that stands apart, and wait until its model is loaded."""
        places = ["--model", str(current_model(Settings())), "--trackers", str(self.data / "engine.db")]
        ways = ["--port", str(self.engine_port), "--actions-url", f"{self.url}/internal/actions"]
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"LINLI_ENGINE_TOKEN": TOKEN, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        environment |= {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ}
        with (self.data / "engine.log").open("ab") as log:
            command = [str(Settings().engine_python), "-m", "nlu.engine.serve", *places, *ways]
            self._engine = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=ROOT
            )
        await self._answers(f"http://127.0.0.1:{self.engine_port}/webhooks/linli/health")

    async def _answers(self, url: str) -> None:
        until = time.monotonic() + READY
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            while time.monotonic() < until:
                try:
                    if (await client.get(url)).is_success:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)
        raise TimeoutError(f"{url} does not answer; see {self.data}")

    def kill_service(self) -> None:
        """SIGKILL: nothing is flushed, nothing is said."""
        if self._service:
            os.kill(self._service, signal.SIGKILL)
            self._service = 0

    def kill_engine(self) -> None:
        """The same for the engine that stands apart."""
        _killed(self._engine)

    def end(self) -> None:
        """Leave nothing running."""
        self.kill_service()
        for process in (self._engine, self._nursery):
            _killed(process)


def _killed(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()
