"""All six calls with the client that openapi-python-client made. Usage: calls.py URL"""

import sys
from typing import TypedDict

from recentcontact import Client
from recentcontact.api.recentcontact import (
    create_contact_group,
    del_contact_group,
    get_contact_group,
    mark_contact,
    search_contact_group,
    update_contact_group,
)
from recentcontact.models import (
    ContactItemType1,
    ContactItemType1Type,
    ContactItemType2,
    ContactItemType2Type,
    ContactUpdateItem,
    ConversationType1,
    ConversationType2,
    CreateContactGroupContenttype,
    CreateContactGroupRequest,
    CreateContactGroupSuccess,
    DelContactGroupContenttype,
    DelContactGroupRequest,
    DelContactGroupSuccess,
    Failure,
    GetContactGroupContenttype,
    GetContactGroupRequest,
    GetContactGroupSuccess,
    GroupContactItem,
    MarkContactContenttype,
    MarkContactRequest,
    MarkContactSuccess,
    MarkItemOptType1,
    MarkItemOptType1OptType,
    MarkItemOptType2,
    MarkItemOptType2OptType,
    RowType1,
    RowType2,
    SearchContactGroupContenttype,
    SearchContactGroupRequest,
    SearchContactGroupSuccess,
    UpdateContactGroupContenttype,
    UpdateContactGroupRequest,
    UpdateContactGroupSuccess,
    UpdateGroupResultType1,
    UpdateGroupResultType2,
    UpdateGroupType1,
    UpdateGroupType1UpdateGroupType,
    UpdateGroupType2,
    UpdateGroupType2UpdateGroupType,
)


class Caller(TypedDict):
    client: Client
    sdkappid: int
    identifier: str
    usersig: str
    random: int


USER = "marta"
caller: Caller = {
    "client": Client(base_url=sys.argv[1], raise_on_unexpected_status=True),
    "sdkappid": 1400000000,
    "identifier": "administrator",
    "usersig": "a-usersig",
    "random": 4294967295,
}


def user(name: str) -> ContactItemType1:
    return ContactItemType1(type_=ContactItemType1Type.VALUE_1, to_account=name)


def chat(name: str) -> ContactItemType2:
    return ContactItemType2(type_=ContactItemType2Type.VALUE_2, to_group_id=name)


family = CreateContactGroupRequest(
    USER, [GroupContactItem("Family", contact_item=[user("jan"), chat("@TGS#1FAMILY")])]
)
json = CreateContactGroupContenttype.JSON
created = create_contact_group.sync(body=family, contenttype=json, **caller)
assert isinstance(created, CreateContactGroupSuccess), created
assert created.group_result_item[0].group_item.group_id == 1
first, second = created.group_result_item[0].result_item
assert isinstance(first.contact_item, ConversationType1)
assert (first.contact_item.to_account, first.result_code) == ("jan", 0)
assert isinstance(second.contact_item, ConversationType2)
assert (second.contact_item.to_group_id, second.result_code) == ("@TGS#1FAMILY", 0)

taken = create_contact_group.sync(body=family, contenttype=json, **caller)
assert isinstance(taken, Failure), taken
assert taken.error_code == 50002 and taken.error_info.startswith("group-name-taken")

renamed = update_contact_group.sync(
    body=UpdateContactGroupRequest(
        USER, 1, UpdateGroupType1(UpdateGroupType1UpdateGroupType.VALUE_1, "Family", "Home")
    ),
    contenttype=UpdateContactGroupContenttype.JSON,
    **caller,
)
assert isinstance(renamed, UpdateContactGroupSuccess), renamed
assert isinstance(renamed.update_group_result, UpdateGroupResultType1), renamed
assert renamed.update_group_result.old_group_name == "Family"

items = [ContactUpdateItem(1, user("eva")), ContactUpdateItem(2, user("jan"))]
updated = update_contact_group.sync(
    body=UpdateContactGroupRequest(
        USER,
        1,
        UpdateGroupType2(
            UpdateGroupType2UpdateGroupType.VALUE_2, "Home", contact_update_item=items
        ),
    ),
    contenttype=UpdateContactGroupContenttype.JSON,
    **caller,
)
assert isinstance(updated, UpdateContactGroupSuccess), updated
assert isinstance(updated.update_group_result, UpdateGroupResultType2), updated
results = updated.update_group_result.contact_result_item
assert [(item.contact_opt_type, item.result_code) for item in results] == [(1, 0), (2, 0)]

marked = mark_contact.sync(
    body=MarkContactRequest(
        USER,
        [
            MarkItemOptType1(MarkItemOptType1OptType.VALUE_1, user("eva"), set_mark=[1, 3]),
            MarkItemOptType2(
                MarkItemOptType2OptType.VALUE_2, chat("@TGS#1FAMILY"), custom_mark="Sunday"
            ),
        ],
    ),
    contenttype=MarkContactContenttype.JSON,
    **caller,
)
assert isinstance(marked, MarkContactSuccess), marked
assert [(item.opt_type, item.result_code) for item in marked.result_item] == [(1, 0), (2, 0)]

page = get_contact_group.sync(
    body=GetContactGroupRequest(USER, 0), contenttype=GetContactGroupContenttype.JSON, **caller
)
assert isinstance(page, GetContactGroupSuccess), page
assert (page.complete_flag, page.next_start_index) == (1, 0)
row_of_chat, row_of_eva = page.contact_item
assert isinstance(row_of_chat, RowType2) and row_of_chat.custom_mark == "Sunday", page
assert isinstance(row_of_eva, RowType1) and row_of_eva.standard_mark == "101", page

found = search_contact_group.sync(
    body=SearchContactGroupRequest(USER, [user("eva"), user("nobody")]),
    contenttype=SearchContactGroupContenttype.JSON,
    **caller,
)
assert isinstance(found, SearchContactGroupSuccess), found
assert [row.contact_group_id for row in found.contact_result_item] == [[1]], found

gone = DelContactGroupRequest(USER, ["Home"])
deleted = del_contact_group.sync(
    body=gone, contenttype=DelContactGroupContenttype.JSON, **caller
)
assert isinstance(deleted, DelContactGroupSuccess), deleted
assert deleted.group_item[0].group_name == "Home"
missing = del_contact_group.sync(
    body=gone, contenttype=DelContactGroupContenttype.JSON, **caller
)
assert isinstance(missing, Failure) and missing.error_code == 51009, missing
print("all six commands answered, and the answers were read")
