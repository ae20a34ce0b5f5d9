"""Starts `linli serve` from a process that has everything imported: `python -m tests.end_to_end.warm`, a line for each.

A start costs seconds of imports and of reading the answers' index, and a run that kills hundreds of times would do hardly
anything else. So this process does that once and forks; what it forks is a whole service, which opens its data, serves
and is killed like any other. It prints each one's process id.
"""

from __future__ import annotations

import os
import signal
import sys

from bot.settings import Settings


def main() -> None:
    """Fork a service for each line on standard input."""
    settings = Settings()
    os.environ["NICEGUI_STORAGE_PATH"] = str(settings.data / "screens")  # as `linli serve` does before it imports
    import bot.app
    from bot.answering import make_answerer
    from bot.running import serve_forever

    answerer = make_answerer(settings)
    bot.app.make_answerer = lambda _: answerer
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # what is killed needs nobody to bury it
    print("warm", flush=True)
    for _ in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)  # from here on everything goes to the log
        serve_forever(settings, "all")
        os._exit(0)


if __name__ == "__main__":
    main()
