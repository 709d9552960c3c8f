"""The fake service: started, controlled and stopped by the tests."""

import os
import re
import shutil
import subprocess
import sys
import urllib.parse

import requests


def program():
    """The server: SERVER_UNDER_TEST, or the one that pip installed for this Python, or the one on the PATH."""
    beside_python = os.path.dirname(sys.executable)
    found = (
        os.environ.get("SERVER_UNDER_TEST")
        or shutil.which("convmark-server", path=beside_python)
        or shutil.which("convmark-server")
    )
    if found is None:
        raise FileNotFoundError("no convmark-server: install it as in README.md, or name it in SERVER_UNDER_TEST")
    return found


def path_of(account):
    """The path of an account. User IDs may have characters that mean something in a URL."""
    return "accounts/" + urllib.parse.quote(account, safe="")


class Fake:
    """A server in memory on free ports, under the control of the tests."""

    def __init__(self, *options):
        free = "127.0.0.1:0"
        arguments = [program(), "--listen", free, "--control", free, "--store", "memory", "--log-level", "warn"]
        self._process = subprocess.Popen([*arguments, *options], stdout=subprocess.PIPE, text=True)
        try:
            self.url = self._said("listens on")
            self._control = self._said("is controlled on") + "/_convmark/"
        except BaseException:
            self.stop()
            raise
        self._session = requests.Session()

    def _said(self, what):
        line = self._process.stdout.readline()
        found = re.fullmatch(rf"convmark-server {what} (http://\S+)\n", line)
        if not found:
            raise RuntimeError(f"the server did not start; it said {line!r}")
        return found[1]

    def stop(self):
        """Stops this server and no other, and waits until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        return self._process.returncode

    def ask(self, method, path, body=None):
        """Asks for something under /_convmark/."""
        response = self._session.request(method, self._control + path, json=body, timeout=20)
        if response.status_code != 200:
            raise ValueError(f"{response.status_code}: {response.text}")
        return response

    def reset(self):
        """Puts everything back to the start."""
        self.ask("POST", "reset")

    def seed(self, account, snapshot):
        """Gives an account this data."""
        self.ask("PUT", path_of(account), snapshot)

    def account(self, account):
        """The data of an account, as a snapshot."""
        return self.ask("GET", path_of(account)).json()

    def accounts(self):
        """The users whose accounts have data."""
        return self.ask("GET", "accounts").json()["users"]

    def facts(self, **facts):
        """What the service knows from now on: `accounts`, `groups`, `admins` and `plan`. What is not given is
        not restricted."""
        self.ask("PUT", "facts", facts)

    def at(self, unix_seconds):
        """Stops the clock of the service at a time."""
        self.ask("PUT", "clock", {"fixed": unix_seconds})

    def shift(self, seconds):
        """Lets the clock of the service go on, that many seconds from the clock of the machine."""
        self.ask("PUT", "clock", {"shift_seconds": seconds})

    def real_time(self):
        """Sets the clock of the service to that of the machine."""
        self.ask("DELETE", "clock")

    def faults(self, *rules):
        """Makes calls go wrong by these rules; server/README.md has their members."""
        self.ask("PUT", "faults", {"faults": rules})

    def fault_counts(self):
        """For each rule, how many calls it has looked at and how many it has hit."""
        rules = self.ask("GET", "faults").json()["faults"]
        return [(rule["looked_at"], rule["hits"]) for rule in rules]

    def check(self, command, body):
        """What is found in a body, without a call."""
        return self.ask("POST", "check", {"command": command, "body": body}).json()["findings"]

    def record(self):
        """Keeps the bodies of calls from now on, as a recording needs them."""
        self.ask("PUT", "calls", {"bodies": True})

    def calls(self):
        """What the service saw of the calls since the last reset."""
        return self.ask("GET", "calls").json()["calls"]

    def recording(self):
        """The calls with their answers, as JSON Lines for `convmark compare`."""
        return self.ask("GET", "calls?format=recording").text
