# For the files `run` of the tools. `source "$HELPERS"`.
set -euo pipefail

# cannot REASON: ends the tool, skipped.
cannot() {
    echo "SKIPPED, not failed: $*"
    exit 77
}

# needs COMMAND..: skips the tool if one of them is not on this machine.
needs() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null 2>&1 || cannot "there is no $command on this machine"
    done
}

# not_installed LOG COMMAND..: ends the tool after an installation that failed: skipped if COMMAND, which asks the registry, fails, too.
not_installed() {
    local log=$1
    shift
    tail -n 5 "$log"
    if "$@" >/dev/null 2>&1; then
        echo "the pinned packages cannot be installed, although the registry answers"
        exit 1
    fi
    cannot "the registry of the packages cannot be reached"
}

# python_packages: installs requirements.txt into a virtual environment and puts its programs on the path.
python_packages() {
    needs python3
    python3 -m venv python >install.log 2>&1 || cannot "python3 has no module venv on this machine"
    python/bin/pip install -q --disable-pip-version-check -r requirements.txt >install.log 2>&1 ||
        not_installed install.log python/bin/pip download --no-deps -d "$WORK" pip
    PATH=$PWD/python/bin:$PATH
}

# node_packages: installs package.json and puts its programs on the path.
node_packages() {
    needs node npm
    node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || cannot "Node.js 20 or newer is needed"
    npm install --no-audit --no-fund --ignore-scripts >install.log 2>&1 || not_installed install.log npm view npm version
    PATH=$PWD/node_modules/.bin:$PATH
}
