"""Checks the reports of `convmark validate` against the public schemas of SARIF and JUnit, and against what the readers of
such reports demand beyond them.

    check.py CONVMARK SARIF_SCHEMA JUNIT_SCHEMA

It needs the packages jsonschema and xmlschema. `.ci/run` installs them and gets the schemas:

* SARIF 2.1.0, the JSON schema of OASIS, from the Rust package serde-sarif (MIT);
* JUnit, the XML schema that Jenkins' xUnit plugin publishes (MIT), from the source package of pytest (MIT).
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import xmlschema


def line(command, body, **members):
    return json.dumps({"command": command, "body": body, **members}, ensure_ascii=False) + "\n"


def get(**members):
    return line("get_contact_group", {"From_Account": "me", "StartIndex": 0, **members})


CLEAN = get()
WARNED = get(x=1)
WRONG = line("get_contact_group", {"From_Account": "me", "startindex": 0})
CONTROL = "".join(map(chr, range(32))) + "\x7f\x85\u200b\u202e\ufffe\uffff"
URL = "/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=s&random=%s&contenttype=json"

# Name: input, options, exit status, results of the levels error and warning, test cases that fail and that err.
CASES = {
    "empty input": ("", [], 0, (0, 0), (0, 0)),
    "white space": (" \n\n", [], 0, (0, 0), (0, 0)),
    "no findings": (CLEAN * 3, [], 0, (0, 0), (0, 0)),
    "warnings only": (CLEAN + WARNED, [], 0, (0, 1), (0, 0)),
    "denied warnings": (WARNED, ["--deny", "warnings"], 1, (0, 1), (0, 0)),
    "allowed warnings": (WARNED, ["--deny", "warnings", "--allow", "unknown-field"], 0, (0, 0), (0, 0)),
    "errors": (WRONG + CLEAN + WRONG, [], 1, (2, 2), (2, 0)),
    "an allowed warning beside an error": (WRONG, ["--allow", "unknown-field"], 1, (1, 0), (1, 0)),
    "a cut report": (line("search_contact_group", {"From_Account": "me", "ContactItem": [1] * 300}), [], 1, (256, 0), (1, 0)),
    "lines that are not requests": ("x\n" + CLEAN + '{"command":"x","body":{}}\n', [], 2, (0, 0), (0, 2)),
    "a truncated line": (CLEAN + WRONG[:-10], [], 2, (0, 0), (0, 1)),
    "other scripts": (get(**{"群组😀é": 1, "<&\"'>]]>": 1}), [], 0, (0, 2), (0, 0)),
    "control characters": (get(**{CONTROL: 1}), [], 0, (0, 1), (0, 0)),
    "control characters in a name of a line": (line(CONTROL, {}), [], 2, (0, 0), (0, 1)),
    "placeholders and links": (get(**{"{0}": 1, "[a](1)": 1, "%s": 1}), [], 0, (0, 3), (0, 0)),
    "a malformed body": ('{"command":"get_contact_group","raw":"{"}\n', [], 1, (1, 0), (1, 0)),
    "calls of other services": (
        json.dumps({"url": "/v4/openim/x", "body": {}}) + "\n" + WRONG + json.dumps({"url": "/v4/profile/x", "body": {}}),
        ["--skip-other-services"], 1, (1, 1), (1, 0)),
    "a recording": (
        "".join(json.dumps(json.loads(line) | {"answer": {}}) + "\n" for line in [CLEAN, WRONG]), ["--from", "recording"], 1, (1, 1), (1, 0)),
    "a URL with many errors": (json.dumps({"url": "/v4/recentcontact/creat_contact_group?random=x", "body": {}}), [], 1, (1, 0), (1, 0)),
    "a URL": (json.dumps({"url": URL % 1775180000123456789, "body": {"From_Account": "me", "StartIndex": 0}}), [], 1, (1, 0), (1, 0)),
}


def texts(value):
    """The texts of all messages in a log."""
    if isinstance(value, dict):
        found = value.get("text")
        yield from [found] if isinstance(found, str) else (text for inner in value.values() for text in texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in texts(inner))


def check_sarif(log, schema, levels, text, is_whole):
    schema.validate(log)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert len(rules) == len(driver["rules"]), "the IDs of rules are unique"
    for rule in rules.values():
        for member in ["shortDescription", "fullDescription", "help"]:
            assert 0 < len(rule[member]["text"]) <= 1024, (rule, member)
    results = run["results"]
    found = [sum(result["level"] == level for result in results) for level in ["error", "warning"]]
    assert found == list(levels), found
    assert run["invocations"][0]["executionSuccessful"] == is_whole
    fingerprints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert len(set(fingerprints)) == len(results), "fingerprints are unique"
    assert run["columnKind"] == "utf16CodeUnits"
    for message in texts(run):
        # Sections 3.11.5 and 3.11.6: placeholders, which are escaped by doubling, and links, by backslashes.
        assert not re.search(r"[{}]", re.sub(r"\{\{|\}\}", "", message)), message
        assert not re.search(r"\[[^\[\]]*\]\(", re.sub(r"\\.", "", message)), message
    lines = text.split("\n")
    for result in results:
        assert result["level"] == rules[result["ruleId"]]["defaultConfiguration"]["level"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert uri == "a%20recording.jsonl", f"{uri} is not relative to the repository"
        region = place["region"]
        assert region["startLine"] == region["endLine"]
        units = len(lines[region["startLine"] - 1].encode("utf-16-le")) // 2
        assert 1 <= region["startColumn"] <= region["endColumn"] <= units + 1, region


def check_junit(report, schema, counts, text):
    schema.validate(report)
    root = ElementTree.fromstring(report)
    (suite,) = root
    cases = suite.findall("testcase")
    assert len(cases) == sum(bool(line.strip()) for line in text.split("\n"))
    names = {(case.get("classname"), case.get("name")) for case in cases}
    assert len(names) == len(cases), "GitLab tells test cases apart by class and name"
    found = [len(suite.findall(f"testcase/{kind}")) for kind in ["failure", "error"]]
    assert found == list(counts), found
    for element in [root, suite]:
        assert [int(element.get(name)) for name in ["tests", "failures", "errors"]] == [len(cases), *counts]
    for problem in suite.findall("testcase/failure") + suite.findall("testcase/error"):
        # GitLab shows the content, Jenkins the message too.
        assert problem.get("message") and problem.text.strip(), ElementTree.tostring(problem)


def har(*bodies):
    def entry(body):
        request = {"method": "POST", "url": URL % 1, "postData": {"text": body}}
        return {"request": request, "response": {"content": {"text": "{}"}}}

    return json.dumps({"log": {"entries": [entry(body) for body in bodies]}})


# A valid call, and ones with a finding that has a path, one that has none, and more than a report holds.
HAR = har(
    json.dumps({"From_Account": "me", "StartIndex": 0}),
    json.dumps({"From_Account": "me", "StartIndex": 0, "{0}": 1}),
    "[]",
    json.dumps({"From_Account": "me", "StartIndex": 0, **dict.fromkeys(map(str, range(300)), 1)}),
)


def check_har(log, schema):
    """Each result names its entry, which has no line."""
    schema.validate(log)
    (run,) = log["runs"]
    numbers = []
    for result in run["results"]:
        (location,) = result["locations"]
        assert "region" not in location["physicalLocation"]
        entry = location["logicalLocations"][0]["name"]
        assert re.match(rf"{entry}( at /[^:]+)?: ", result["message"]["text"]), result
        numbers.append(entry)
    assert numbers == ["entry 2", "entry 3"] + ["entry 4"] * 256, numbers
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "entry 4: 44 more findings", note


def main():
    convmark, sarif_schema, junit_schema = sys.argv[1:]
    schema = json.loads(Path(sarif_schema).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    formats = jsonschema.Draft7Validator.FORMAT_CHECKER
    sarif = jsonschema.Draft7Validator(schema, format_checker=formats)
    junit = xmlschema.XMLSchema(junit_schema)
    with tempfile.TemporaryDirectory() as place:
        for name, (text, options, status, levels, counts) in CASES.items():
            file = Path(place) / "a recording.jsonl"
            file.write_text(text, newline="")

            def report(form):
                arguments = [convmark, "validate", "--format", form, *options, file.name]
                ended = subprocess.run(arguments, cwd=place, capture_output=True)
                assert (ended.returncode, ended.stderr) == (status, b""), (ended.returncode, ended.stderr)
                return ended.stdout

            try:
                check_sarif(json.loads(report("sarif")), sarif, levels, text, status != 2)
                check_junit(report("junit").decode(), junit, counts, text)
            except Exception:
                print(f"case: {name}", file=sys.stderr)
                raise
        file = Path(place) / "a recording.har"
        file.write_text(HAR)
        arguments = [convmark, "validate", "--format", "sarif", file.name]
        ended = subprocess.run(arguments, cwd=place, capture_output=True)
        assert (ended.returncode, ended.stderr) == (1, b""), (ended.returncode, ended.stderr)
        check_har(json.loads(ended.stdout), sarif)
    # The schemas do refuse.
    assert not sarif.is_valid({"version": "2.1.0", "runs": [{"results": []}]})
    assert not junit.is_valid("<testsuites><testsuite><testcase/></testsuite></testsuites>")
    print(f"{len(CASES)} cases and a HAR file: SARIF and JUnit are as their schemas say")


main()
