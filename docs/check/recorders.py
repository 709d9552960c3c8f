"""Whether the recorders of the page lose no call: they record it, or say that they did not and why."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

PATH = "/v4/recentcontact/mark_contact"
CHUNKED = b"2;name=value\r\n{}\r\n10\r\n0123456789abcdef\r\n0\r\nX-After: 1\r\n\r\n"
TEXT = '{"CustomMark":"\U0001f600\u2028\\"",\r\n "x":1.0}'


def request(line, body=b"", *fields):
    if not any(field.startswith("Transfer-Encoding") for field in fields):
        fields = (*fields, f"Content-Length: {len(body)}")
    head = "".join(f"{field}\r\n" for field in ("Host: localhost", *fields))
    return f"{line} HTTP/1.1\r\n{head}\r\n".encode("iso-8859-1") + body


LEFT_OUT = "left out: "
# What is sent, and the URL and the text of the line, or what is said instead: that it is not recorded, or left out.
CALLS = [
    (request(f"POST {PATH}?usersig=a%2Bb&random=1", b"{}"), (f"{PATH}?usersig=x&random=1", "{}")),
    (request(f"POST {PATH}", TEXT.encode()), (PATH, TEXT)),
    (request(f"POST {PATH}"), (PATH, "")),
    (request(f"POST {PATH}", CHUNKED, "Transfer-Encoding: chunked"), (PATH, "{}0123456789abcdef")),
    (request("POST //v4/recentcontact/x", b"{}"), ("//v4/recentcontact/x", "{}")),
    (request(f"POST {PATH}?identifier=\u00c3\u00a9", b"{}"), (f"{PATH}?identifier=\u00e9", "{}")),
    (request(f"POST {PATH}?UserSig=SECRET&random=1&USERSIG=SECRET", b"{}"), (f"{PATH}?UserSig=x&random=1&USERSIG=x", "{}")),
    (request(f"POST http://console.tim.qq.com{PATH}?usersig=s", b"{}"), (f"{PATH}?usersig=x", "{}")),
    (request("POST HTTPS://contact.example:443//v4/recentcontact/x", b"{}"), ("//v4/recentcontact/x", "{}")),
    (request("POST http://contact.example?to=http://a/b", b"{}"), ("/?to=http://a/b", "{}")),
    (request(f"GET http://console.tim.qq.com{PATH}?usersig=s"), f"GET {PATH}: all calls are POST"),
    (request("GET http://contact.example/ready"), LEFT_OUT + "GET /ready: all calls are POST"),
    (request(f"OPTIONS {PATH}?usersig=s"), LEFT_OUT + f"OPTIONS {PATH}: all calls are POST"),
    (request(f"GET {PATH}?usersig=s"), f"GET {PATH}: all calls are POST"),
    (request(f"DELETE {PATH}"), f"DELETE {PATH}: all calls are POST"),
    (request(f"POST {PATH}", b"\xff"), f"POST {PATH}: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    (request(f"POST {PATH}?\u00ff", b"{}"), f"POST {PATH}: 'utf-8' codec can't decode byte 0xff in position {len(PATH) + 1}: invalid start byte"),
    (request(f"POST {PATH}", b"{}").replace(b"Length: 2", b"Length: 3"), f"POST {PATH}: the body breaks off"),
    (request(f"POST {PATH}", b"4\r\n{}", "Transfer-Encoding: chunked"), f"POST {PATH}: the body breaks off"),
    (request(f"POST {PATH}", b"?\r\n{}", "Transfer-Encoding: chunked"), f"POST {PATH}: invalid literal for int() with base 16: b'?\\r\\n'"),
    (request(f"FETCH {PATH}?usersig=s", b"{}"), "a request with wrong HTTP (Not Implemented)"),
    (b"\x16\x03\x01\r\n\r\n", "a request with wrong HTTP (Bad Request)"),
    (request("POST /v4/openim/sendmsg", b"{}"), ("/v4/openim/sendmsg", "{}")),
    (request("POST /v4/recent_contact/mark_contact", b"{}"), ("/v4/recent_contact/mark_contact", "{}")),
    (request("POST /v4/RecentContact/Mark_Contact", b"{}"), ("/v4/RecentContact/Mark_Contact", "{}")),
    (request("GET /v4/RecentContact/x"), "GET /v4/RecentContact/x: all calls are POST"),
    (request("POST /v4/openim/sendmsg", b"\xff"), LEFT_OUT + "POST /v4/openim/sendmsg: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    (request("GET /ready"), LEFT_OUT + "GET /ready: all calls are POST"),
    (request("POST /v4/openim/x", b"{}").replace(b"Length: 2", b"Length: 3"), LEFT_OUT + "POST /v4/openim/x: the body breaks off"),
]


def exchange(address, data):
    """The answer to what is sent before the connection is closed for sending."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def recorded_by_python(place, recording, status, calls):
    """The exit status, and what is said, of a recorder around a command that ends with this status after the calls."""
    command = [sys.executable, "recorder.py", recording, "sh", "-c", f"echo $CHAT_URL; read line; exit {status}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=place, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as recorder:
        try:
            url = recorder.stdout.readline()
            calls(("127.0.0.1", int(url.rpartition(":")[2])))
            _, said = recorder.communicate("\n", timeout=60)
        except BaseException:
            recorder.send_signal(signal.SIGINT)
            raise
    return recorder.returncode, said.splitlines()


def check_python(place, convmark):
    place = Path(place)

    def one_by_one(address):
        for data, _ in CALLS:
            assert exchange(address, data), data

    status, said = recorded_by_python(place, "hard.jsonl", 0, one_by_one)
    lines = [json.loads(line) for line in (place / "hard.jsonl").read_text().splitlines()]
    assert lines == [{"url": call[0], "raw": call[1]} for _, call in CALLS if isinstance(call, tuple)], lines
    why = [call if call.startswith(LEFT_OUT) else f"not recorded: {call}" for _, call in CALLS if isinstance(call, str)]
    left_out = sum(call.startswith(LEFT_OUT) for call in why)
    totals = f"{len(lines)} recorded, {len(why) - left_out} not recorded, {left_out} left out"
    assert said == [*(f"recorder: {call}" for call in why), f"recorder: {totals}"], said
    assert status == 1, status

    # The check tells calls of other services from misspelled ones of this service.
    command = [convmark, "validate", "--deny", "warnings", "--skip-other-services", "--format", "json", "hard.jsonl"]
    ended = subprocess.run(command, cwd=place, capture_output=True, text=True)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    skipped = [lines[line["line"] - 1]["url"] for line in found if "skipped" in line]
    unknown = [lines[line["line"] - 1]["url"] for line in found if "unknown-endpoint" in str(line)]
    assert (ended.returncode, ended.stderr, skipped) == (1, "", ["/?to=http://a/b", "/v4/openim/sendmsg"]), ended
    assert unknown == ["//v4/recentcontact/x", "//v4/recentcontact/x", "/v4/recent_contact/mark_contact", "/v4/RecentContact/Mark_Contact"], unknown

    # What is left out of other services does not set the status.
    status, said = recorded_by_python(place, "other.jsonl", 0, lambda address: exchange(address, request("GET /ready")))
    assert (status, said) == (0, ["recorder: left out: GET /ready: all calls are POST", "recorder: 1 left out"]), (status, said)

    # What cannot be started is said in one line.
    give = "give it a recording and a command: python3 recorder.py recording.jsonl npm test"
    for arguments, why in [
        ([], give),
        (["unused.jsonl"], give),
        (["no/such/directory.jsonl", "true"], "no/such/directory.jsonl: No such file or directory"),
        (["unused.jsonl", "./no-such-command"], "./no-such-command: No such file or directory"),
        (["unused.jsonl", "./recorder.py"], "./recorder.py: Permission denied"),
    ]:
        ended = subprocess.run([sys.executable, "recorder.py", *arguments], cwd=place, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"recorder: {why}\n"), ended

    # Many at once, with one connection open that is not used, and the status of the command.
    body = b'{"From_Account":"' + b"x" * 300_000 + b'"}'

    def at_once(address):
        answers = []
        call = request(f"POST {PATH}", body, "Expect: 100-continue")
        threads = [threading.Thread(target=lambda: answers.append(exchange(address, call))) for _ in range(20)]
        with socket.create_connection(address):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(answers) == 20 and all(answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") for answer in answers), answers

    status, said = recorded_by_python(place, "many.jsonl", 7, at_once)
    lines = [json.loads(line) for line in (place / "many.jsonl").read_text().splitlines()]
    assert lines == [{"url": PATH, "raw": body.decode()}] * 20
    assert (status, said) == (7, ["recorder: 20 recorded"]), (status, said)

    if os.path.exists("/dev/full"):
        status, said = recorded_by_python(place, "/dev/full", 0, lambda address: exchange(address, request(f"POST {PATH}")))
        assert said[0] == f"recorder: not recorded: POST {PATH}: [Errno 28] No space left on device", said
        assert said[1] == "recorder: 1 not recorded" and status != 0, (status, said)


HARD_TEST = r"""package marks

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestHard(t *testing.T) {
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	server := httptest.NewServer(recorded(t, service))
	defer server.Close()
	path := server.URL + "/v4/recentcontact/mark_contact"
	send := func(method, to string, body io.Reader) string {
		request, err := http.NewRequest(method, to, body)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	// A reader of unknown length is sent in chunks.
	if answer := send("POST", path+"?usersig=a%2Bb&random=1", io.MultiReader(bytes.NewReader([]byte("{} ")))); answer != "{} " {
		t.Fatal(answer)
	}
	send("POST", path, bytes.NewReader([]byte("{\r\n\u2028")))
	send("POST", server.URL+"//v4/recentcontact/x", nil)
	send("GET", path, nil)
	send("POST", path, bytes.NewReader([]byte("\"\xff\"")))
	send("POST", server.URL+"/v4/openim/sendmsg", bytes.NewReader([]byte("\xff")))
	send("GET", server.URL+"/ready", nil)
	send("POST", server.URL+"/v4/openim/sendmsg", bytes.NewReader([]byte("{}")))
	send("POST", server.URL+"/v4/RecentContact/Mark_Contact", bytes.NewReader([]byte("{}")))
	send("GET", server.URL+"/v4/RecentContact/x", nil)
	send("POST", path+"?UserSig=SECRET&random=1&USERSIG=SECRET", nil)
	send("OPTIONS", path+"?usersig=s", nil)
	// A client with a proxy sends the whole URL.
	proxy, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	http.DefaultTransport.(*http.Transport).Proxy = http.ProxyURL(proxy)
	send("POST", "http://console.tim.qq.com/v4/recentcontact/mark_contact?usersig=s", nil)
	send("POST", "http://contact.example//v4/recentcontact/x", nil)
	send("GET", "http://contact.example/ready", nil)
}

func TestOther(t *testing.T) {
	server := httptest.NewServer(recorded(t, http.NotFoundHandler()))
	defer server.Close()
	if _, err := http.Get(server.URL + "/ready"); err != nil {
		t.Fatal(err)
	}
}
"""


def check_go(place, environment):
    place = Path(place)
    (place / "hard_test.go").write_text(HARD_TEST)
    command = ["go", "test", "-count=1", "-run", "TestHard", "."]
    environment = environment | {"RECORDING": str(place / "go.jsonl")}
    ended = subprocess.run(command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = re.findall(r"^ *recorded_test\.go:\d+: (.*)$", ended.stdout, re.MULTILINE)
    assert said == [
        f"not recorded: GET {PATH}: all calls are POST",
        f"not recorded: POST {PATH}: the body or the URL is not UTF-8",
        "left out: POST /v4/openim/sendmsg: the body or the URL is not UTF-8",
        "left out: GET /ready: all calls are POST",
        "not recorded: GET /v4/RecentContact/x: all calls are POST",
        f"left out: OPTIONS {PATH}: all calls are POST",
        "left out: GET /ready: all calls are POST",
    ], ended.stdout
    assert ended.returncode == 1, ended.stdout
    lines = [json.loads(line) for line in (place / "go.jsonl").read_text().splitlines()]
    assert lines == [
        {"url": f"{PATH}?usersig=x&random=1", "body": {}},
        {"url": PATH, "raw": "{\r\n\u2028"},
        {"url": "//v4/recentcontact/x", "raw": ""},
        {"url": "/v4/openim/sendmsg", "body": {}},
        {"url": "/v4/RecentContact/Mark_Contact", "body": {}},
        {"url": f"{PATH}?UserSig=x&random=1&USERSIG=x", "raw": ""},
        {"url": f"{PATH}?usersig=x", "raw": ""},
        {"url": "//v4/recentcontact/x", "raw": ""},
    ], lines
    # What is left out of other services does not fail the test.
    command[4] = "TestOther"
    subprocess.run(command, cwd=place, env=environment, stdout=subprocess.DEVNULL, check=True)
