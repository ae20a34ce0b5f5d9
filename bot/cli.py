"""The command `linli`."""

from __future__ import annotations

import gettext
import json
import os
import sys
from pathlib import Path

os.environ["LANGUAGE"] = "zh_CN"  # click's own words (Usage, Options …) come through gettext
gettext.bindtextdomain("linli", str(Path(__file__).parent / "locale"))
gettext.textdomain("linli")

import click

from bot.account_commands import account
from bot.command import as_json, refuse, settings_with
from bot.exporting import EXPORTS, IMPORTS
from bot.importing import export_regulation, import_regulation
from bot.outside import SetupMissing, current_model
from bot.outside import run as run_engine


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


cli.add_command(account)


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
