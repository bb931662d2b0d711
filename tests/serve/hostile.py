"""Requests that nobody means well with, made by us: bodies in the spirit of JSONTestSuite, numbers out of
range, schemas that cannot be compiled, clients that leave or read a byte at a time."""
import json
import random
import socket

CHAT = "/v1/chat/completions"
MESSAGES = [{"role": "user", "content": "hi"}]

# What is no JSON, or none that this server takes.
BROKEN_JSON = [
    b"", b" ", b"{", b"}", b"[", b"]", b"{]", b"[}", b"nul", b"tru", b"nan", b"NaN", b"Infinity", b"-", b"+1", b"01",
    b"1.", b".5", b"1e", b"1e+", b"0x10", b"'a'", b'"', b'"\\', b'"\\u', b'"\\u12', b'"\\ud800"', b'"\\udc00\\ud800"',
    b'"\\x41"', b'"\t"', b'"\x00"', b"\xef\xbb\xbf{}", b"{,}", b'{"a"}', b'{"a":}', b'{"a" 1}', b"{a:1}", b"{'a':1}",
    b'{"a":1,}', b'{"a":1}}', b'{"a":1} x', b'{"a":1}{"a":1}', b"[1,]", b"[,1]", b"[1 2]", b"/**/{}", b"{}//",
    b'{"a":"\xff"}', b'{"a":"\xc0\x80"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xf4\x90\x80\x80"}', b"\xfe\xff\x00{\x00}",
    b"[" * 100000, b'{"a":' * 100000, b'{"a":[' * 5000 + b"]}" * 5000, b"1" * 100000, b"[" + b"1," * 50000 + b"1]",
    b'{"' + b"a" * 100000 + b'":1}', b'{"a":1e400}', b'{"a":-1e400}', b'{"a":1e-400}', b"null", b"true", b"3", b'"a"',
]

# Fields of a chat request with values that are too much, too little or of another kind.
WRONG_FIELDS = [
    {"n": n} for n in (0, -1, 17, 10**6, 2**31, 2**63, 2**64, 1.5, "1", [], {})
] + [{"max_tokens": v} for v in (0, -5, 2**40, 1e300, "many", [1])] + \
    [{"temperature": v} for v in (-1, 2.5, 1e30, "hot", {})] + \
    [{"top_p": v} for v in (-0.1, 1.1, "x")] + \
    [{"stop": v} for v in ([""], ["a"] * 100, [1], {"a": 1}, "x" * 100000)] + \
    [{"logit_bias": v} for v in ({"x": 1}, {"-1": 1}, {"99999999999": 1}, {"1": 1e9}, [1])] + \
    [{"seed": v} for v in (1.5, "x", 2**70)] + \
    [{"messages": v} for v in ([], [1], "hi", None, [{"role": "king", "content": "x"}], [{"content": "x"}],
                               [{"role": "user", "content": 5}], [{"role": "user"}] * 5000,
                               [{"role": "tool", "content": "x", "tool_call_id": "none"}],
                               [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}])] + \
    [{"tools": v} for v in ([1], "x", [{}], [{"type": "function"}], [{"type": "function", "function": {}}],
                            [{"type": "function", "function": {"name": "a b"}}],
                            [{"type": "function", "function": {"name": "a"}}] * 200)] + \
    [{"logprobs": True, "top_logprobs": 21}, {"top_logprobs": 1}, {"stream_options": {}}, {"unknown": 1}, {"model": 7},
     {"model": "none"}, {"user": 5, "nonsense": [[[]]]}, {"response_format": {"type": "xml"}}, {"priority": 1e9},
     {"timeout": -1}, {"stream": "yes"}, {"tool_choice": "required"}, {"presence_penalty": 9}]


def schemas_that_cannot_be():
    """Constraints that no compiler can or may take, 60 and a few."""
    nested = {"type": "string"}
    for _ in range(80):
        nested = {"type": "object", "properties": {"a": nested}, "required": ["a"]}
    found = [{"type": kind} for kind in ("strng", "", "OBJECT", 5, True, ["string", "none"], {}, [5])]
    found += [{"$ref": ref} for ref in ("#/nowhere", "http://example.org/schema", "file:///etc/passwd", "#/$defs/", "x")]
    found += [{"type": "string", "pattern": pattern} for pattern in
              ("(", ")", "[", "a{2,1}", "*", "(?P<x", "(?:", "(?=a)b", "(?<!a)b", "(a)\\1", "[z-a]", "[a-",
               "\\k<a>", "\\p{Nonsense}", "(?<n>a)(?<n>b)", "[[:nope:]", "(a{1000}){1000}")]
    found += [{"type": "string", "minLength": v} for v in (-1, "a", 1.5)]
    found += [{"type": "string", "minLength": 5, "maxLength": 2}, {"type": "array", "minItems": 3, "maxItems": 1}]
    found += [{"type": "integer", "minimum": 5, "maximum": 2}, {"type": "number", "minimum": "a"}]
    found += [{"type": "integer", "multipleOf": v} for v in (0, -1, "x")]
    found += [{"enum": v} for v in ([], 5, "a", {})] + [{"anyOf": v} for v in ([], 5, {}, [5])]
    found += [{"allOf": [{"type": "string"}, {"type": "integer"}]}, {"oneOf": []}, {"oneOf": 7}, {"allOf": "x"}]
    found += [{"type": "object", "properties": v} for v in (5, [], "x")]
    found += [{"type": "object", "required": v} for v in (5, "a", [5])]
    found += [{"not": {}}, {"not": 5}, {"if": {"type": "string"}, "then": 5}, {"items": 5}, nested, {"type": "object", "properties": {"a": {"type": "nope"}}},
              {"type": "object", "properties": {"a": False}, "required": ["a"]},
              {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}]
    return found


def raw(port, payload, key, path=CHAT, headers=""):
    """Sends `payload` as a body; the status, or None when the server closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n{headers}"
                f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(payload)}\r\n\r\n")
        try:
            connection.sendall(head.encode() + payload)
            answer = connection.makefile("rb").read(1 << 16)
        except (ConnectionError, TimeoutError):
            return None
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else None


def leave(port, key, rng):
    """Begins a request and goes away: in the head, in the body, or in the answer."""
    body = json.dumps({"model": "default", "prompt": "a b c", "stream": True, "max_tokens": 200,
                       "n": rng.choice([1, 1, 1, 3])}).encode()
    head = (f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    whole = head + body
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    try:
        at = rng.choice([0, rng.randrange(len(whole)), len(whole), len(whole)])
        connection.sendall(whole[:at])
        if at == len(whole) and rng.random() < 0.7:
            connection.recv(rng.choice([1, 100, 5000]))
        if rng.random() < 0.5:  # a reset instead of a polite end
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    except (ConnectionError, TimeoutError):
        pass
    finally:
        connection.close()


def chat_body(**fields):
    return json.dumps({"model": "default", "messages": MESSAGES, "max_tokens": 4, **fields}).encode()


def three_hundred(seed):
    """(payload, headers) of 300 requests, in an order of their own."""
    rng = random.Random(seed)
    found = [(payload, "") for payload in BROKEN_JSON]
    found += [(chat_body(**fields), "") for fields in WRONG_FIELDS]
    found += [(chat_body(response_format={"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}), "")
              for schema in schemas_that_cannot_be()]
    found += [(chat_body(messages=[{"role": "user", "content": "x" * size}]), "")
              for size in (10**5, 10**6, 3 * 10**6, 9 * 10**6, 17 * 10**6)]
    found += [(b"{}", f"X-Big: {'a' * size}\r\n") for size in (10**4, 10**5, 10**6)]
    found += [(b"{}", header) for header in
              ("Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "A b: c\r\n",
               "Expect: 200-maybe\r\n", "\x00: x\r\n", "Host: evil.example.org\r\n", "X" * 300 + ": y\r\n" * 200)]
    while len(found) < 300:
        payload = bytearray(chat_body(temperature=0.5, stop=["x"], tools=[]))
        for _ in range(rng.randrange(1, 6)):
            payload[rng.randrange(len(payload))] = rng.randrange(256)
        found.append((bytes(payload), ""))
    rng.shuffle(found)
    return found[:300]
