"""One byte of every gated file, with the token that this machine has; sent over SSH, standard library only.

Reads JSON on standard input: {"checkout": ..., "files": [{repository, file, revision, match?}]}. Prints one line
of JSON with an answer for each and whether there is a token; never the token.
"""
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request


class KeepToken(urllib.request.HTTPRedirectHandler):
    """The token goes to the hub alone."""

    def redirect_request(self, request, *rest):
        following = super().redirect_request(request, *rest)
        if following is not None and urllib.parse.urlsplit(following.full_url).netloc != urllib.parse.urlsplit(BASE).netloc:
            following.remove_header("Authorization")
        return following


BASE = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
OPENER = urllib.request.build_opener(KeepToken)


def token_of(checkout):
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        if os.environ.get(name):
            return os.environ[name]
    try:
        with open(os.path.join(checkout, "scripts", "runtime_env.local")) as file:
            for line in file:
                match = re.match(r"""^\s*(?:export\s+)?HF_TOKEN=["']?([^"'\s#]+)""", line)
                if match:
                    return match.group(1)
    except OSError:
        pass
    home = os.environ.get("HF_HOME") or os.path.join(os.path.expanduser("~"), ".cache", "huggingface")
    try:
        with open(os.path.join(home, "token")) as file:
            return file.read().strip() or None
    except OSError:
        return None


def get(url, token, ranged):
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    if ranged:
        request.add_header("Range", "bytes=0-0")
    return OPENER.open(request, timeout=20)


def check(one, token):
    name = one["file"]
    quote = urllib.parse.quote
    if one.get("match"):
        kind = "" if one["repository"].startswith("datasets/") else "models/"
        try:
            url = "%s/api/%s%s/tree/%s?recursive=true" % (BASE, kind, one["repository"], quote(one["revision"], safe=""))
            listed = json.loads(get(url, token, False).read(8 * 1024 * 1024))
            fits = [it["path"] for it in listed if it.get("type") == "file" and re.search(one["match"], it["path"])]
            name = fits[0] if fits else name
        except (OSError, ValueError, KeyError, TypeError):
            pass
    told = {"repository": one["repository"], "file": name}
    url = "%s/%s/resolve/%s/%s" % (BASE, one["repository"], quote(one["revision"], safe=""), quote(name))
    try:
        with get(url, token, True) as response:
            if response.read(1):
                return dict(told, state="accessible", because="A byte of it was read.")
            return dict(told, state="could_not_tell", because="The hub let it pass and sent no byte of it.")
    except urllib.error.HTTPError as fault:
        if fault.code == 401:
            because = "The token is not taken (401)." if token else "It wants a token, and none is set."
            return dict(told, state="no_token", because=because)
        if fault.code == 403:
            because = "The token is good, and its account has not accepted the licence (403)."
            return dict(told, state="licence_not_accepted", because=because)
        if fault.code == 404:
            return dict(told, state="missing", because="There is no such file (404).")
        return dict(told, state="could_not_tell", because="The hub answered %d." % fault.code)
    except OSError as fault:
        return dict(told, state="could_not_tell", because="The hub was not reached: %s." % fault)


def main():
    asked = json.load(sys.stdin)
    token = token_of(asked.get("checkout") or "")
    items = [check(one, token) for one in asked["files"]]
    print(json.dumps({"v": 1, "address": BASE, "hasToken": bool(token), "items": items}))


main()
