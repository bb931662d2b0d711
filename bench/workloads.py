"""Names of workloads, as `outpost bench --json` writes them, and what they ask of a peer."""
import dataclasses
import re

NAME = re.compile(r"^(?:pp(?P<pp>\d+)|tg(?P<tg>\d+)_x(?P<batch>\d+))(?:_(?P<kind>[ds])(?P<size>\d+))?$")
PROMPT_TOKENS = 16  # where a sequence that decodes at depth 0 starts


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    is_prefill: bool
    tokens: int
    batch: int
    depth: int    # positions of each sequence before the measurement
    shared: int   # of those, how many all sequences share

    @property
    def end(self):
        return self.depth + self.tokens

    @property
    def cells(self):
        """KV cells that all sequences take together."""
        return self.shared + self.batch * (self.end - self.shared)


def parse(name):
    """None for a key of the JSON that is no workload."""
    match = NAME.match(name)
    if not match:
        return None
    size = int(match["size"] or 0)
    if match["pp"]:
        return Workload(name, True, int(match["pp"]), 1, size, 0)
    shared = size if match["kind"] == "s" else 0
    depth = shared + PROMPT_TOKENS if shared or not size else size
    return Workload(name, False, int(match["tg"]), int(match["batch"]), depth, shared)
