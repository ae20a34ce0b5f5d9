"""`linli account`: who may sign in behind the scenes."""

from __future__ import annotations

import json
from typing import Any

import click

from bot.command import as_json, settings_with


@click.group(help="管理后台的账号。", no_args_is_help=True)
def account() -> None:
    """Accounts."""


@account.command("add", help="加一个账号，密码随机，只显示这一次。")
@click.argument("login", metavar="登录名")
@click.option("--name", required=True, help="姓名")
@click.option(
    "--role",
    required=True,
    type=click.Choice(["operator", "worker", "manager", "admin"]),
    help="operator 话务员，worker 网格员，manager 管理者，admin 管理员",
)
@click.option("--worker", default="", help="网格员编号，如 w03")
@click.option("--email", default="", help="邮箱；写了，通知也发到这里")
def account_add(login: str, name: str, role: str, worker: str, email: str) -> None:
    """Add one."""
    from actions.accounts import Position

    print(f"{login}\t{accounts().add(login, name, Position(role), worker or None, email or None)}")


@account.command("email", help="换邮箱：通知也发到这里；不写邮箱就是不再发。")
@click.argument("login", metavar="登录名")
@click.argument("email", default="", metavar="[邮箱]")
def account_email(login: str, email: str) -> None:
    """Set or clear an address."""
    accounts().write_to(login, email or None)
    print(f"{login}\t{email or '不再发邮件'}")


@account.command("reset", help="换一个新密码，只显示这一次；登录着的和绑定的 Telegram 都作废。")
@click.argument("login", metavar="登录名")
def account_reset(login: str) -> None:
    """Reset one."""
    print(f"{login}\t{accounts().reset(login)}")


@account.command("telegram", help="给网格员一个绑定 Telegram 的链接，只能用一次，十分钟内有效；手机丢了用 --unlink。")
@click.argument("login", metavar="登录名")
@click.option("--unlink", is_flag=True, help="解除绑定，那个 Telegram 不再收工单")
def account_telegram(login: str, unlink: bool) -> None:
    """Link or unlink a worker's chat."""
    from bot.linking import link_lines, unlink_line

    for line in [unlink_line(accounts(), login)] if unlink else link_lines(accounts(), settings_with({}), login):
        print(line)


@account.command("list", help="列出账号。")
@as_json
def account_list(as_json: bool) -> None:
    """List them."""
    rows = [
        {
            "login": a.login,
            "name": a.name,
            "role": a.role.value,
            "worker": a.worker,
            "disabled": a.disabled,
            "email": a.email,
        }
        for a in accounts().all()
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    for row in () if as_json else rows:
        print("\t".join(str(value or "") for value in row.values()))


def accounts() -> Any:
    """The accounts of the database, its tables brought up to date."""
    from actions.store.database import open_database
    from actions.store.migrate import migrate
    from bot.security.accounts import Accounts

    settings = settings_with({})
    migrate(settings.database)
    return Accounts(open_database(settings.database))
