"""What can be wrong with the knowledge: one tree, each error with a code, its fields, and one sentence that says where to look."""

from __future__ import annotations


class KnowledgeError(Exception):
    """Something in the knowledge cannot be used; `code` names what, `fields` say where."""

    code = "knowledge"

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.fields = fields


class BadFile(KnowledgeError):
    """A knowledge file breaks its own shape. Fields: `file` (its name), `field` (the place in it), `problem`."""

    code = "bad_file"

    def __init__(self, file: str, field: str, problem: str) -> None:
        place = f"{file} 的 {field}" if field else file
        super().__init__(f"{place}：{problem}", file=file, field=field, problem=problem)


class BadStatute(KnowledgeError):
    """A regulation's text cannot be read. Fields: `line` (from 1; 0 where the whole text is meant) and `problem`."""

    code = "bad_statute"

    def __init__(self, line: int, problem: str) -> None:
        place = f"条例文本第 {line} 行" if line else "条例文本"
        super().__init__(f"{place}：{problem}", line=line, problem=problem)


class NoWording(KnowledgeError):
    """A reply is asked for that has no text, or whose text needs a field that was not given. Field: `key`."""

    code = "no_wording"

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"答复用语 {key}：{problem}", key=key, problem=problem)


class EmbeddingFailed(KnowledgeError):
    """The embedding service gave no usable vectors. Field: `problem`."""

    code = "embedding_failed"

    def __init__(self, problem: str) -> None:
        super().__init__(f"向量服务不可用：{problem}；请检查地址、密钥和模型名，或改用内置模型", problem=problem)


class BadSource(KnowledgeError):
    """A file that is to be imported cannot be taken. Fields: `file` (its name) and `problem`, which says what to do."""

    code = "bad_source"

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}：{problem}。什么也没有导入。", file=file, problem=problem)
