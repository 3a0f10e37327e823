"""Pruning of the dependencies keeps every endpoint of the called service, and nothing of the others."""

import importlib.util
import json
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any, cast

import botocore
import pytest
from botocore.regions import EndpointResolver

SCRIPT = Path(__file__).parents[2] / "layers" / "dependencies" / "prune.py"
DATA = Path(botocore.__file__).parent / "data"


@pytest.fixture
def prune() -> Any:
    spec = importlib.util.spec_from_file_location("prune", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.prune


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}", encoding="utf-8")


def test_only_files_that_are_read_at_run_time_are_kept(prune: Any, tmp_path: Path) -> None:
    kept = {"some/module.py", "some-1.dist-info/METADATA", "some-1.dist-info/licenses/LICENSE"}
    write(tmp_path, *kept, "bin/some", "some/module.pyi", "some/py.typed")
    write(tmp_path, *(f"some-1.dist-info/{name}" for name in ("RECORD", "INSTALLER", "WHEEL", "direct_url.json")))

    prune(tmp_path)

    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == kept


def test_only_the_roots_of_aws_endpoints_stay_trusted(prune: Any, tmp_path: Path) -> None:
    bundle = tmp_path / "botocore" / "cacert.pem"
    bundle.parent.mkdir()
    bundle.write_bytes((DATA.parent / "cacert.pem").read_bytes())

    prune(tmp_path)

    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bundle)
    names = {
        value
        for root in context.get_ca_certs()
        for [(key, value)] in cast("Any", root["subject"])
        if key == "commonName"
    }
    assert names == {
        *(f"Amazon Root CA {number}" for number in range(1, 5)),
        "Starfield Services Root Certificate Authority - G2",
    }


def test_every_region_keeps_its_endpoint(prune: Any, tmp_path: Path) -> None:
    data = tmp_path / "botocore" / "data"
    write(data, "s3/2006-03-01/service-2.json", "dynamodb/2012-08-10/service-2.json", "_retry.json")
    whole = json.loads((DATA / "endpoints.json").read_bytes())
    (data / "endpoints.json").write_text(json.dumps(whole), encoding="utf-8")

    prune(tmp_path)

    pruned = json.loads((data / "endpoints.json").read_bytes())
    before, after = EndpointResolver(whole), EndpointResolver(pruned)
    regions = [region for partition in whole["partitions"] for region in (*partition["regions"], "unknown-1")]
    assert len(regions) > 30
    for region in regions:
        assert after.construct_endpoint("dynamodb", region) == before.construct_endpoint("dynamodb", region)
    for partition in before.get_available_partitions():
        assert after.get_available_endpoints("dynamodb", partition) == before.get_available_endpoints(
            "dynamodb", partition
        )
    assert {service for partition in pruned["partitions"] for service in partition["services"]} == {"dynamodb"}
    assert {path.name for path in data.iterdir()} == {"dynamodb", "_retry.json", "endpoints.json"}
