"""Train the model: `python -m nlu.train`. A model is named after what went into it, so an unchanged one is not made twice."""

from __future__ import annotations

import os

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import hashlib
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INPUTS = (
    "config.yml",
    "uv.lock",
    "knowledge/dialogue/domain.yml",
    "knowledge/dialogue/rules/*.yml",
    "knowledge/dialogue/intents/*.yml",
    "knowledge/dialogue/categories/*.yml",
    "knowledge/dialogue/replies/small_talk.yml",
    "knowledge/categories/*.yml",
    "knowledge/catalog/*.yml",
    "knowledge/regulation/**/*.yml",
    "knowledge/lexicon/*",
    "knowledge/encoder/*",
    "knowledge/community/grids.geojson",
    "nlu/**/*.py",
)
NOT_INPUTS = tuple(
    f"nlu/{name}.py"
    for name in (
        "train",
        "evaluate*",
        "classify",
        "engine/serve",
        "engine/channel",
        "engine/trackers",
        "engine/slim",
        "engine/plain",
        "engine/rules",
        "engine/runner",
        "engine/service",
        "engine/compact",
        "engine/shortcuts",
        "engine/turn",
        "engine/turns",
        "engine/watching",
        "dispatch/*",
        "benchmark/*",
        "tuning/lessons",
        "tuning/network",
        "tuning/precompute",
        "tuning/tune",
    )
)
"""Code that runs a model and does not make one."""
UNSEEN = ("uv.lock", "knowledge/encoder/*", "nlu/**/*.py")
"""What Rasa's cache does not look at."""


def fingerprint(root: Path = ROOT, patterns: Sequence[str] = INPUTS) -> str:
    """Eight hex digits over everything that a model is made from, or over some of it."""
    digest = hashlib.sha256()
    for path in _inputs(root, patterns):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def _inputs(root: Path, patterns: Sequence[str]) -> Iterator[Path]:
    left_out = {path for pattern in NOT_INPUTS for path in root.glob(pattern)}
    return (p for pattern in patterns for p in sorted(root.glob(pattern)) if p.is_file() and p not in left_out)


def current(models: Path, root: Path = ROOT) -> Path | None:
    """The model made from the files as they stand, or None."""
    return max(models.glob(f"*-{fingerprint(root)}.tar.gz"), default=None)


def train(models: Path, root: Path = ROOT, force: bool = False) -> Path:
    """Train unless a model of the same inputs is there; returns the model's archive."""
    made = current(models, root)
    if made and not force:
        return made
    os.environ.setdefault("LINLI_VECTOR_CACHE", str(root / ".cache" / "vectors.db"))
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(_cache(root)))
    import rasa.model_training  # takes seconds: only when there is something to train

    name = f"{date.today():%Y%m%d}-{fingerprint(root)}"
    result = rasa.model_training.train(
        domain="",
        config=str(root / "config.yml"),
        training_files=[],
        output=str(models),
        force_training=force,
        fixed_model_name=name,
    )
    if result.code or not result.model:
        raise SystemExit("训练没有成功，请看上面的提示")
    return Path(result.model)


def _cache(root: Path) -> Path:
    """Where Rasa keeps what each component learnt, by its data and settings; since it does not see that our code has
    changed, each state of the code has a folder of its own, and the last one's goes."""
    folder = root / ".rasa" / f"cache-{fingerprint(root, UNSEEN)}"
    for old in folder.parent.glob("cache*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def main() -> None:
    """Train, and print where the model is."""
    parser = argparse.ArgumentParser(description="训练邻里的理解模型")
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--force", action="store_true", help="文件没变也重新训练")
    parser.add_argument("--check", action="store_true", help="只看有没有现成的模型，没有则退出码 1")
    arguments = parser.parse_args()
    if arguments.check:
        made = current(arguments.models)
        print(made or "")
        sys.exit(0 if made else 1)
    warnings.showwarning = lambda *_, **__: None  # of packages that set the filters back while they load
    print(train(arguments.models, force=arguments.force))


if __name__ == "__main__":
    main()
