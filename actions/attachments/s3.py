"""Files in an S3-compatible object store: for several servers without a shared disk."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from actions.attachments.errors import AttachmentUnknown, StorageUnreachable

PATIENCE = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"max_attempts": 3, "mode": "standard"},
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",  # many compatible stores don't know the newer checksums
    response_checksum_validation="when_required",
)
GONE = {"NoSuchKey", "404", "NotFound"}


class S3Storage:
    """`Storage` in a bucket, below a prefix. The bucket is private: files go out through the service only."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str, region: str, key: str, secret: str) -> None:
        """`endpoint` "" is Amazon's own; `key` and `secret` "" are looked for as boto3 does (environment, role)."""
        self._bucket, self._prefix = bucket, prefix.strip("/")
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region,
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=PATIENCE,
        )

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """See `Storage.put`."""
        self._call("put_object", name, Body=content, ContentType=media_type)

    def get(self, name: str) -> bytes:
        """See `Storage.get`."""
        return bytes(self._call("get_object", name)["Body"].read())

    def delete(self, name: str) -> None:
        """See `Storage.delete`."""
        self._call("delete_object", name)

    def _call(self, method: str, name: str, **fields: Any) -> Any:
        key = f"{self._prefix}/{name}" if self._prefix else name
        try:
            return getattr(self._client, method)(Bucket=self._bucket, Key=key, **fields)
        except ClientError as failure:
            if failure.response.get("Error", {}).get("Code") in GONE:
                raise AttachmentUnknown() from None
            raise StorageUnreachable() from failure
        except BotoCoreError as failure:
            raise StorageUnreachable() from failure
