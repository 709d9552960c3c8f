"""The fake service: started, controlled and stopped by the tests."""

import os
import pathlib
import re
import shutil
import subprocess

import requests

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def program():
    """The server: SERVER_UNDER_TEST, or the one on the PATH, or the newest that was built here."""
    named = os.environ.get("SERVER_UNDER_TEST") or shutil.which("convmark-server")
    if named:
        return named
    built = (REPOSITORY / "server" / "target").glob("*/convmark-server")
    newest = max(built, key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        raise FileNotFoundError("no convmark-server: name it in SERVER_UNDER_TEST, or run cargo build in server/")
    return str(newest)


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
        self.ask("POST", "reset")

    def seed(self, account, snapshot):
        self.ask("PUT", f"accounts/{account}", snapshot)

    def account(self, account):
        return self.ask("GET", f"accounts/{account}").json()

    def accounts(self):
        return self.ask("GET", "accounts").json()["users"]

    def facts(self, **facts):
        self.ask("PUT", "facts", facts)

    def at(self, unix_seconds):
        self.ask("PUT", "clock", {"fixed": unix_seconds})

    def shift(self, seconds):
        self.ask("PUT", "clock", {"shift_seconds": seconds})

    def faults(self, *rules):
        self.ask("PUT", "faults", {"faults": rules})

    def fault_counts(self):
        rules = self.ask("GET", "faults").json()["faults"]
        return [(rule["looked_at"], rule["hits"]) for rule in rules]

    def check(self, command, body):
        return self.ask("POST", "check", {"command": command, "body": body}).json()["findings"]

    def record(self):
        self.ask("PUT", "calls", {"bodies": True})

    def calls(self):
        return self.ask("GET", "calls").json()["calls"]

    def recording(self):
        return self.ask("GET", "calls?format=recording").text
