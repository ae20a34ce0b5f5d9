"""Talking to the assistant in the terminal, through the chat API like any other client."""

from __future__ import annotations

import sys
import uuid

import httpx

from bot.outside import SetupMissing


def talk(url: str) -> None:
    """Read lines and print the answers until the input ends."""
    conversation = f"terminal-{uuid.uuid4().hex[:12]}"
    print("和邻里说话，一行一句；按 Ctrl+D 结束。")
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        while line := _line():
            print(_answer(client, conversation, line))


def _line() -> str:
    while True:
        if sys.stdin.isatty():
            print("您：", end="", flush=True)
        line = sys.stdin.readline()
        if not line or line.strip():
            return line.strip()


def _answer(client: httpx.Client, conversation: str, text: str) -> str:
    try:
        answer = client.post(
            "/api/chat", json={"conversation": conversation, "text": text, "message_id": uuid.uuid4().hex}
        )
    except httpx.HTTPError:
        raise SetupMissing(f"连不上 {client.base_url}，请先在另一个终端运行 linli serve（或 make run）") from None
    data = answer.json()
    if not answer.is_success:
        return f"（{data.get('error', answer.status_code)}）"
    lines = [reply["text"] + _choices(reply["buttons"]) for reply in data["replies"]]
    return "\n".join(f"邻里：{line}" for line in lines) or "（工作人员会在这里回复您）"


def _choices(buttons: list[dict[str, str]]) -> str:
    return "\n      " + "  ".join(f"［{button['title']}］" for button in buttons) if buttons else ""
