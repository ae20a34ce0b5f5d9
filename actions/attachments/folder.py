"""Files in a folder: for a community on one server."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from actions.attachments.errors import AttachmentUnknown, StorageUnreachable

NAME = re.compile(r"[A-Za-z0-9_-]{8,80}(?:\.small)?")


class FolderStorage:
    """`Storage` in a folder, spread over subfolders by the first two letters. Only its owner can read it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """See `Storage.put`. Written aside and moved into place, so that nobody ever reads half of it."""
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
                aside.write(content)
            os.replace(aside.name, path)
        except OSError as failure:
            raise StorageUnreachable() from failure

    def get(self, name: str) -> bytes:
        """See `Storage.get`."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise AttachmentUnknown() from None
        except OSError as failure:
            raise StorageUnreachable() from failure

    def delete(self, name: str) -> None:
        """See `Storage.delete`."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as failure:
            raise StorageUnreachable() from failure

    def _path(self, name: str) -> Path:
        """`AttachmentUnknown` for a name that could lead out of the folder."""
        if not NAME.fullmatch(name):
            raise AttachmentUnknown()
        return self._root / name[:2] / name
