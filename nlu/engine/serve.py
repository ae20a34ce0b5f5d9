"""Start the engine: `python -m nlu.engine.serve --model FILE --port N`, with its token in `LINLI_ENGINE_TOKEN`.

It binds to loopback and knows only the text of a message: no database, no Telegram token, no phone book.
"""

from __future__ import annotations

import os

os.environ["RASA_TELEMETRY_ENABLED"] = "false"  # before rasa is imported: nothing is ever sent home
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # threads that wait for each other make a sentence's vector ten times dearer
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("SANIC_WORKERS", "1")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

import argparse
import logging
import sys
import threading
import warnings


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description="邻里的理解与对话引擎（只听本机）")
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--actions-url", required=True)
    parser.add_argument("--trackers", default="var/engine.db")
    parser.add_argument("--dispatch", default="var/dispatch.joblib")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    os.environ["LINLI_DISPATCH"] = arguments.dispatch  # read by nlu.components.units
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    serve(arguments.model, arguments.port, arguments.actions_url, arguments.trackers, os.environ["LINLI_ENGINE_TOKEN"])


def _leave_with_parent() -> None:
    """End when whoever started us is gone: then the other end of standard input closes."""
    sys.stdin.buffer.read()
    os._exit(0)


def serve(model: str, port: int, actions_url: str, trackers: str, token: str) -> None:
    """Run Rasa's server with our channel and tracker store."""
    from nlu.engine.slim import leave_out_unused

    leave_out_unused()

    from functools import partial

    from rasa.core.run import close_resources, configure_app, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog

    from nlu.engine.channel import LinliChannel
    from nlu.engine.compact import compact
    from nlu.engine.service import Service
    from nlu.engine.shortcuts import take_shortcuts
    from nlu.engine.trackers import LiveTrackerStore
    from nlu.engine.watching import watch_actions

    take_shortcuts()
    watch_actions()

    logging.basicConfig(level=logging.WARNING)
    configure_structlog(logging.WARNING)  # Rasa logs whole conversations at lower levels: they are nobody's to read

    service = Service(actions_url, {"x-linli-token": token})
    endpoints = AvailableEndpoints(
        action=service,
        tracker_store=LiveTrackerStore(None, path=trackers),
    )
    app = configure_app([LinliChannel(token)], auth_token=token, enable_api=True, port=port, endpoints=endpoints)
    app.register_listener(partial(load_agent_on_start, model, endpoints, None), "before_server_start")
    app.register_listener(compact, "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.register_listener(service.close, "after_server_stop")
    app.run(host="127.0.0.1", port=port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
