"""Holds requests and answers against openapi-fake.json.

Usage: document.py EXCHANGES, the file that EXCHANGES_FILE named for `cargo test --test it fake::`.
Needs the package jsonschema, which openapi-spec-validator brings along.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator

METHODS = {"get", "put", "post", "delete", "patch"}
DOCUMENT = json.loads((pathlib.Path(__file__).parent.parent / "openapi-fake.json").read_text())


def error_of(schema, value):
    """What is wrong with a value, or None."""
    schema = {**schema, "components": DOCUMENT["components"]}
    error = next(Draft202012Validator(schema).iter_errors(value), None)
    return error and f"{error.json_path}: {error.message}"


def response(operation, status):
    """The documented response, or None."""
    found = operation["responses"].get(str(status))
    if found and "$ref" in found:
        return DOCUMENT["components"]["responses"][found["$ref"].rsplit("/", 1)[1]]
    return found


def template(path):
    """The path of the document that a path is one of."""
    path = path.split("?")[0]
    start = "/_convmark/accounts/"
    is_account = path.startswith(start) and path != start and "/" not in path[len(start):]
    return start + "{user}" if is_account else path


def problem_of(exchange):
    """What is wrong with one request and its answer, or None."""
    error = {"$ref": "#/components/schemas/Error"}
    status, method = exchange["status"], exchange["method"].lower()
    operation = DOCUMENT["paths"].get(template(exchange["path"]), {}).get(method)
    if operation is None:
        if status not in (403, 404, 405):
            return "is not in the document"
        return error_of(error, json.loads(exchange["answer"]))
    found = response(operation, status)
    if found is None or exchange["type"] not in found["content"]:
        return f"{status} with {exchange['type']} is not in the document"
    if exchange["type"] == "application/json":
        schema = found["content"]["application/json"]["schema"]
        wrong = error_of(schema, json.loads(exchange["answer"]))
        if wrong:
            return f"the answer is not of its schema: {wrong}"
    if status == 200 and "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        wrong = error_of(schema, json.loads(exchange["sent"]))
        if wrong:
            return f"what was accepted is not of its schema: {wrong}"
    return None


def operations():
    """Every path, method and operation."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def wrong_examples():
    """The examples that are not of their schema."""
    for path, method, operation in operations():
        contents = [response(operation, status)["content"] for status in operation["responses"]]
        if "requestBody" in operation:
            contents.append(operation["requestBody"]["content"])
        for content in contents:
            content = content["application/json"]
            wrong = error_of(content["schema"], content["example"])
            if wrong:
                yield f"an example of {method} {path} is not of its schema: {wrong}"


# Refused by the server, so no schema may take it.
REFUSED = [
    ("Rule", {}),
    ("Rule", {"command": "mark_contact"}),
    ("Rule", {"answer_with": 50005, "drop": "after"}),
    ("Rule", {"seed": 1, "drop": "after"}),
    ("Rule", {"answer_with": 1}),
    ("Rule", {"every": 0, "drop": "after"}),
    ("Rule", {"times": 0, "drop": "after"}),
    ("Rule", {"delay_ms": 0}),
    ("Rule", {"probability": 0, "drop": "after"}),
    ("Rule", {"account": "", "drop": "after"}),
    ("Rule", {"account": "1" * 33, "drop": "after"}),
    ("Rule", {"drop": True}),
    ("Rule", {"answer_with": "50005"}),
    ("Question", {"command": "mark_contact"}),
    ("Question", {"command": "mark_contact", "body": 1, "raw": ""}),
    ("ClockSetting", {}),
    ("ClockSetting", {"fixed": 1, "shift_seconds": 1}),
    ("Facts", {"acounts": []}),
    ("Facts", {"accounts": ["größe"]}),
    ("Facts", {"groups": [""]}),
    ("Facts", {"groups": ["1" * 49]}),
    ("Facts", {"groups": ["@TOPIC#_" + "1" * 89]}),
    ("Facts", {"plan": None}),
    ("Snapshot", {"version": 2, "last_group_id": 0, "groups": [], "rows": []}),
]


def main():
    problems = list(wrong_examples())
    for name, value in REFUSED:
        if error_of({"$ref": f"#/components/schemas/{name}"}, value) is None:
            problems.append(f"the schema {name} takes {value}")
    seen, count = set(), 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            exchange = json.loads(line)
            wrong = problem_of(exchange)
            if wrong:
                problems.append(f"{exchange['method']} {exchange['path']}: {wrong}")
            if exchange["status"] == 200:
                seen.add((template(exchange["path"]), exchange["method"].lower()))
            count += 1
    for path, method, _ in operations():
        if (path, method) not in seen:
            problems.append(f"{method} {path} was not answered with 200 in any test")
    for problem in problems:
        print(problem)
    print(f"{count} requests and answers held against the document, {len(problems)} problems")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
