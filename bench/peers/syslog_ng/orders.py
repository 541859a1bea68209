"""What syslog-ng cannot do by itself: reading orders of Sitoo, and making the records of bench/lib/record.ts."""

import http.client
import json
import os
import time
from urllib.parse import urlsplit

from syslogng import LogFetcher, LogMessage

ACCOUNT = urlsplit(os.environ["SITOO_ACCOUNT_URL"])
HEADERS = {"authorization": "Basic " + os.environ["SITOO_CREDENTIALS"]}
FIELDS = os.environ["FIELDS"]


class Sitoo:
    """One connection that is kept; asks until it gets an answer."""

    def __init__(self):
        self.connection = http.client.HTTPConnection(ACCOUNT.hostname, ACCOUNT.port)

    def read(self, query):
        path = f"{ACCOUNT.path}/orders.json?fields={FIELDS}&{query}"
        while True:
            try:
                self.connection.request("GET", path, headers=HEADERS)
                answer = self.connection.getresponse()
                body = answer.read()
                if answer.status == 200:
                    return json.loads(body)["items"]
            except (OSError, http.client.HTTPException):
                self.connection.close()
            time.sleep(1)


class ReadOrder:
    """The record of the order that an event names; an event without one is dropped."""

    def init(self, options):
        self.sitoo = Sitoo()
        return True

    def parse(self, message):
        event = json.loads(message["MESSAGE"])
        orders = self.sitoo.read(f"orderid={event['data']['order_id']}&num=1")
        if not orders or not is_sale(orders[0]):
            return False
        message["RECORD"] = json.dumps(record_of(orders[0]))
        return True


class History(LogFetcher):
    """Every record of every page, one at a time, as syslog-ng asks for them."""

    def init(self, options):
        self.sitoo = Sitoo()
        self.start = 0
        self.records = []
        return True

    def fetch(self):
        while not self.records:
            orders = self.sitoo.read(f"orderidfrom={self.start}&sort=orderid&num=100")
            if not orders:
                return LogFetcher.FETCH_NO_DATA, None
            self.start = orders[-1]["orderid"] + 1
            self.records = [json.dumps(record_of(order)) for order in orders if is_sale(order)]
        message = LogMessage("")
        message["RECORD"] = self.records.pop()
        return LogFetcher.FETCH_SUCCESS, message


def is_sale(order):
    return order["ordertypeid"] == 10 and order["orderstateid"] == 10 and order["registerid"] is not None


def record_of(order):
    subtotal, tax = float(order["moneyfinal_net"]), float(order["moneyfinal_vat"])
    email = (order["email"] or "").strip().lower()
    record = {
        "@type": "order",
        "id": f"till-{order['orderid']}",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(order["orderdate"])),
        "is_valid": True,
        "status": "complete",
        "channel": "in store",
        "store": "s",
        "currency": order["currencycode"],
        "grand_total": round(subtotal + tax, 2),
        "subtotal": subtotal,
        "tax": tax,
        "shipping": 0,
        "lineitems": [line_of(line) for line in order["orderitems"]],
    }
    if email != "":
        record["customer"] = {"email": email}
        record["customer_identified"] = True
    return record


def line_of(line):
    net, tax = float(line["moneyitemtotal_net"]), float(line["moneyitemtotal_vat"])
    return {
        "product_id": line["sku"] or "none",
        "quantity": round(float(line["quantity"])),
        "unit_price": net,
        "total": round(net + tax, 2),
    }
