"""A server that answers `GetProducts` as AWS documents it."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


def product(
    service: str,
    usage_type: str,
    prices: list[tuple[float, float]],
    *,
    sku: str = "",
    region: str = "eu-central-1",
    **attributes: str,
) -> dict[str, Any]:
    """Return a product of the price list; `prices` are (where the tier begins, dollars)."""
    sku = sku or f"SKU{abs(hash((service, usage_type, str(attributes)))) % 10**9}"
    begins = [f"{begin:.0f}" for begin, _ in prices]
    ends = [*begins[1:], "Inf"]
    family = attributes.pop("productFamily", "")
    return {
        "product": {
            "productFamily": family,
            "sku": sku,
            "attributes": {
                "servicecode": service,
                "usagetype": usage_type,
                "regionCode": region,
                "fromRegionCode": region,
                **attributes,
            },
        },
        "serviceCode": service,
        "terms": {
            "OnDemand": {
                f"{sku}.JRTCKXETXF": {
                    "sku": sku,
                    "offerTermCode": "JRTCKXETXF",
                    "effectiveDate": "2026-11-01T00:00:00Z",
                    "termAttributes": {},
                    "priceDimensions": {
                        f"{sku}.JRTCKXETXF.{place}": {
                            "unit": "Units",
                            "beginRange": begins[place],
                            "endRange": ends[place],
                            "pricePerUnit": {"USD": f"{price:.10f}"},
                            "appliesTo": [],
                        }
                        for place, (_, price) in enumerate(prices)
                    },
                }
            }
        },
        "version": "20261101",
        "publicationDate": "2026-11-02T03:04:05Z",
    }


@dataclass
class PriceListServer:
    """What the server has, and what it was asked."""

    products: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    page_size: int = 1
    throttles: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(request)
        if self.throttles:
            self.throttles -= 1
            return 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
        if self.refusal:
            return 400, {"__type": self.refusal, "message": "is not authorized"}
        found = [json.dumps(each) for each in self.products if _matches(each, request)]
        begin = int(request.get("NextToken", "0"))
        end = begin + self.page_size
        body: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": found[begin:end]}
        if end < len(found):
            body["NextToken"] = str(end)
        return 200, body


def _matches(document: dict[str, Any], request: dict[str, Any]) -> bool:
    attributes = {
        **document["product"]["attributes"],
        "productFamily": document["product"]["productFamily"],
    }
    return document["serviceCode"] == request["ServiceCode"] and all(
        attributes.get(each["Field"]) == each["Value"] for each in request["Filters"]
    )


@pytest.fixture
def price_list_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PriceListServer]:
    state = PriceListServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["X-Amz-Target"] == "AWSPriceListService.GetProducts"
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = state.answer(request)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_PRICING", state.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-test")
    yield state
    server.shutdown()
    thread.join()
    server.server_close()
