"""All six calls through Prism, as in the examples of the document, and bad bodies. Usage: calls.py URL DOCUMENT"""

import json
import sys
import time
import urllib.error
import urllib.request

url, document = sys.argv[1:]
with open(document, encoding="utf-8") as file:
    paths = json.load(file)["paths"]
QUERY = "sdkappid=1400000000&identifier=administrator&usersig=a-usersig&random=4294967295&contenttype=json"


def post(path, body, query=QUERY):
    """The status, the violations that Prism adds to an answer, and the answer."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}{path}?{query}", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.headers.get("sl-violations"), json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("sl-violations"), json.load(error)


def wait():
    for _ in range(600):
        try:
            return post("/v4/recentcontact/get_contact_group", {"From_Account": "prism", "StartIndex": 0})
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("Prism does not answer")


wait()
statuses = {}
for path, item in paths.items():
    for name, example in item["post"]["requestBody"]["content"]["application/json"]["examples"].items():
        status, violations, answer = post(path, example["value"])
        assert status == 200 and violations is None, (path, name, status, violations, answer)
        statuses.setdefault(path, []).append(answer["ActionStatus"])
assert len(statuses) == 6 and all("OK" in seen for seen in statuses.values()), statuses
assert any("FAIL" in seen for seen in statuses.values()), statuses

user = {"Type": 1, "To_Account": "eva"}
mark = "/v4/recentcontact/mark_contact"
for body in [
    {"From_Account": "prism", "MarkItem": []},
    {"From_Account": "prism", "MarkItem": [{"OptType": 1, "ContactItem": user, "SetMark": ["1"]}]},
    {"From_Account": "prism", "MarkItem": [{"OptType": 1, "ContactItem": {"Type": 2, "To_Account": "eva"}}]},
]:
    status, _, problem = post(mark, body)
    places = [violation["location"] for violation in problem["validation"]]
    assert status == 422 and places and places[0][0] == "body", (status, problem)
body = {"From_Account": "prism", "MarkItem": [{"OptType": 1, "ContactItem": user}]}
status, _, problem = post(mark, body, QUERY.replace("random=4294967295", "random=4294967296"))
assert status == 422 and problem["validation"][0]["location"] == ["query", "random"], problem
print("all six commands pass without a violation, and bad requests are reported")
