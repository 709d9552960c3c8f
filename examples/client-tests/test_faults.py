"""What the client does when something goes wrong."""

import time

import pytest

from client import Client, Refused, Unreachable, user
from conftest import USERSIG


def codes(fake):
    return [call["code"] for call in fake.calls()]


def test_a_timeout_inside_the_service_is_tried_again(fake, client):
    fake.faults({"command": "mark_contact", "times": 1, "answer_with": 50005})
    assert client.mark("user_0001", [(user("a"), [1])]) == [0]
    assert codes(fake) == [50005, 0]
    assert fake.fault_counts() == [(2, 1)]
    assert fake.calls()[0]["changes"] == []


@pytest.mark.parametrize("code", [60007, 60018])
def test_a_busy_service_is_tried_again(fake, client, code):
    fake.faults({"times": 2, "answer_with": code})
    assert client.groups("user_0001") == []
    assert codes(fake) == [code, code, 0]


def test_the_client_gives_up_after_four_tries(fake, client):
    fake.faults({"answer_with": 60018})
    with pytest.raises(Refused) as refused:
        client.groups("user_0001")
    assert refused.value.code == 60018
    assert codes(fake) == [60018] * 4


def test_what_will_not_succeed_later_is_not_tried_again(fake, client):
    fake.faults({"answer_with": 50004})
    with pytest.raises(Refused):
        client.groups("user_0001")
    assert codes(fake) == [50004]


def test_a_mark_whose_answer_is_lost_is_set_once(fake, client):
    fake.at(1700000000)
    fake.faults({"command": "mark_contact", "times": 1, "drop": "after"})
    assert client.mark("user_0001", [(user("a"), [1])]) == [0]
    first, second = fake.calls()
    assert (first["fault"]["drop"], len(first["changes"])) == ("after", 1)
    # Setting the same mark again changes nothing.
    assert (second["code"], second["changes"]) == (0, [])
    assert len(fake.account("user_0001")["rows"]) == 1


def test_a_group_whose_creation_was_not_answered_is_there_once(fake, client):
    fake.faults({"command": "create_contact_group", "times": 1, "drop": "after"})
    client.create_group("user_0001", "work", [user("a")])
    assert client.groups("user_0001") == ["work"]
    assert codes(fake)[:2] == [0, 50002]


def test_a_group_that_was_never_created_is_created_by_the_retry(fake, client):
    fake.faults({"command": "create_contact_group", "times": 1, "drop": "before"})
    client.create_group("user_0001", "work", [user("a")])
    assert client.groups("user_0001") == ["work"]
    assert codes(fake)[:2] == [None, 0]


def test_a_name_that_was_taken_before_is_an_error(fake, client):
    client.create_group("user_0001", "work", [user("a")])
    with pytest.raises(Refused) as refused:
        client.create_group("user_0001", "work", [user("b")])
    assert refused.value.code == 50002


def test_nothing_is_answered_at_all(fake, client):
    fake.faults({"drop": "before"})
    with pytest.raises(Unreachable) as unreachable:
        client.mark("user_0001", [(user("a"), [1])])
    assert USERSIG not in str(unreachable.value)
    assert fake.accounts() == []
    assert fake.fault_counts() == [(4, 4)]


def test_a_slow_answer_is_not_waited_for(fake):
    client = Client(fake.url, 1400000000, "administrator", USERSIG, timeout_seconds=0.2, pause_seconds=0.001)
    fake.faults({"times": 1, "delay_ms": 1500})
    begun = time.monotonic()
    assert client.mark("user_0001", [(user("a"), [1])]) == [0]
    assert time.monotonic() - begun < 1.4


def test_forty_marks_are_set_although_a_third_of_all_calls_fail(fake):
    """The same calls fail in each run, as the rule has a seed."""
    client = Client(fake.url, 1400000000, "administrator", USERSIG, tries=8, pause_seconds=0.001)
    bad = {"probability": 0.33, "seed": 7}
    fake.faults({**bad, "answer_with": 50005}, {"every": 10, "drop": "after"})
    for number in range(40):
        assert client.mark("user_0001", [(user(f"user_{number}"), [1])]) == [0]
    assert len(fake.account("user_0001")["rows"]) == 40
    (looked_at, hits), (_, drops) = fake.fault_counts()
    assert looked_at == 40 + hits + drops and hits > 5 and drops > 2
