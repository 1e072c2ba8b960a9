"""Signs a citizen of the demonstration in over the API and prints the two headers of the session.

Usage: citizen.py BASE DATA NIK
"""

import email
import email.policy
import json
import pathlib
import re
import sys
import time
import urllib.request

base, data, nik = sys.argv[1:]


def ask(path, body=None, headers=None):
    request = urllib.request.Request(base + path, headers={"content-type": "application/json", **(headers or {})})
    if body is not None:
        request.data = json.dumps(body).encode()
    return urllib.request.urlopen(request)


def code(after):
    for _ in range(1200):
        for path in pathlib.Path(data, "mail").glob("*"):
            if path.stat().st_mtime >= after:
                letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                found = re.search(r"(?m)^\s*(\d{6})\s*$", letter.get_body().get_content())
                if found:
                    return found[1]
        time.sleep(0.1)
    sys.exit("no letter with a code")


begun = time.time() - 0.5
challenge = json.load(ask("/v1/account/sign-ins", {"nik": nik}))["challenge"]
entered = ask("/v1/account/sign-ins/confirm", {"challenge": challenge, "code": code(begun)})
cookie = entered.headers["set-cookie"].split(";")[0]
csrf = json.load(ask("/v1/session", headers={"cookie": cookie}))["csrf"]
print(f"Cookie: {cookie}")
print(f"x-csrf-token: {csrf}")
