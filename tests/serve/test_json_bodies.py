"""Bodies in the manner of JSONTestSuite, written here: what must be taken, what must be refused, and what may be
either but never costs the server more than an answer."""
import json

import pytest
from conftest import KEY
from hostile import BROKEN_JSON, CHAT, raw

TEXT = '"model": "default", "messages": [{"role": "user", "content": %s}], "max_tokens": 1'


def body(content='"hi"', more=""):
    return ("{" + TEXT % content + more + "}").encode()


# Well-formed, and meaning the same request.
TAKEN = {
    "space before and after": b" \t\r\n" + body() + b"\n\n",
    "space everywhere": body().replace(b":", b" :\t").replace(b",", b"\r\n,"),
    "escaped key": body().replace(b'"model"', b'"\\u006dodel"'),
    "every escape": body(r'"\"\\\/\b\f\n\r\t\u00e9"'),
    "surrogate pair": body(r'"\ud83d\ude42"'),
    "plain beyond the plane": body('"\U0001f642"'),
    "noncharacter": body('"\ufdd0"'),
    "delete": body('"\x7f"'),
    "escaped null": body(r'"a\u0000b"'),
    "number with exponent": body(more=', "temperature": 5E-1'),
    "number with fraction and exponent": body(more=', "temperature": 0.05e+1'),
    "minus zero": body(more=', "presence_penalty": -0.0'),
    "integer written as zero": body(more=', "seed": 0'),
    "null for what is not given": body(more=', "stop": null, "tools": null, "seed": null'),
    "empty list of stops": body(more=', "stop": []'),
    "empty metadata": body(more=', "metadata": {}'),
    "metadata of metadata": body(more=', "metadata": {"a": {"b": [1, {"c": null}]}}'),
    "long text": body(json.dumps("word " * 200)),
    "right-to-left and combining": body('"\u05e9\u0301\u200f\u0627"'),
}

# Either is right; a 5xx or a closed connection is not.
EITHER = {
    "a key twice": body(more=', "seed": 1, "seed": 2'),
    "huge exponent": body(more=', "temperature": 1e999'),
    "tiny exponent": body(more=', "temperature": 1e-999'),
    "integer beyond 64 bits": body(more=', "seed": 123456789012345678901234567890'),
    "lone surrogate": body(r'"\ud800"'),
    "wrong order of surrogates": body(r'"\udc00\ud800"'),
    "long number": body(more=', "temperature": 0.' + "1" * 10_000),
    "sixty levels": body(more=', "metadata": ' + '{"a":' * 60 + "1" + "}" * 60),
    "byte order mark": b"\xef\xbb\xbf" + body(),
}


@pytest.fixture
def port(start):
    return start("--api-key", KEY).port


def test_what_is_well_formed_is_taken(port):
    statuses = {name: raw(port, payload, KEY) for name, payload in TAKEN.items()}
    assert set(statuses.values()) == {200}, statuses


def test_what_is_not_json_is_refused(port):
    statuses = [(payload[:40], raw(port, payload, KEY)) for payload in BROKEN_JSON]
    assert not [entry for entry in statuses if entry[1] not in (400, 413, 422)], statuses


def test_cut_anywhere_it_is_refused(port):
    whole = body(r'"a\u00e9\n{[]}"', ', "logit_bias": {"1": -1.5e0}')
    for end in range(len(whole)):
        assert raw(port, whole[:end], KEY) == 400, whole[:end]


def test_what_may_be_either_is_an_answer(port):
    statuses = {name: raw(port, payload, KEY) for name, payload in EITHER.items()}
    assert all(status in (200, 400, 413, 422) for status in statuses.values()), statuses
    assert raw(port, body(), KEY) == 200
