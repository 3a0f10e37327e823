"""The stream of the emulator's table, as the pipe of template.yaml reads it. Locally, there is no pipe."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
from local.client import Client
from support.local_run import LocalRun
from support.pipe import Pipe


def records(url: str) -> Iterator[Any]:
    """Yield the records of the only stream of an emulator."""
    client: Any = boto3.client(
        "dynamodbstreams",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    [stream] = client.list_streams()["Streams"]
    for shard in client.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]:
        iterator = client.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            page = client.get_records(ShardIterator=iterator)
            # A pipe gets JSON, in which the time of a record is no object of Python.
            yield from json.loads(json.dumps(page["Records"], default=str))
            iterator = page.get("NextShardIterator") if page["Records"] else None


def test_each_committed_change_is_one_event_in_the_order_of_the_stream(client: Client, service: LocalRun) -> None:
    project = client.call("POST", "/v1/projects", {"name": "Events"}).headers["location"]
    flags = {"protected": False, "inheritDefaults": True}
    for method, path, body, status in [
        ("POST", f"{project}/environments", {"name": "PROD"}, 201),
        ("POST", f"{project}/environments", {"name": "PROD"}, 409),
        ("PUT", f"{project}/environments/PROD", flags, 200),
        ("DELETE", f"{project}/environments/PROD", None, 204),
    ]:
        assert client.call(method, path, body).status == status

    pipe = Pipe()
    events = [pipe.event_of(record) for record in records(service.state.dynamodb_url) if pipe.sends(record)]

    project_id = project.rpartition("/")[2]
    assert [
        (event["detail-type"], event["detail"]["environmentName"], event["detail"]["revision"])
        for event in events
        if event["detail"]["projectId"] == project_id
    ] == [
        ("ProjectCreated", "", "1"),
        ("EnvironmentCreated", "PROD", "1"),
        ("EnvironmentReplaced", "PROD", "2"),
        ("EnvironmentDeleted", "PROD", "2"),
    ]
