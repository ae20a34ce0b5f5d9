"""Starting the engine beside the service, and starting it again when it dies."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import threading
import time
from pathlib import Path

from bot.settings import ROOT, Settings

logger = logging.getLogger(__name__)
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "SYSTEMROOT")
"""What the engine gets of our environment: no database password, no Telegram token."""
FIRST_PAUSE, SOON, GIVE_UP_PAUSE = 1.0, 5.0, 30.0
"""Seconds before it is started again: at first, as long as it is worth waiting for, and at most."""


class Supervisor:
    """Watches over one engine process."""

    def __init__(self, settings: Settings, model: Path, token: str) -> None:
        self._settings, self._model, self._token = settings, model, token
        self.port = free_port()
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE
        self._thread = threading.Thread(target=self._watch, name="engine-supervisor", daemon=True)

    @property
    def url(self) -> str:
        """Where the engine listens, on loopback."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process is there, or will be within seconds; it may still be loading its model."""
        there = self._process is not None and self._process.poll() is None
        return there or (self._pause <= SOON and not self._stop.is_set())

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the engine and the watching."""
        self._stop.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join(10)

    def _watch(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            self._process = self._started()
            code = self._process.wait()
            if self._stop.is_set():
                return
            lived_long = time.monotonic() - began > 60
            self._pause = FIRST_PAUSE if lived_long else min(self._pause * 2, GIVE_UP_PAUSE)
            logger.error("the engine ended with %s; starting again in %.0f s", code, self._pause)
            self._stop.wait(self._pause)

    def _started(self) -> subprocess.Popen[bytes]:
        """A new engine. Its standard input is a pipe that nobody writes to: when we die, it closes, and so does the engine."""
        self._settings.data.mkdir(parents=True, exist_ok=True)
        log = (self._settings.data / "engine.log").open("ab")
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"LINLI_ENGINE_TOKEN": self._token, "LINLI_CACHE": str(self._settings.cache)}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        return subprocess.Popen(
            [str(self._settings.engine_python), "-m", "nlu.engine.serve", *self._arguments()],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )

    def _arguments(self) -> list[str]:
        deeds = f"http://127.0.0.1:{self._settings.port}/internal/actions"
        trackers, learned = self._settings.data / "engine.db", self._settings.dispatch
        places = ["--model", str(self._model), "--trackers", str(trackers), "--dispatch", str(learned)]
        return [*places, "--port", str(self.port), "--actions-url", deeds]


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
