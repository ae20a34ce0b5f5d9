"""The command `linli`."""

from __future__ import annotations

import gettext
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

os.environ["LANGUAGE"] = "zh_CN"  # click's own words (Usage, Options …) come through gettext
gettext.bindtextdomain("linli", str(Path(__file__).parent / "locale"))
gettext.textdomain("linli")

import click

from bot.exporting import EXPORTS, IMPORTS
from bot.importing import export_regulation, import_regulation
from bot.outside import SetupMissing, current_model
from bot.outside import run as run_engine
from bot.settings import Settings

as_json = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")


@click.group(help="邻里：社区服务助手", no_args_is_help=True)
def cli() -> None:
    """All commands."""


@cli.command(help="启动服务：网页聊天、值班台、网格员和管理后台。")
@click.option("--host", default="", help="监听的地址")
@click.option("--port", default=0, help="监听的端口")
@click.option(
    "--role",
    default="all",
    type=click.Choice(["all", "web", "worker"]),
    help="all 全部，web 只开网页，worker 只做后台投递",
)
@click.option("--database-url", default="", help="数据库地址；不写就用数据文件夹里的 SQLite")
@click.option("--engine-url", default="", help="别处运行的引擎；不写就由本程序启动")
def serve(host: str, port: int, role: str, database_url: str, engine_url: str) -> None:
    """Start the service."""
    settings = settings_with({"host": host, "port": port, "database_url": database_url, "engine_url": engine_url})
    os.environ["NICEGUI_STORAGE_PATH"] = str(settings.data / "screens")  # NiceGUI reads it when it is imported
    from bot.running import serve_forever

    serve_forever(settings, role)


@cli.command(help="在终端里和助手说话（服务要先启动）。")
@click.option("--url", default="", help="服务的地址；不写就是本机")
def chat(url: str) -> None:
    """Talk."""
    from bot.terminal import talk

    settings = settings_with({})
    talk(url or f"http://{settings.host}:{settings.port}")


@cli.command(help="只做问答：按条例和办事指南回答一个问题。")
@click.argument("question", default="", metavar="[问题]")
@click.option("--jsonl", is_flag=True, help='从标准输入读 {"id","q"}，每行答一行')
@as_json
def ask(question: str, jsonl: bool, as_json: bool) -> None:
    """Answer."""
    from bot.answering import answer_lines, answer_one

    if jsonl:
        answer_lines(settings_with({}), sys.stdin, sys.stdout)
    elif question.strip():
        answer_one(settings_with({}), question, as_json)
    else:
        refuse("请在命令后面写上问题，例如：linli ask 网格员的工资谁发", 2)


@cli.command(help="只做理解：意图、类别、情形、缓急、地址；结果总是 JSON。")
@click.argument("text", default="", metavar="[一句话]")
@click.option("--jsonl", is_flag=True, help='从标准输入读 {"id","text"}，每行答一行')
@click.option("--input", "source", type=click.Path(path_type=Path), help="JSONL、CSV 或 XLSX 文件")
@click.option("--output", "target", type=click.Path(path_type=Path), help="结果文件，JSONL 或 CSV")
@as_json
def classify(text: str, jsonl: bool, source: Path | None, target: Path | None, as_json: bool) -> None:
    """Classify."""
    if not (text.strip() or jsonl or source):
        refuse("请在命令后面写上一句话，或者用 --jsonl、--input", 2)
    settings = settings_with({})
    arguments = ["--model", str(current_model(settings))]
    if source:
        arguments += ["--input", str(source), "--output", str(target or source.with_suffix(".classified.jsonl"))]
    elif not jsonl:
        arguments += ["--text", text]
    sys.exit(run_engine(settings, "classify", arguments))


@cli.command(help="训练理解模型，并建好问答的索引。")
@click.option("--force", is_flag=True, help="文件没变也重新训练")
@click.option(
    "--dispatch-history",
    "history",
    type=click.Path(path_type=Path),
    help="本地的派单记录（CSV、XLSX、JSONL），再学会谁办什么",
)
def train(force: bool, history: Path | None) -> None:
    """Train."""
    from bot.answering import build_index

    settings = settings_with({})
    if run_engine(settings, "train", ["--models", str(settings.models), *(["--force"] if force else [])]):
        sys.exit(1)
    build_index(settings)
    if history:
        where = ["--model", str(current_model(settings)), "--output", str(settings.dispatch)]
        sys.exit(run_engine(settings, "dispatch.learn", ["--history", str(history), *where]))


@cli.command(help="用留出集测理解和问答，写出模型卡。")
@click.option("--output", default=Path("var/evaluation"), type=click.Path(path_type=Path), help="报告写到哪个文件夹")
@click.option("--data", type=click.Path(path_type=Path), help="真实文本的文件夹；没有就只测自带的留出集")
def evaluate(output: Path, data: Path | None) -> None:
    """Measure."""
    from bot.answering import evaluate_held_out

    settings = settings_with({})
    arguments = ["--model", str(current_model(settings)), "--output", str(output)]
    code = run_engine(settings, "evaluate", arguments + (["--data", str(data)] if data else []))
    evaluate_held_out(settings, output)
    sys.exit(code)


@cli.command(help="检查这台机器：环境、模型、数据库、知识文件、端口。")
@as_json
def doctor(as_json: bool) -> None:
    """Look the machine over."""
    from bot.doctor import examine

    findings = examine(settings_with({}))
    if as_json:
        print(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        print("\n".join(finding.line for finding in findings))
    sys.exit(0 if all(finding.fine for finding in findings) else 1)


@cli.group("import", help="把本地的条例等资料导入进来：全部收下，或一点不收。", no_args_is_help=True)
def importing() -> None:
    """Imports."""


@cli.group("export", help="把资料导出成文件。", no_args_is_help=True)
def exporting() -> None:
    """Exports."""


for command in (import_regulation, *IMPORTS):
    importing.add_command(command)
for command in (export_regulation, *EXPORTS):
    exporting.add_command(command)


@cli.group(help="管理后台的账号。", no_args_is_help=True)
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


def main() -> None:
    """Run a command; an error is one Chinese sentence, never a traceback."""
    from actions.errors import ActionError
    from knowledge.errors import KnowledgeError
    from knowledge.wording import say

    try:
        cli()
    except ActionError as error:
        sys.exit(_said(say(error.key, **error.values)))
    except (SetupMissing, KnowledgeError) as error:
        sys.exit(_said(str(error)))
    except KeyboardInterrupt:
        sys.exit(_said("已停下。"))
    except BrokenPipeError:
        sys.exit(0)


def _said(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    main()
