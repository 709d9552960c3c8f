"""All six calls with the client that OpenAPI Generator made. Usage: calls.py URL"""

import sys

from recentcontact import (
    ApiClient,
    Configuration,
    ContactItem,
    ContactItemType1,
    ContactItemType2,
    ContactUpdateItem,
    ConversationType1,
    ConversationType2,
    CreateContactGroupRequest,
    CreateContactGroupSuccess,
    DelContactGroupRequest,
    DelContactGroupSuccess,
    Failure,
    GetContactGroupRequest,
    GetContactGroupSuccess,
    GroupContactItem,
    MarkContactRequest,
    MarkContactSuccess,
    MarkItem,
    MarkItemOptType1,
    MarkItemOptType2,
    RecentcontactApi,
    RowType1,
    RowType2,
    SearchContactGroupRequest,
    SearchContactGroupSuccess,
    UpdateContactGroupRequest,
    UpdateContactGroupSuccess,
    UpdateGroup,
    UpdateGroupResultType1,
    UpdateGroupResultType2,
    UpdateGroupType1,
    UpdateGroupType2,
)

USER = "marta"
# The UserSig is a parameter of each call; it is not given to the configuration, too.
CALLER = (1400000000, "administrator", "a-usersig", 4294967295, "json")
api = RecentcontactApi(ApiClient(Configuration(host=sys.argv[1])))


def user(name: str) -> ContactItem:
    return ContactItem(ContactItemType1(type=1, to_account=name))


def chat(name: str) -> ContactItem:
    return ContactItem(ContactItemType2(type=2, to_group_id=name))


family = CreateContactGroupRequest(
    from_account=USER,
    group_contact_item=[
        GroupContactItem(group_name="Family", contact_item=[user("jan"), chat("@TGS#1FAMILY")])
    ],
)
created = api.create_contact_group(*CALLER, family).actual_instance
assert isinstance(created, CreateContactGroupSuccess), created
assert created.group_result_item[0].group_item.group_id == 1
first, second = created.group_result_item[0].result_item
assert isinstance(first.contact_item.actual_instance, ConversationType1)
assert (first.contact_item.actual_instance.to_account, first.result_code) == ("jan", 0)
assert isinstance(second.contact_item.actual_instance, ConversationType2)
assert (second.contact_item.actual_instance.to_group_id, second.result_code) == ("@TGS#1FAMILY", 0)

taken = api.create_contact_group(*CALLER, family).actual_instance
assert isinstance(taken, Failure), taken
assert taken.error_code == 50002 and taken.error_info.startswith("group-name-taken")

rename = UpdateGroupType1(update_group_type=1, old_group_name="Family", new_group_name="Home")
renamed = api.update_contact_group(
    *CALLER,
    UpdateContactGroupRequest(from_account=USER, update_type=1, update_group=UpdateGroup(rename)),
).actual_instance
assert isinstance(renamed, UpdateContactGroupSuccess), renamed
result = renamed.update_group_result.actual_instance
assert isinstance(result, UpdateGroupResultType1) and result.old_group_name == "Family", renamed

update = UpdateGroupType2(
    update_group_type=2,
    old_group_name="Home",
    contact_update_item=[
        ContactUpdateItem(contact_opt_type=1, contact_item=user("eva")),
        ContactUpdateItem(contact_opt_type=2, contact_item=user("jan")),
    ],
)
updated = api.update_contact_group(
    *CALLER,
    UpdateContactGroupRequest(from_account=USER, update_type=1, update_group=UpdateGroup(update)),
).actual_instance
assert isinstance(updated, UpdateContactGroupSuccess), updated
result = updated.update_group_result.actual_instance
assert isinstance(result, UpdateGroupResultType2), updated
results = result.contact_result_item
assert [(item.contact_opt_type, item.result_code) for item in results] == [(1, 0), (2, 0)]

marked = api.mark_contact(
    *CALLER,
    MarkContactRequest(
        from_account=USER,
        mark_item=[
            MarkItem(MarkItemOptType1(opt_type=1, contact_item=user("eva"), set_mark=[1, 3])),
            MarkItem(
                MarkItemOptType2(opt_type=2, contact_item=chat("@TGS#1FAMILY"), custom_mark="Sunday")
            ),
        ],
    ),
).actual_instance
assert isinstance(marked, MarkContactSuccess), marked
assert [(item.opt_type, item.result_code) for item in marked.result_item] == [(1, 0), (2, 0)]

page = api.get_contact_group(
    *CALLER, GetContactGroupRequest(from_account=USER, start_index=0)
).actual_instance
assert isinstance(page, GetContactGroupSuccess), page
assert (page.complete_flag, page.next_start_index) == (1, 0)
row_of_chat, row_of_eva = [row.actual_instance for row in page.contact_item]
assert isinstance(row_of_chat, RowType2) and row_of_chat.custom_mark == "Sunday", page
assert isinstance(row_of_eva, RowType1) and row_of_eva.standard_mark == "101", page

found = api.search_contact_group(
    *CALLER,
    SearchContactGroupRequest(from_account=USER, contact_item=[user("eva"), user("nobody")]),
).actual_instance
assert isinstance(found, SearchContactGroupSuccess), found
rows = [row.actual_instance for row in found.contact_result_item]
assert [row.contact_group_id for row in rows] == [[1]], found

gone = DelContactGroupRequest(from_account=USER, group_name=["Home"])
deleted = api.del_contact_group(*CALLER, gone).actual_instance
assert isinstance(deleted, DelContactGroupSuccess), deleted
assert deleted.group_item[0].group_name == "Home"
missing = api.del_contact_group(*CALLER, gone).actual_instance
assert isinstance(missing, Failure) and missing.error_code == 51009, missing
print("all six commands answered, and the answers were read")
