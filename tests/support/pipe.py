"""The pipes of template.yaml: what they make of the records of the table's stream.

The filter is evaluated by moto. There is no library for input templates: `Pipe.event_of` follows the EventBridge User
Guide, "Amazon EventBridge Pipes input transformation" and "Dynamic path parameters".
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from moto.events.models import EventPattern
from support.template import parse

type Record = Mapping[str, Any]
type Event = dict[str, Any]

_PLACEHOLDER: Final = re.compile(r"<(\$[\w.]+)>")


def record(row: Mapping[str, Any], event_name: str = "INSERT", *, by_time_to_live: bool = False) -> Record:
    """Return the record of a row in a stream of both images.

    Source: DynamoDB API Reference, "Record"; DynamoDB Developer Guide, "DynamoDB Streams and Time to Live".
    """
    keys = {name: row[name] for name in ("pk", "sk")}
    images = {"INSERT": ["NewImage"], "MODIFY": ["NewImage", "OldImage"], "REMOVE": ["OldImage"]}[event_name]
    service = {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}
    return {
        "eventID": "1",
        "eventName": event_name,
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": keys, **{image: dict(row) for image in images}, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        **(service if by_time_to_live else {}),
    }


class Pipe:
    """A pipe as the template describes it."""

    def __init__(self, name: str = "EventPipe") -> None:
        properties = parse()["Resources"][name]["Properties"]
        [filtered] = properties["SourceParameters"]["FilterCriteria"]["Filters"]
        self._pattern = EventPattern.load(filtered["Pattern"])
        self._target = properties["TargetParameters"]

    def sends(self, record: Record) -> bool:
        """Return whether the record passes the filter."""
        message: Any = record
        return bool(self._pattern.matches_event(message))

    def event_of(self, record: Record) -> Event:
        """Return the event of a record."""
        bus = self._target["EventBridgeEventBusParameters"]
        # Outside of quotes, a value is inserted as JSON.
        detail = _PLACEHOLDER.sub(lambda found: json.dumps(_at(found[1], record)), self._target["InputTemplate"])
        return {
            "source": bus["Source"],
            "detail-type": _at(bus["DetailType"], record),
            "detail": json.loads(detail),
        }


def _at(path: str, record: Record) -> str:
    """Return the text at a path. What a pipe does without one, or with another type, is not documented."""
    value: Any = record
    for name in path.removeprefix("$.").split("."):
        value = value[name]
    assert isinstance(value, str)
    return value
