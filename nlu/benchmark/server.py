"""A server under measurement: started as a process of its own, spoken to over loopback, looked at from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 300.0
"""Seconds that a server may take to come up."""


@dataclass(frozen=True)
class Server:
    """How to reach it. `webhook`: where a turn is taken; `parse`: where a message is only understood."""

    name: str
    pid: int
    webhook: str
    parse: str
    headers: Mapping[str, str]

    def worked(self) -> float:
        """Milliseconds of processor time so far: the same however busy the machine is with others."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Megabytes resident (Rss), and what of it would be free if it ended (Pss: shared pages by halves)."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        sizes = {line.split(":")[0]: float(line.split()[1]) / 1024 for line in lines if line.endswith("kB")}
        return {key: sizes[key] for key in ("Rss", "Pss")}


@contextmanager
def running(
    name: str, command: Sequence[str], environment: Mapping[str, str], port: int, channel: str, token: str = ""
) -> Iterator[Server]:
    """The server, up as long as it is needed."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=dict(environment), stdin=subprocess.PIPE, stdout=log, stderr=log)
        base = f"http://127.0.0.1:{port}"
        server = Server(
            name,
            process.pid,
            f"{base}/webhooks/{channel}/webhook",
            f"{base}/model/parse?token={token}",
            {"x-linli-token": token},
        )
        try:
            _wait(process, f"{base}/status?token={token}")
            yield server
        except ChildProcessError:
            log.seek(0)
            raise ChildProcessError(f"{name} 没有起来：{log.read()[-2000:]}") from None
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise ChildProcessError


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
