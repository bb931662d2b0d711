"""ik_llama.cpp through its llama-bench, llama-batched-bench and llama-sweep-bench.

Build it natively and look at its start-up banner, or it silently runs AVX2 kernels:
    cmake -B build -DGGML_NATIVE=ON -DGGML_AVX512=ON -DGGML_AVX512_VBMI=ON -DGGML_AVX512_VNNI=ON -DGGML_AVX512_BF16=ON
    cmake --build build --target llama-bench llama-batched-bench llama-sweep-bench
"""
import json
import os
import subprocess
import tempfile

# name: further flags. Flash attention is on in all; weights interleaved at load in the second.
SETTINGS = {"default": [], "rtr": ["-rtr"]}
CHUNK = 512


class IkPeer:
    def __init__(self, folder, path, threads):
        self.folder, self.path, self.threads = os.path.abspath(folder), os.path.abspath(path), threads

    def rates(self, workloads, setting):
        """Tokens a second by name; a workload that none of the programs can do is not there."""
        flags = SETTINGS[setting]
        found = self._bench(workloads, flags)
        found.update(self._sweep(workloads, flags))
        for shared in sorted({w.shared for w in workloads if not w.is_prefill}):
            found.update(self._batched(shared, workloads, flags))
        return found

    def _run(self, program, arguments, errors=subprocess.STDOUT):
        """What it prints; nothing where it fails, as it does with formats that it cannot run. Some of the programs
        write their tables to standard error, and all a log into the folder that they run in."""
        command = [os.path.join(self.folder, program), "-m", self.path, "-t", str(self.threads)] + arguments
        with tempfile.TemporaryDirectory() as scratch:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=scratch)
        return done.stdout if done.returncode == 0 else ""

    def _bench(self, workloads, flags):
        """Prefill at depth 0 and single decoding."""
        prefills = {w.tokens: w.name for w in workloads if w.is_prefill and w.depth == 0}
        decodes = {(w.depth, w.tokens): w.name for w in workloads if not w.is_prefill and w.batch == 1 and not w.shared}
        if not prefills and not decodes:
            return {}
        arguments = ["-p", ",".join(map(str, prefills)) if prefills else "0", "-n", "0", "-r", "1", "-o", "json"]
        for depth, tokens in decodes:
            arguments += ["-gp", f"{depth},{tokens}"]
        arguments += [word for flag in flags for word in (flag, "1")]
        found = {}
        for row in json.loads(self._run("llama-bench", arguments, subprocess.DEVNULL) or "[]"):
            name = decodes.get((row["n_prompt"], row["n_gen"])) if row["n_gen"] else prefills.get(row["n_prompt"])
            if name:
                found[name] = row["avg_ts"]
        return found

    def _sweep(self, workloads, flags):
        """Prefill of whole chunks at depths that are multiples of a chunk."""
        wanted = {w.depth: w.name for w in workloads
                  if w.is_prefill and w.depth and w.tokens == CHUNK and w.depth % CHUNK == 0}
        if not wanted:
            return {}
        out = self._run("llama-sweep-bench", ["-c", str(max(wanted) + CHUNK), "-b", "2048", "-ub", str(CHUNK), "-fa", "on"]
                        + flags)
        # | PP | TG | N_KV | T_PP s | S_PP t/s | ...
        return {wanted[int(row[2])]: float(row[4]) for row in rows_of(out) if int(row[2]) in wanted}

    def _batched(self, shared, workloads, flags):
        wanted = {w.batch: w for w in workloads if not w.is_prefill and w.shared == shared
                  and (w.batch > 1 or shared) and w.depth == shared + 16}
        if not wanted:
            return {}
        some = next(iter(wanted.values()))
        cells = max(w.cells for w in wanted.values())
        out = self._run("llama-batched-bench", [
            "-c", str(cells + 256), "-b", "2048", "-ub", str(CHUNK), "-npp", str(some.depth), "-ntg", str(some.tokens),
            "-npl", ",".join(map(str, wanted)), "-fa", "on"] + (["-pps"] if shared else []) + flags)
        # | PP | TG | B | N_KV | T_PP s | S_PP t/s | T_TG s | S_TG t/s | ...
        return {wanted[int(row[2])].name: float(row[7]) for row in rows_of(out) if int(row[2]) in wanted}


def rows_of(table):
    """The cells of the numeric rows of a table of bars."""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 6 and cells[0].isdigit():
            yield cells
