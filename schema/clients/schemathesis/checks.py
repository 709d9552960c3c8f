"""The check `action_status` for Schemathesis: what the status says elsewhere is in `ActionStatus`.

Every request is judged as it was sent, by the document alone. One that is not valid must be answered with FAIL. One that is
valid may fail because of the state of the account, but not with a rule about the URL or the body. Every code must be listed.
"""

import collections
import json
import os
import re
import threading
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import schemathesis

with open(os.environ["DOCUMENT"], encoding="utf-8") as file:
    DOCUMENT = json.load(file)
SCHEMAS = DOCUMENT["components"]["schemas"]
CODES = {known["code"] for known in SCHEMAS["ErrorCode"]["x-known-codes"]}
# Stage 0 is the URL, 2 the JSON, 3 the schema of the body. The rules of later stages need the state.
STATELESS = {rule["id"] for rule in DOCUMENT["x-rules"] if rule["stage"] in (0, 2, 3)}
# The limits in bytes, which a JSON Schema cannot count.
IN_BYTES = {"group-name-too-long", "custom-mark-too-long"}
# So many requests of each command must have been valid, and so many not.
MINIMUM = 100


def validator(schema):
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


BODIES = {
    path: validator(item["post"]["requestBody"]["content"]["application/json"]["schema"])
    for path, item in DOCUMENT["paths"].items()
}
PARAMETERS = {
    name: (parameter["schema"].get("type") == "integer", validator(parameter["schema"]))
    for name, parameter in DOCUMENT["components"]["parameters"].items()
}


def is_valid_url(url):
    """Whether each parameter is there once, with an allowed value."""
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    counts = collections.Counter(name for name, _ in query if name in PARAMETERS)
    if any(counts[name] != 1 for name in PARAMETERS):
        return False
    for name, value in query:
        is_integer, schema = PARAMETERS.get(name, (False, None))
        if is_integer:
            if not re.fullmatch("[0-9]+", value, re.ASCII):
                return False
            value = int(value)
        if schema and not schema.is_valid(value):
            return False
    return True


def integer(text):
    # JSON Schema takes -0 for an integer; the service does not.
    return 0.5 if text == "-0" else int(text)


def not_json(name):
    raise ValueError(name)


def is_valid_body(path, body):
    """Whether the schema accepts it, if 1.0 and 1e0 are not taken for integers."""
    try:
        value = json.loads(
            body, parse_int=integer, parse_float=lambda _: 0.5, parse_constant=not_json
        )
    except (TypeError, ValueError):
        return False
    return BODIES[path].is_valid(value)


@schemathesis.check
class action_status:
    def __init__(self):
        self.seen = collections.Counter()
        self.lock = threading.Lock()

    def after_response(self, ctx, response, case):
        request = response.request
        path = urlsplit(request.url).path
        is_valid = (
            request.method == "POST"
            and path in BODIES
            and is_valid_url(request.url)
            and is_valid_body(path, request.body)
        )
        if response.status_code != 200:
            return
        answer = response.json()
        status, code = answer["ActionStatus"], answer["ErrorCode"]
        rule = re.match("[a-z-]*", answer["ErrorInfo"]).group()
        assert (status == "FAIL") == (code != 0), f"{status} with the code {code}"
        assert code == 0 or code in CODES, f"the code {code} is not listed"
        if not is_valid:
            assert status == "FAIL", "the document rejects the request, and the answer is OK"
        elif rule in STATELESS:
            is_long = rule in IN_BYTES and not request.body.decode("utf-8").isascii()
            assert is_long, f"the document accepts the request, and the answer is {rule}"
            return
        with self.lock:
            self.seen[case.operation.path, is_valid, rule] += 1

    def after_run(self, ctx):
        few = []
        for path in BODIES:
            print(path)
            for is_valid, kind in [(True, "valid"), (False, "not valid")]:
                rules = collections.Counter()
                for (where, was_valid, rule), count in self.seen.items():
                    if (where, was_valid) == (path, is_valid):
                        rules[rule or "OK"] += count
                listed = ", ".join(f"{count} {rule}" for rule, count in rules.most_common())
                print(f"    {rules.total()} requests were {kind}: {listed}")
                if rules.total() < MINIMUM or (is_valid and not rules["OK"]):
                    few.append(f"{path}, {kind}")
        assert not few, f"fewer than {MINIMUM} requests, or none that was answered OK: {few}"
