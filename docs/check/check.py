"""Follows docs/checking-your-client.md word by word: writes its files, runs its commands, compares their output, applies its
change, and runs the commands of its CI files before and after the change. Then it gives the recorders calls that are hard to record.

    check.py CONVMARK

It needs Go, git, curl and the package PyYAML; `.ci/run` installs them. CONVMARK is the built tool.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import recorders
import yaml

PAGE = Path(__file__).parent.parent / "checking-your-client.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "-- end of the output --"


def without_times(text):
    return re.sub(r"\t\d+\.\d+s$", "\ttime", text, flags=re.MULTILINE)


def run(script, place, environment):
    """The exit status of a script, and all it says."""
    command = ["bash", "-c", script]
    ended = subprocess.run(command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return ended.returncode, ended.stdout


def check_console(block, place, environment):
    """Runs the commands of a block in one shell and compares what each says."""
    commands = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    script = "".join(f"{command}\nstatus=$?; echo '{MARK}'; (exit $status)\n" for command, _ in commands)
    _, said = run(script, place, environment)
    *outputs, rest = said.split(f"{MARK}\n")
    assert len(outputs) == len(commands), f"the shell ends after {len(outputs)} of {len(commands)} commands\n{rest}"
    for (command, expected), found in zip(commands, outputs, strict=True):
        assert without_times(found) == without_times(expected), f"$ {command}\n{found}\n-- but the page has\n{expected}"


def ci_scripts(files):
    """The commands of each CI file, as one script that stops where CI stops."""
    workflow = yaml.safe_load(files[".github/workflows/chat-requests.yml"])
    (job,) = workflow["jobs"].values()
    assert True in workflow, "`on`, which YAML 1.1 reads as true"
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert len(runs) == 4 and all(("run" in step) != ("uses" in step) for step in job["steps"])
    yield "GitHub", runs, "convmark.sarif"
    gitlab = yaml.safe_load(files[".gitlab-ci.yml"])["chat-requests"]
    assert gitlab["artifacts"] == {"when": "always", "reports": {"junit": "convmark.xml"}}
    yield "GitLab", gitlab["script"], "convmark.xml"
    steps = re.findall(r"^ +sh '(.*)'$", files["Jenkinsfile"], re.MULTILINE)
    assert len(steps) == 4 and files["Jenkinsfile"].count("{") == files["Jenkinsfile"].count("}")
    yield "Jenkins", steps, "convmark.xml"


def check_ci(files, place, environment, expected, error):
    for name, scripts, report in ci_scripts(files):
        (place / report).unlink(missing_ok=True)
        # Each script is a shell of its own, which stops at the first command that fails.
        for script in scripts:
            status, said = run(f"set -e\n{script}", place, environment)
            if status != 0:
                break
        assert status == expected, f"{name}: status {status}, not {expected}\n{said}"
        assert script == scripts[-1], f"{name} stops at {script}\n{said}"
        assert (error in (place / report).read_text()) == (expected == 1), name
        print(f"{name}: status {status}")


def main():
    convmark = Path(sys.argv[1]).resolve()
    blocks = BLOCK.findall(PAGE.read_text())
    files = {name: text for _, name, text in blocks if name}
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "client"
        (place / "ci").mkdir(parents=True)
        programs = Path(directory) / "bin"
        programs.mkdir()
        shutil.copy(convmark, programs / "convmark")
        with tarfile.open(place / "ci/convmark-0.1.0-x86_64-unknown-linux-musl.tar.gz", "w:gz") as archive:
            archive.add(convmark, "convmark-0.1.0-x86_64-unknown-linux-musl/convmark")
        environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOPROXY": "off"}
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
        kinds = [kind for kind, name, _ in blocks if not name]
        assert kinds.count("diff") == 1 and set(kinds) == {"console", "diff"}, kinds
        for kind, name, text in blocks:
            if kind == "console":
                check_console(text, place, environment)
            elif kind == "diff":
                check_ci(files, place, environment, 1, "`random` is malformed")
                command = ["git", "apply", "--verbose", "-"]
                applied = subprocess.run(command, input=text, text=True, cwd=place, stderr=subprocess.PIPE)
                assert applied.returncode == 0 and "Hunk #" not in applied.stderr, f"the change has offsets or does not apply\n{applied.stderr}"
        check_ci(files, place, environment, 0, "`random` is malformed")
        recorders.check_python(place, convmark)
        recorders.check_go(place, environment)
    print(f"{len(files)} files and {kinds.count('console')} blocks of commands are as the page says")


main()
