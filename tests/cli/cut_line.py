"""A receiver of effects and of hard steps behind a line that can be cut after any number of bytes, in either
direction: all an agent's tools and its larger model reach is one port of this machine."""
import collections
import http.server
import json
import random
import socket
import struct
import threading

PROMPT_TOKENS = 40
COMPLETION_TOKENS = 9


class Receiver(http.server.BaseHTTPRequestHandler):
    """Parcels are sent once for a key, however often it comes; bills are paid each time they are asked to be."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, status=200):
        text = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} so\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode()
        try:
            self.wfile.write(head + text)
        except OSError:
            pass  # cut

    def do_GET(self):
        self.answer({"place": "shelf 4"})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 1 << 20))
        text = self.rfile.read(length)
        if len(text) < length:
            return  # cut: it did not arrive whole, so nothing is done
        kind, _, ticket = self.path.strip("/").partition("/")
        if kind == "v1":
            self.hard_step(json.loads(text))
            return
        with self.server.lock:
            key = self.headers.get("Idempotency-Key")
            if kind == "bills" or key not in self.server.keys:
                self.server.effects[ticket] += 1
            self.server.keys.add(key)
            passes, self.server.passes_answers = self.server.passes_answers, True
        if passes:
            self.answer({"ticket": ticket})
        else:
            self.close_connection = True

    def hard_step(self, body):
        """A larger model that is always right: hard steps ask where a thing is."""
        with self.server.lock:
            self.server.asked += 1
        said = json.dumps(body["messages"])
        ticket = said[said.rindex("T-"):][:6]
        call = {"id": "c1", "type": "function", "index": 0,
                "function": {"name": "find_parcel", "arguments": json.dumps({"ticket": ticket})}}
        usage = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS,
                 "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS}
        choice = {"index": 0, "finish_reason": "tool_calls"}
        if not body.get("stream"):
            self.answer({"id": "1", "object": "chat.completion", "created": 1, "model": "large", "usage": usage,
                         "choices": [{**choice, "message": {"role": "assistant", "content": None, "tool_calls": [call]}}]})
            return
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "large"}
        lines = [{**chunk, "choices": [{"index": 0, "delta": {"role": "assistant", "tool_calls": [call]},
                                        "finish_reason": None}]},
                 {**chunk, "choices": [{**choice, "delta": {}}]}, {**chunk, "choices": [], "usage": usage}]
        text = "".join(f"data: {json.dumps(line)}\n\n" for line in lines) + "data: [DONE]\n\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(text)}\r\n\r\n"
        try:
            self.wfile.write((head + text).encode())
        except OSError:
            pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # cut


class Line:
    """The port that agents know. Bytes pass one by one, so that a cut can come after any of them."""

    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Receiver)
        self.server.lock = threading.Lock()
        self.server.effects = collections.Counter()  # by ticket
        self.server.keys = set()
        self.server.asked = 0
        self.server.passes_answers = True  # if not: the next effect's answer is lost, with its connection
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.open = []
        self.restore()
        threading.Thread(target=self.accept, daemon=True).start()

    def restore(self):
        """It holds until it is cut; `passed` counts anew."""
        with self.lock:
            self.passed = 0
            self.cut_after = None
            self.resets = False
            self.at_cut = None
            self.is_down = False

    def cut_when(self, passed, resets, at_cut=None):
        """Down after so many bytes. `resets`: with RST instead of FIN. With `at_cut` that is called and the line
        holds: for whoever wants to do something at that moment."""
        self.restore()
        with self.lock:
            self.cut_after, self.resets, self.at_cut = passed, resets, at_cut
            self.is_down = passed == 0 and at_cut is None

    def allows(self, count):
        """How many of the next `count` bytes pass."""
        with self.lock:
            if self.is_down:
                return 0
            if self.cut_after is None or self.passed + count <= self.cut_after:
                self.passed += count
                return count
            allowed = self.cut_after - self.passed
            self.passed += allowed
            at_cut, self.at_cut = self.at_cut, None
            if at_cut is not None:
                self.cut_after = None
                self.passed += count - allowed
            else:
                self.is_down = True
        if at_cut is not None:
            at_cut()
            return count
        return allowed

    def hang_up(self, *ends):
        for end in ends:
            try:
                if self.resets:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.close()
                else:
                    end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the other direction was here first

    def pump(self, source, target):
        try:
            while data := source.recv(4096):
                allowed = self.allows(len(data))
                target.sendall(data[:allowed])
                if allowed < len(data):
                    break
        except OSError:
            pass
        self.hang_up(source, target)

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            if self.is_down:
                self.hang_up(client)
                continue
            server = socket.create_connection(self.server.server_address)
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=pair, daemon=True).start()

    def lose_one_answer(self):
        self.server.passes_answers = False

    def effects(self, ticket):
        with self.server.lock:
            return self.server.effects[ticket]

    @property
    def asked(self):
        with self.server.lock:
            return self.server.asked


AGENT = """name: dispatch
description: sends parcels, pays bills and finds parcels
model: {model}
instructions: You work for a small dispatch office.
values:
  ticket: {{description: ticket number, pattern: 'T-\\d{{4}}', cues: [ticket]}}
http:
  seconds: 2
  allow:
    - {{url: "http://127.0.0.1:{port}/*", methods: [GET, POST], private: true}}
  tools:
    - name: send_parcel
      description: Sends the parcel of a ticket
      effect: reversible
      examples: [Send parcel T-1001, Please ship the parcel T-1002, Parcel T-1003 should be sent]
      parameters: {{ticket: {{kind: ticket, required: true}}}}
      method: POST
      url: "http://127.0.0.1:{port}/parcels/{{ticket}}"
      body: {{ticket: "{{ticket}}"}}
      extract: {{ticket: /ticket}}
      answer: [say: "Parcel {{ticket}} is sent."]
    - name: pay_bill
      description: Pays the bill of a ticket
      effect: reversible
      examples: [Pay bill T-1001, Please pay the bill T-1002, The bill T-1003 should be paid]
      parameters: {{ticket: {{kind: ticket, required: true}}}}
      method: POST
      url: "http://127.0.0.1:{port}/bills/{{ticket}}"
      body: {{ticket: "{{ticket}}"}}
      extract: {{ticket: /ticket}}
      answer: [say: "Bill {{ticket}} is paid."]
    - name: find_parcel
      description: Tells on which shelf a parcel lies
      effect: read
      examples: ["On which shelf does parcel T-1001 lie?", "On which shelf is T-1002?", "Which shelf has T-1003?"]
      parameters: {{ticket: {{kind: ticket, required: true}}}}
      url: "http://127.0.0.1:{port}/shelves/{{ticket}}"
      extract: {{place: /place}}
      answer: [say: "{{ticket}} lies on {{place}}."]
offline:
  probe: "http://127.0.0.1:{port}/health"
  tools:
    send_parcel: {{repeatable: true, order_by: ticket}}
    pay_bill: {{}}
    find_parcel: {{}}
escalation:
  name: large
  endpoint: "http://127.0.0.1:{port}/v1"
  model: large
  below: 1
  allowed: personal
  prices: {{prompt: 1, completion: 2}}
memory: {{}}
"""

REQUESTS = {
    "parcel": "Please ship the parcel {ticket}.",
    "bill": "Please pay the bill {ticket}.",
    "find": "On which shelf is {ticket}?",
    "hard": "What became of the brown box that grandmother gave us, {ticket} I think?",
}


def tasks(count, seed):
    """(kind, ticket, random numbers of its own), each ticket once."""
    rng = random.Random(seed)
    kinds = list(REQUESTS)
    return [(kinds[i % len(kinds)], f"T-{2000 + i}", random.Random(rng.random())) for i in range(count)]
