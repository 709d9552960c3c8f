"""What the client does when all is well."""

import pytest

from client import Refused, group_chat, user

SEED = {
    "version": 1,
    "last_group_id": 3,
    "groups": [{"group_id": 1, "name": "friends"}],
    "rows": [
        {
            "conversation": user("user_0002"),
            "standard_mark": "1",
            "custom_mark": "",
            "group_ids": [1],
            "timestamp": 1600000000,
        }
    ],
}


@pytest.mark.usefixtures("clean")
def test_a_mark_is_set_and_kept(fake, client):
    fake.seed("user_0001", SEED)
    fake.at(1700000000)
    assert client.mark("user_0001", [(user("user_0002"), [2]), (group_chat("@TGS#1"), [1])]) == [0, 0]
    rows = fake.account("user_0001")["rows"]
    assert [(row["standard_mark"], row["timestamp"]) for row in rows] == [("11", 1700000000), ("1", 1700000000)]
    (call,) = fake.calls()
    assert call["command"] == "mark_contact"
    assert call["now"] == 1700000000
    assert [change["standard_mark"] for change in call["changes"]] == ["11", "1"]


@pytest.mark.usefixtures("clean")
def test_a_user_id_may_have_any_printable_character(fake, client):
    account = "@TLS#1/a?b%20c"
    fake.seed(account, SEED)
    assert client.groups(account) == ["friends"]
    assert fake.account(account) == SEED


@pytest.mark.usefixtures("clean")
def test_groups_are_created_after_those_that_are_there(fake, client):
    fake.seed("user_0001", SEED)
    client.create_group("user_0001", "work", [user("user_0003")])
    assert client.groups("user_0001") == ["friends", "work"]
    # IDs are never used again: 3 is the highest that was.
    assert [group["group_id"] for group in fake.account("user_0001")["groups"]] == [1, 4]


@pytest.mark.usefixtures("clean")
def test_all_pages_are_read(fake, client):
    row = SEED["rows"][0]
    rows = [{**row, "conversation": user(f"user_{number:04}")} for number in range(250)]
    fake.seed("user_0001", {**SEED, "rows": rows})
    assert [row["To_Account"] for row in client.rows("user_0001")] == [f"user_{number:04}" for number in range(250)]
    assert [call["command"] for call in fake.calls()] == ["get_contact_group"] * 3


@pytest.mark.usefixtures("clean")
def test_the_clock_of_the_service_can_be_an_hour_late(fake, client):
    fake.shift(-3600)
    client.mark("user_0001", [(user("a"), [1])])
    earlier = fake.account("user_0001")["rows"][0]["timestamp"]
    fake.real_time()
    client.mark("user_0001", [(user("a"), [2])])
    assert 3590 <= fake.account("user_0001")["rows"][0]["timestamp"] - earlier <= 3660


def test_an_item_about_an_unknown_user_fails_alone(fake, client):
    fake.facts(accounts=["user_0001", "known"])
    codes = client.mark("user_0001", [(user("known"), [1]), (user("unknown"), [1])])
    assert codes[0] == 0 and codes[1] != 0
    assert fake.calls()[0]["item_codes"] == codes
    assert len(fake.account("user_0001")["rows"]) == 1


def test_a_caller_who_is_not_an_admin_is_refused(fake, client):
    fake.facts(admins=["somebody_else"])
    with pytest.raises(Refused) as refused:
        client.groups("user_0001")
    assert refused.value.code == 50003


def test_a_mistake_in_a_body_is_found_without_a_call(fake):
    body = {"From_Account": "user_0001", "MarkItem": [{"OptType": "1", "ContactItem": user("b"), "SetMark": [1]}]}
    (finding,) = fake.check("mark_contact", body)
    assert (finding["rule"], finding["path"]) == ("wrong-type", "/MarkItem/0/OptType")
    assert fake.accounts() == []
