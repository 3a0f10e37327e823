"""A DynamoDB on loopback: moto's, which counts what calls consume and can be told to keep no write.

A process that is measured finds the same table as the one before, and the same create succeeds a hundred times.
Source: Amazon DynamoDB API Reference; Developer Guide, "DynamoDB low-level API".
"""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from ssl import SSLContext
from threading import Lock
from typing import Any, Final, Self

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from benchmarks.consumption import WRITES, Meter
from benchmarks.loopback import Request, Server

TABLE: Final = "measured"
_TARGET: Final = "DynamoDB_20120810."


class Table(Server):
    """One table of keys `pk` and `sk`. `calls` are the operations that were called; `meter` counts units if told to."""

    def __init__(self, name: str, tls: SSLContext | None) -> None:
        """Create the table of that name. With a context, only TLS is spoken."""
        super().__init__(("127.0.0.1", 0), _TableRequest)
        if tls is not None:
            # The thread that reads the request shakes hands as well: a slow client keeps no other waiting.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.name = name
        self.calls: list[str] = []
        self.counts_units = False
        self.keeps_writes = True
        self.meter = Meter(self._call)
        self._lock = Lock()
        self.client = boto3.client(
            "dynamodb",
            "us-east-1",
            aws_access_key_id="measured",
            aws_secret_access_key="measured",  # noqa: S106 - moto's
        )
        self.client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )

    @classmethod
    @contextmanager
    def emulated(cls, name: str = TABLE, tls: SSLContext | None = None) -> Iterator[Self]:
        """Serve a table of its own until the block ends."""
        with mock_aws(), cls(name, tls).serving() as table:
            yield table
            table.client.delete_table(TableName=name)

    def put(self, item: dict[str, Any]) -> None:
        """Put an item there."""
        self.client.put_item(TableName=self.name, Item=item)

    def reply(self, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and body of the answer to a call."""
        with self._lock:
            self.calls.append(operation)
            if operation in WRITES and not self.keeps_writes:
                return 200, {}
            try:
                return 200, (self.meter if self.counts_units else self._call)(operation, request)
            except ClientError as error:
                code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
                reasons = error.response.get("CancellationReasons", [])
                kind = f"com.amazonaws.dynamodb.v20120810#{code}"
                return 400, {"__type": kind, "message": message, "CancellationReasons": reasons}

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        reply: dict[str, Any] = getattr(self.client, xform_name(operation))(**request)
        reply.pop("ResponseMetadata")
        return reply


class _TableRequest(Request):
    server: Table

    def do_POST(self) -> None:
        """Answer one call."""
        operation = self.headers["X-Amz-Target"].removeprefix(_TARGET)
        status, reply = self.server.reply(operation, json.loads(self.body()))
        body = json.dumps(reply).encode()
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "x-amzn-RequestId": "0" * 52,
            "x-amz-crc32": str(zlib.crc32(body)),
        }
        self.answer(status, body, headers)
