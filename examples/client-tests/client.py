"""A small client for conversation groups and marks: the code that the tests here are about.

It does what clients of teams do: it keeps a session, puts a UserSig into the URL, has a time-out, and
tries again what may succeed later.
"""

import secrets
import time

import requests

# Codes of failed calls that may succeed later: a time-out inside the service, too many calls in a
# second, a server that has too much to do.
RETRIED_CODES = {50005, 60007, 60018}
TIMEOUT = 50005
# Also the code for the name of a group that is taken.
PARAMETER_WRONG = 50002


class Refused(Exception):
    """The service refused a call."""

    def __init__(self, code, info, after_lost_answer):
        super().__init__(f"{code}: {info}")
        self.code = code
        # Whether the same call was made before, and may have had an effect then.
        self.after_lost_answer = after_lost_answer


class Unreachable(Exception):
    """No answer came, however often the call was made. It may have had an effect."""


def user(user_id):
    """A conversation with a user."""
    return {"Type": 1, "To_Account": user_id}


def group_chat(group_id):
    """A conversation in a group chat."""
    return {"Type": 2, "ToGroupId": group_id}


class Client:
    """Calls the service as an app admin."""

    def __init__(self, url, sdkappid, admin, usersig, timeout_seconds=5, tries=4, pause_seconds=0.05):
        self._url = url
        self._query = {"sdkappid": sdkappid, "identifier": admin, "usersig": usersig, "contenttype": "json"}
        self._timeout = timeout_seconds
        self._tries = tries
        self._pause = pause_seconds
        self._session = requests.Session()

    def mark(self, account, marks):
        """Sets standard marks: `marks` are pairs of a conversation and a list of mark indexes. The
        codes of the items, in their order, are the result."""
        items = [
            {"OptType": 1, "ContactItem": conversation, "SetMark": indexes}
            for conversation, indexes in marks
        ]
        answer = self._call("mark_contact", {"From_Account": account, "MarkItem": items})
        return [item["ResultCode"] for item in answer["ResultItem"]]

    def create_group(self, account, name, conversations):
        """Creates a group with conversations. Creating is not idempotent: if an answer was lost, the
        group may exist when the call is made again. That the name is taken is not an error then."""
        group = {"GroupName": name, "ContactItem": conversations}
        body = {"From_Account": account, "GroupContactItem": [group]}
        try:
            self._call("create_contact_group", body)
        except Refused as refused:
            may_be_ours = refused.after_lost_answer and refused.code == PARAMETER_WRONG
            if not (may_be_ours and name in self.groups(account)):
                raise

    def groups(self, account):
        """The names of all groups."""
        return [group["GroupName"] for page in self._pages(account) for group in page["GroupItem"]]

    def rows(self, account):
        """All conversations with their marks and groups."""
        return [row for page in self._pages(account) for row in page["ContactItem"]]

    def _pages(self, account):
        start = 0
        while True:
            page = self._call("get_contact_group", {"From_Account": account, "StartIndex": start})
            yield page
            if page["CompleteFlag"] == 1:
                return
            start = page["NextStartIndex"]

    def _call(self, command, body):
        """The answer of a successful call."""
        may_have_had_effect = False
        failure = None
        for attempt in range(self._tries):
            if attempt:
                time.sleep(self._pause * 2**attempt)
            # 32 bits, and another number for each call.
            query = {**self._query, "random": secrets.randbits(32)}
            url = f"{self._url}/v4/recentcontact/{command}"
            try:
                answer = self._session.post(url, params=query, json=body, timeout=self._timeout).json()
            except (requests.ConnectionError, requests.Timeout) as error:
                may_have_had_effect = True
                # The text of the error has the URL, and with it the UserSig.
                failure = Unreachable(f"{command}: no answer ({type(error).__name__})")
                continue
            code = answer["ErrorCode"]
            if code == 0:
                return answer
            failure = Refused(code, answer["ErrorInfo"], may_have_had_effect)
            if code not in RETRIED_CODES:
                break
            may_have_had_effect = may_have_had_effect or code == TIMEOUT
        raise failure from None
