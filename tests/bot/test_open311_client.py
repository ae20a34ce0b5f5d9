"""Open311 as somebody else's client reads it: `georeport` from PyPI over real HTTP, in both formats.

That client reads only; what it is to find is reported with a plain form, as the documentation has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from georeport import GeoReport
from requests import HTTPError

from bot.api.open311 import open311_router
from tests.bot.conftest import serving
from tests.bot.test_open311 import FORM, own

CITY = "linli.example"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the API is served."""
    folder: Path = tmp_path_factory.mktemp("client")
    app = FastAPI()
    place = own(folder, open311_keys=FORM["api_key"], open311_jurisdiction=CITY)
    app.include_router(open311_router(place.house))
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}/open311/v2"


@pytest.fixture(params=["json", "xml"])
def client(request: pytest.FixtureRequest, address: str, monkeypatch: pytest.MonkeyPatch) -> GeoReport:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return GeoReport(address, jurisdiction=CITY, output_format=request.param)


def reported(address: str, **fields: str) -> str:
    answer = httpx.post(f"{address}/requests.json", data={**FORM, **fields}, trust_env=False)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


def test_it_lists_the_services_and_what_each_asks(client: GeoReport) -> None:
    codes = [service["service_code"] for service in client.get_service_list()]
    assert "garbage_uncollected" in codes and len(set(codes)) == len(codes)
    assert client.get_service_definition("garbage_uncollected")["service_code"] == "garbage_uncollected"


def test_it_finds_what_was_reported(client: GeoReport, address: str) -> None:
    lamp = reported(address, service_code="street_light_out", description="路灯不亮")
    rubbish = reported(address)
    one = client.get_service_request(rubbish)
    assert (one["service_request_id"], one["service_code"], one["status"]) == (rubbish, "garbage_uncollected", "open")
    assert "王小明" not in str(one) and "13800001001" not in str(one)
    both = client.get_service_requests(service_request_id=f"{lamp},{rubbish}")
    assert {request["service_request_id"] for request in both} == {lamp, rubbish}
    open_ones = client.get_service_requests(status="open")
    assert {lamp, rubbish} <= {request["service_request_id"] for request in open_ones}


def test_it_is_told_of_its_mistakes(client: GeoReport, address: str) -> None:
    with pytest.raises(HTTPError) as unknown:
        client.get_service_request("GY20200101-0001")
    assert unknown.value.response.status_code == 404
    with pytest.raises(HTTPError) as elsewhere:
        GeoReport(address, jurisdiction="elsewhere.example").get_service_list()
    assert elsewhere.value.response.status_code == 404
