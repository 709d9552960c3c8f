"""Prints UserSigs made by the published packages, for usersig.json.

Needs the package tls-sig-api-v2 1.1 of PyPI (MIT licence), and node with the package tls-sig-api-v2 1.0.2 of npm (MIT licence):

    pip install tls-sig-api-v2==1.1
    npm install tls-sig-api-v2@1.0.2
    python3 generate.py > usersig.json
"""

import base64
import json
import subprocess
import time

import TLSSigAPIv2

KEYS = ["5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e", "k", "a key of more than sixty-four bytes " * 4]
USERS = ["admin", "a", "user with space & more", "x" * 32, '"quoted\\"', "~!@#$%^*()"]
APPS = [1, 88888888, 1400000000, 4294967295]
USERBUFS = [None, b"", b"abc", bytes(range(256))]
NODE = r"""
const { Api } = require('tls-sig-api-v2');
const made = JSON.parse(require('fs').readFileSync(0, 'utf8')).map(v => {
    Date.now = () => v.time * 1000;
    const buffer = v.userbuf === null ? null : Buffer.from(v.userbuf, 'base64');
    return new Api(v.sdkappid, v.key).genSig(v.identifier, v.expire, buffer);
});
console.log(JSON.stringify(made));
"""


def main():
    vectors = []
    for number in range(24):
        vectors.append({
            "key": KEYS[number % len(KEYS)],
            "identifier": USERS[number % len(USERS)],
            "sdkappid": APPS[number // 2 % len(APPS)],
            "time": 1700000000 + number,
            "expire": [86400, 1, 180 * 86400][number // 3 % 3],
            "userbuf": USERBUFS[number // 6 % len(USERBUFS)],
        })
    python = [by_python(vector) for vector in vectors]
    for vector in vectors:
        if vector["userbuf"] is not None:
            vector["userbuf"] = base64.b64encode(vector["userbuf"]).decode()
    node = json.loads(subprocess.run(["node", "-e", NODE], input=json.dumps(vectors), capture_output=True, text=True, check=True).stdout)
    for vector, *made in zip(vectors, python, node):
        vector["made"] = made
    print(json.dumps({"source": "tls-sig-api-v2 1.1 of PyPI and tls-sig-api-v2 1.0.2 of npm, both MIT", "vectors": vectors}, indent=1))


def by_python(vector):
    time.time = lambda: vector["time"]
    api = TLSSigAPIv2.TLSSigAPIv2(vector["sdkappid"], vector["key"])
    if vector["userbuf"] is None:
        return api.gen_sig(vector["identifier"], vector["expire"])
    return api.gen_sig_with_userbuf(vector["identifier"], vector["expire"], vector["userbuf"])


main()
