"""Open311 GeoReport v2: the shapes of the public documentation, who may report, and what nobody gets to see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.conversations.reading import find_conversation, transcript
from actions.tickets import handling
from actions.tickets.actor import Actor, Role
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from bot.api.open311 import open311_router
from bot.security.limits import Limits
from tests.bot.test_consoles_house import TUESDAY, Place, make_place

ROOT, KEY = "/open311/v2", "key-of-the-city-app"
FORM = {
    "api_key": KEY,
    "service_code": "garbage_uncollected",
    "address_string": "幸福里小区3栋2单元501",
    "description": "垃圾三天没人收，打我13800001001，找王小明",
    "first_name": "小明",
    "last_name": "王",
    "phone": "138 0000 1001",
    "email": "wang@example.com",
}
REQUEST = {
    "service_request_id": str, "status": str, "status_notes": str, "service_name": str, "service_code": str,
    "description": str, "agency_responsible": str, "service_notice": None, "requested_datetime": str,
    "updated_datetime": str, "expected_datetime": str, "address": str, "address_id": None, "zipcode": None,
    "lat": None, "long": None, "media_url": None,
}  # fmt: skip
"""The documentation's fields of a request, in its order."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return own(tmp_path, open311_keys=f"another-key, {KEY}")


def own(folder: Path, **settings: Any) -> Place:
    """A house whose limits no other test has used up."""
    place = make_place(folder, **settings)
    place.house = replace(place.house, limits=Limits(1000, 240))
    return place


@pytest.fixture
def client(place: Place) -> Iterator[TestClient]:
    with browser(place) as client:
        yield client


def browser(place: Place) -> TestClient:
    app = FastAPI()
    app.include_router(open311_router(place.house))
    return TestClient(app)


def post(client: TestClient, form: str = "json", **fields: Any) -> Any:
    return client.post(f"{ROOT}/requests.{form}", data={k: v for k, v in {**FORM, **fields}.items() if v is not None})


def filed(client: TestClient, place: Place, **fields: Any) -> Ticket:
    answer = post(client, **fields)
    assert answer.status_code == 201, answer.text
    return place.now(answer.json()[0]["service_request_id"])


def xml(answer: Any) -> Element:
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith("<?xml version='1.0' encoding='utf-8'?>")
    return fromstring(answer.content)  # type: ignore[no-any-return]


def names(element: Element) -> list[str]:
    return [child.tag for child in element]


class TestServices:
    def test_the_list_in_json(self, place: Place, client: TestClient) -> None:
        services = client.get(f"{ROOT}/services.json").json()
        kinds = {kind.id for category in place.house.categories.values() for kind in category.kinds}
        assert {service["service_code"] for service in services} == kinds and len(services) == len(kinds)
        (one,) = (s for s in services if s["service_code"] == "garbage_uncollected")
        assert list(one) == ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
        assert one["metadata"] is True and one["type"] == "realtime" and one["group"] == "市容环境"

    def test_the_list_in_xml(self, client: TestClient) -> None:
        root = xml(client.get(f"{ROOT}/services.xml"))
        assert root.tag == "services" and {child.tag for child in root} == {"service"}
        assert names(root[0]) == [
            "service_code",
            "service_name",
            "description",
            "metadata",
            "type",
            "keywords",
            "group",
        ]
        assert {child.findtext("metadata") for child in root} == {"true"}

    def test_a_definition_in_json(self, client: TestClient) -> None:
        definition = client.get(f"{ROOT}/services/garbage_uncollected.json").json()
        assert list(definition) == ["service_code", "attributes"]
        usual = ["variable", "code", "datatype", "required", "datatype_description", "order", "description"]
        for attribute in definition["attributes"]:
            assert list(attribute)[:7] == usual and isinstance(attribute["required"], bool)
            assert attribute["datatype"] in (
                "string",
                "number",
                "datetime",
                "text",
                "singlevaluelist",
                "multivaluelist",
            )
            assert ("values" in attribute) == attribute["datatype"].endswith("valuelist")
        assert [a["order"] for a in definition["attributes"]] == [1, 2, 3]
        assert definition["attributes"][1]["values"] == [{"key": "yes", "name": "是"}, {"key": "no", "name": "否"}]

    def test_a_definition_in_xml(self, client: TestClient) -> None:
        root = xml(client.get(f"{ROOT}/services/garbage_uncollected.xml"))
        assert root.tag == "service_definition" and names(root) == ["service_code", "attributes"]
        attributes = root.find("attributes")
        assert attributes is not None and set(names(attributes)) == {"attribute"}
        assert [v.findtext("key") for v in attributes[1].iterfind("values/value")] == ["yes", "no"]

    def test_an_unknown_service(self, client: TestClient) -> None:
        answer = client.get(f"{ROOT}/services/nothing.json")
        assert answer.status_code == 404 and answer.json()[0]["code"] == 404


class TestDiscovery:
    def test_it_says_where_the_methods_are(self, client: TestClient) -> None:
        (endpoint,) = client.get("/open311/discovery.json").json()["endpoints"]
        assert (
            endpoint["url"] == f"http://testserver{ROOT}" and client.get(f"{endpoint['url']}/services.json").is_success
        )
        root = xml(client.get("/open311/discovery.xml"))
        assert root.tag == "discovery" and names(root) == ["changeset", "contact", "key_service", "endpoints"]
        assert [f.text for f in root.iterfind("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


class TestReporting:
    def test_the_answer_in_json(self, place: Place, client: TestClient) -> None:
        (request,) = post(client, account_id="a1").json()
        assert list(request) == ["service_request_id", "service_notice", "account_id"] and request["account_id"] == "a1"
        assert "前办结" in request["service_notice"]

    def test_the_answer_in_xml(self, place: Place, client: TestClient) -> None:
        answer = post(client, "xml")
        root = xml(answer)
        assert answer.status_code == 201 and root.tag == "service_requests" and names(root) == ["request"]
        assert names(root[0]) == ["service_request_id", "service_notice", "account_id"]
        assert place.now(root[0].findtext("service_request_id") or "").state is State.ASSIGNED
        assert root[0].findtext("account_id") == ""

    def test_it_goes_the_way_of_a_chat_report(self, place: Place, client: TestClient) -> None:
        ticket = filed(client, place)
        said = place.ticket(address=FORM["address_string"], category="city_appearance", kind="garbage_uncollected")
        assert (ticket.grid, ticket.unit, ticket.deadline) == (said.grid, said.unit, said.deadline)
        assert ticket.channel == "open311" and ticket.phone == "13800001001" and ticket.place_key == said.place_key
        assert ticket.what == FORM["description"] and ticket.category == "city_appearance"

    def test_what_was_sent_is_kept_for_the_operators(self, place: Place, client: TestClient) -> None:
        ticket = filed(client, place, media_url="https://img.example/1.jpg")
        said, answer = transcript(ticket.conversation, uow=place.house.database.reading())
        assert said.answered and said.payload["open311"]["last_name"] == "王" and "已经登记" in answer.text
        kept = find_conversation(ticket.conversation, uow=place.house.database.reading())
        assert kept and kept.phone == "13800001001" and "https://img.example/1.jpg" in ticket.what

    def test_sent_again_it_is_the_same_report(self, place: Place, client: TestClient) -> None:
        first, again = filed(client, place), filed(client, place)
        assert first.number == again.number
        assert filed(client, place, description="又堆满了").number != first.number
        place.clock.at += timedelta(days=1)
        assert filed(client, place).number != first.number, "tomorrow it is a new one"

    def test_a_position_alone_is_a_place(self, place: Place, client: TestClient) -> None:
        grid = next(iter(place.house.community.grids.values()))
        longitude, latitude = inside(grid)
        ticket = filed(client, place, address_string=None, lat=latitude, long=longitude)
        assert ticket.grid == grid.id and ticket.point == pytest.approx((longitude, latitude))

    def test_the_attributes_count(self, place: Place, client: TestClient) -> None:
        ticket = filed(client, place, **{"attribute[danger]": "yes", "attribute[since]": "三天前"})
        assert ticket.urgent and "三天前" in ticket.what
        hidden = filed(client, place, **{"attribute[confidential]": "yes"})
        assert hidden.confidential and client.get(f"{ROOT}/requests/{hidden.number}.json").status_code == 404

    def test_without_words_the_kind_of_case_speaks(self, place: Place, client: TestClient) -> None:
        kinds = place.house.categories["city_appearance"].kinds
        assert filed(client, place, description=None).what == next(
            k.name for k in kinds if k.id == FORM["service_code"]
        )

    def test_words_that_are_not_percent_encoded_are_read_too(self, client: TestClient, place: Place) -> None:
        body = f"api_key={KEY}&service_code=garbage_uncollected&address_string=翠湖苑&description=臭".encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = client.post(f"{ROOT}/requests.json", content=body, headers=headers)
        assert place.now(answer.json()[0]["service_request_id"]).what == "臭"

    def test_a_multipart_form_is_read_too(self, client: TestClient) -> None:
        parts = {name: (None, value) for name, value in FORM.items()}
        assert client.post(f"{ROOT}/requests.json", files=parts).status_code == 201  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"api_key": None}, 403),
            ({"api_key": "wrong"}, 403),
            ({"api_key": "错的"}, 403),
            ({"service_code": None}, 400),
            ({"service_code": "nothing"}, 404),
            ({"address_string": None}, 400),
            ({"lat": "26.6"}, 400),
            ({"lat": "nan", "long": "106"}, 400),
            ({"lat": "126", "long": "106"}, 400),
            ({"phone": "call me"}, 400),
            ({"media_url": "javascript:alert(1)"}, 400),
            ({"media_url": "file:///etc/passwd"}, 400),
            ({"description": "长" * 4001}, 400),
            ({"attribute[danger]": "perhaps"}, 400),
        ],
    )
    @pytest.mark.parametrize("form", ["json", "xml"])
    def test_what_is_refused_is_said_in_the_documented_shape(
        self, place: Place, client: TestClient, fields: dict[str, Any], status: int, form: str
    ) -> None:
        answer = post(client, form, **fields)
        assert answer.status_code == status
        if form == "json":
            ((code, words),) = ((e["code"], e["description"]) for e in answer.json())
        else:
            root = xml(answer)
            assert root.tag == "errors" and names(root) == ["error"] and names(root[0]) == ["code", "description"]
            code, words = int(root[0].findtext("code") or 0), root[0].findtext("description") or ""
        assert code == status and words.endswith("。")
        with place.house.database.reading() as uow:
            assert uow.tickets.counts() == {}

    @pytest.mark.parametrize("body", [b"\xff\xfe=1", b"a=1&" * 200, b"x=" + b"y" * 70_000, b"", b"{}"])
    def test_a_body_that_is_no_form(self, client: TestClient, body: bytes) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = client.post(f"{ROOT}/requests.json", content=body, headers=headers)
        assert answer.status_code in (400, 403) and answer.json()[0]["description"]

    def test_without_keys_nobody_can_report(self, tmp_path: Path) -> None:
        assert post(browser(own(tmp_path)), api_key="").status_code == 403

    def test_guessing_keys_is_slowed_down(self, place: Place, client: TestClient) -> None:
        for n in range(240):
            place.house.limits.seconds_to_wait(f"c{n}", "testclient")
        assert post(client, api_key="guess").status_code == 429


def inside(grid: Any) -> tuple[float, float]:
    from shapely.geometry import Polygon

    point = Polygon(grid.outline).representative_point()
    return point.x, point.y


class TestReading:
    def test_a_request_in_json(self, place: Place, client: TestClient) -> None:
        ticket = filed(client, place)
        (request,) = client.get(f"{ROOT}/requests/{ticket.number}.json").json()
        assert list(request) == list(REQUEST)
        for name, kind in REQUEST.items():
            assert request[name] is None if kind is None else isinstance(request[name], kind), name
        assert (request["status"], request["status_notes"]) == ("open", "已派单")
        assert request["service_code"] == "garbage_uncollected" and request["address"] == "幸福里小区3栋"
        assert datetime.fromisoformat(request["expected_datetime"]) == ticket.due_at.replace(microsecond=0)
        assert request["requested_datetime"].endswith("+08:00")

    def test_a_request_in_xml(self, place: Place, client: TestClient) -> None:
        ticket = filed(client, place)
        root = xml(client.get(f"{ROOT}/requests/{ticket.number}.xml"))
        assert root.tag == "service_requests" and names(root) == ["request"] and names(root[0]) == list(REQUEST)
        assert root[0].findtext("media_url") == "" and root[0].findtext("status") == "open"

    def test_nothing_private_is_in_any_answer(self, place: Place, client: TestClient) -> None:
        longitude, latitude = inside(next(iter(place.house.community.grids.values())))
        number = filed(client, place, lat=latitude, long=longitude).number
        for path in (f"requests/{number}.json", f"requests/{number}.xml", "requests.json", "requests.xml"):
            text = client.get(f"{ROOT}/{path}").text
            assert number in text
            for secret in ("501", "2单元", "13800001001", "138****", "王", "小明", "没人收", "example.com", "open311:"):
                assert secret not in text, secret
        assert client.get(f"{ROOT}/requests.json").json()[0]["lat"] == round(latitude, 4)

    @pytest.mark.parametrize(
        "fields",
        [
            {"confidential": True},
            {"category": "staff_conduct", "kind": "staff_rude_attitude"},
            {"category": "drug_control", "kind": ""},
            {"category": "livelihood", "kind": ""},
        ],
    )
    def test_what_is_private_looks_like_what_is_not_there(
        self, place: Place, client: TestClient, fields: dict[str, Any]
    ) -> None:
        number = place.ticket(**fields).number
        hidden = client.get(f"{ROOT}/requests/{number}.json")
        absent = client.get(f"{ROOT}/requests/GY20261124-9999.json")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.text.replace(number, "") == absent.text.replace("GY20261124-9999", "")
        assert client.get(f"{ROOT}/requests.json").json() == []
        assert client.get(f"{ROOT}/requests.json", params={"service_request_id": number}).json() == []

    @pytest.mark.parametrize(
        ("address", "parts", "shown"),
        [
            ("幸福里3栋2单元501王阿姨家", {}, "幸福里小区3栋"),
            ("3-2-501", {"estate": "幸福里", "building": "3", "unit": "2", "room": "501"}, "幸福里小区3栋"),
            ("金朱路68号2楼", {"road": "金朱路", "road_number": "68"}, "金朱路68号"),
            ("翠湖公园旁边李大爷的店", {}, "翠湖公园"),
            ("张三家隔壁501", {}, None),
        ],
    )
    def test_an_address_ends_at_the_building(
        self, place: Place, client: TestClient, address: str, parts: dict[str, str], shown: str | None
    ) -> None:
        number = place.ticket(address=address, place=parts).number
        assert client.get(f"{ROOT}/requests/{number}.json").json()[0]["address"] == shown

    def test_closed_is_what_is_over(self, place: Place, client: TestClient) -> None:
        ticket = place.ticket()
        by = Actor(Role.RESIDENT, "web:abc")
        from actions.tickets.feedback import withdraw

        withdraw(ticket.number, by=by, at=place.clock(), uow=place.house.database.unit())
        assert [r["status"] for r in client.get(f"{ROOT}/requests.json?status=closed").json()] == ["closed"]
        assert client.get(f"{ROOT}/requests.json?status=open").json() == []
        assert len(client.get(f"{ROOT}/requests.json?status=open,closed").json()) == 1

    def test_the_last_90_days_unless_asked(self, place: Place, client: TestClient) -> None:
        numbers = []
        for days in (0, 80, 20):
            place.clock.at += timedelta(days=days)
            numbers.append(place.ticket(f"r{days}").number)

        def shown(**query: Any) -> list[str]:
            return [r["service_request_id"] for r in client.get(f"{ROOT}/requests.json", params=query).json()]

        assert shown() == [numbers[2], numbers[1]], "newest first, and the first one is older than 90 days"
        assert shown(end_date=(TUESDAY + timedelta(days=1)).isoformat()) == [numbers[0]]
        assert shown(start_date=(TUESDAY - timedelta(days=1)).isoformat()) == [numbers[1], numbers[0]]
        assert shown(start_date="2026-11-24T00:00:00Z", end_date="2026-11-24T23:59:59Z") == [numbers[0]]
        assert shown(start_date="2026-11-24T00:00:00+08:00", page=2, page_size=1) == [numbers[0]]
        assert shown(service_request_id=f"{numbers[0]},{numbers[2]},nothing") == [numbers[0], numbers[2]]
        assert shown(service_code="garbage_uncollected") == [] and len(shown(start_date="2026-11-24")) == 2

    def test_a_plus_sign_that_nobody_encoded(self, place: Place, client: TestClient) -> None:
        place.ticket()
        answer = client.get(f"{ROOT}/requests.json?start_date=2026-11-24T00:00:00+08:00")
        assert answer.status_code == 200 and len(answer.json()) == 1

    @pytest.mark.parametrize(
        "query",
        [
            "start_date=yesterday",
            "start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z",
            "start_date=2026-06-01T00:00:00Z&end_date=2026-05-01T00:00:00Z",
            "status=new",
            "page=0",
            "page=x",
            "page_size=1001",
            "page_size=９",
            "start_date=0001-01-01T00:00:00Z",
            "end_date=0001-01-02T00:00:00%2B08:00",
            "end_date=9999-12-31T23:59:59Z",
            f"service_request_id={','.join(str(n) for n in range(101))}",
        ],
    )
    def test_a_query_that_makes_no_sense(self, client: TestClient, query: str) -> None:
        answer = client.get(f"{ROOT}/requests.json?{query}")
        assert answer.status_code == 400 and answer.json()[0]["code"] == 400, answer.text

    def test_other_endings_are_refused_in_xml(self, client: TestClient) -> None:
        answer = client.get(f"{ROOT}/requests.html")
        assert answer.status_code == 400 and xml(answer).tag == "errors"

    @pytest.mark.parametrize("path", ["requests/%00.json", "tokens/%00.json", "services/%00.json"])
    def test_a_number_that_is_none(self, client: TestClient, path: str) -> None:
        assert client.get(f"{ROOT}/{path}").status_code == 404

    def test_what_xml_can_not_write_is_left_out(self, client: TestClient) -> None:
        root = xml(client.get(f"{ROOT}/requests/a%01b<&>.xml"))
        assert "ab<&>" in (root[0].findtext("description") or "")


class TestJurisdiction:
    def test_another_city_s_is_not_found(self, tmp_path: Path) -> None:
        client = browser(own(tmp_path, open311_keys=KEY, open311_jurisdiction="guiyang.gov.cn"))
        for query in ("", "?jurisdiction_id=guiyang.gov.cn"):
            assert client.get(f"{ROOT}/services.json{query}").status_code == 200
        answer = client.get(f"{ROOT}/services.json?jurisdiction_id=city.gov")
        assert answer.status_code == 404 and "city.gov" in answer.json()[0]["description"]
        assert post(client, jurisdiction_id="city.gov").status_code == 404


class TestHolding:
    def test_where_an_operator_confirms_a_token_comes_first(self, tmp_path: Path) -> None:
        place = own(tmp_path, open311_keys=KEY, open311_hold=True)
        client = browser(place)
        assert {s["type"] for s in client.get(f"{ROOT}/services.json").json()} == {"batch"}
        (request,) = post(client).json()
        assert "service_request_id" not in request
        path = f"{ROOT}/tokens/{request['token']}"
        assert client.get(f"{path}.json").json() == [{"service_request_id": None, "token": request["token"]}]
        assert client.get(f"{ROOT}/requests.json").json() == []
        with place.house.database.reading() as uow:
            (ticket,) = uow.tickets.after("", 10)
        from actions.tickets.dispatching import confirm

        confirm(ticket.number, by=Actor(Role.OPERATOR, "o"), at=place.clock(), uow=place.house.database.unit())
        root = xml(client.get(f"{path}.xml"))
        assert names(root[0]) == ["service_request_id", "token"]
        assert root[0].findtext("service_request_id") == ticket.number
        assert [r["service_request_id"] for r in client.get(f"{ROOT}/requests.json").json()] == [ticket.number]

    def test_an_unknown_token(self, client: TestClient) -> None:
        assert client.get(f"{ROOT}/tokens/12345.json").status_code == 404


def test_a_worker_s_steps_are_seen(place: Place, client: TestClient) -> None:
    ticket = filed(client, place)
    worker = Actor(Role.WORKER, ticket.assignee)
    handling.accept(ticket.number, by=worker, at=place.clock(), uow=place.house.database.unit())
    (request,) = client.get(f"{ROOT}/requests/{ticket.number}.json").json()
    assert request["status_notes"] == "已签收" and request["updated_datetime"] > request["requested_datetime"]


def test_browsers_of_other_sites_may_read(client: TestClient) -> None:
    assert client.get(f"{ROOT}/services.json").headers["access-control-allow-origin"] == "*"


def test_json_is_utf_8_as_it_stands(client: TestClient) -> None:
    answer = client.get(f"{ROOT}/services.json")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert "市容环境" in answer.content.decode() and json.loads(answer.content)
