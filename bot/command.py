"""Settings for a command, and a refusal in one sentence: what the commands share."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import click

from bot.settings import Settings

as_json = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")


def settings_with(given: dict[str, Any]) -> Settings:
    """The settings, with what was given on the command line over them."""
    from pydantic import ValidationError

    try:
        return Settings(**{name: value for name, value in given.items() if value})
    except ValidationError as error:
        names = "、".join("LINLI_" + str(e["loc"][0]).upper() for e in error.errors())
        refuse(f"设置不对：{names} 的值读不懂，请对照 .env.example 改正", 2)


def refuse(sentence: str, code: int) -> NoReturn:
    """Say on standard error what to do, and end."""
    print(sentence, file=sys.stderr)
    sys.exit(code)
