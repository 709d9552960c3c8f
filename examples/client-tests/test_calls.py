"""What the service saw of the client's calls."""

import json

import pytest
import requests

from client import user
from conftest import USERSIG


def test_no_usersig_is_kept(fake, client):
    fake.record()
    client.mark("user_0001", [(user("a"), [1])])
    shown = json.dumps(fake.calls()) + fake.recording()
    assert USERSIG not in shown and "usersig" not in shown


def test_a_random_of_more_than_32_bits_is_found(fake):
    """A mistake of published clients: nanoseconds since 1970 as `random`."""
    query = "sdkappid=1&identifier=administrator&usersig=x&random=1700000000000000000&contenttype=json"
    url = f"{fake.url}/v4/recentcontact/get_contact_group?{query}"
    answer = requests.post(url, json={"From_Account": "user_0001", "StartIndex": 0}, timeout=5).json()
    (call,) = fake.calls()
    (finding,) = call["findings"]
    assert answer["ErrorCode"] == call["code"] == finding["code"]
    assert finding["rule"] == "bad-parameter" and "random" in finding["path"] + finding["message"]


@pytest.mark.parametrize("method, body", [("GET", b"{}"), ("POST", b"")])
def test_a_call_by_another_method_or_without_a_body_is_found(fake, method, body):
    query = "sdkappid=1&identifier=administrator&usersig=x&random=1&contenttype=json"
    url = f"{fake.url}/v4/recentcontact/get_contact_group?{query}"
    answer = requests.request(method, url, data=body, timeout=5).json()
    (finding,) = fake.calls()[0]["findings"]
    assert answer["ErrorCode"] == finding["code"] == 60002
    assert (finding["severity"], finding["rule"], finding["path"]) == ("error", "bad-http", "")


def test_a_misspelled_field_is_found(fake):
    query = "sdkappid=1&identifier=administrator&usersig=x&random=1&contenttype=json"
    url = f"{fake.url}/v4/recentcontact/get_contact_group?{query}"
    requests.post(url, json={"From_Account": "user_0001", "StartIndex": 0, "Startindex": 5}, timeout=5)
    (finding,) = fake.calls()[0]["findings"]
    assert (finding["severity"], finding["rule"], finding["path"]) == ("warning", "unknown-field", "/Startindex")


def test_a_recording_has_the_calls_and_their_answers(fake, client):
    fake.record()
    fake.at(1700000000)
    client.mark("user_0001", [(user("a"), [1])])
    client.groups("user_0001")
    first, second = map(json.loads, fake.recording().splitlines())
    assert (first["command"], first["now"]) == ("mark_contact", 1700000000)
    assert first["body"]["MarkItem"][0]["SetMark"] == [1]
    assert second["answer"]["ContactItem"][0]["StandardMark"] == "1"
