"""llama.cpp through the PyPI package llama-cpp-python, for comparison on the same machine.

Build the package natively, or the comparison is worth nothing:
    CMAKE_ARGS="-DGGML_NATIVE=ON" pip install --no-binary llama-cpp-python llama-cpp-python
"""
import ctypes
import time

CHUNK = 512
# name: (weights repacked at load, flash attention). The first is what people get without asking.
SETTINGS = {"default": (True, True), "no-fa": (True, False), "no-repack": (False, True),
            "no-repack no-fa": (False, False)}


class Peer:
    """One model in llama.cpp, driven by token ids through the C API."""

    def __init__(self, path, tokens, sequences, threads, precise=False, repack=True, flash_attention=None):
        """flash_attention None: llama.cpp decides, which is on where it can."""
        import llama_cpp.llama_cpp as lib
        self.lib = lib
        self._quiet = lib.llama_log_callback(lambda level, text, data: None)
        lib.llama_log_set(self._quiet, ctypes.c_void_p(0))
        lib.llama_backend_init()
        model_params = lib.llama_model_default_params()
        model_params.use_extra_bufts = repack
        self.model = lib.llama_model_load_from_file(path.encode(), model_params)
        if not self.model:
            raise SystemExit(f"llama.cpp cannot load {path}")
        params = lib.llama_context_default_params()
        params.n_ctx, params.n_seq_max = tokens, sequences
        params.n_batch, params.n_ubatch = max(4 * CHUNK, sequences), CHUNK
        params.n_threads = params.n_threads_batch = threads
        if hasattr(params, "kv_unified"):
            params.kv_unified = True
        if flash_attention is not None:
            params.flash_attn_type = int(flash_attention)
        if precise:
            params.type_k = params.type_v = 0  # F32
            params.flash_attn_type = 0
        self.context = lib.llama_init_from_model(self.model, params)
        if not self.context:
            raise SystemExit(f"llama.cpp makes no context of {tokens} tokens for {path}")
        self.memory = lib.llama_get_memory(self.context)
        self.vocabulary = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(self.model))
        self._filled = None  # (sequences, depth, shared) that the cache holds now

    def close(self):
        self.lib.llama_free(self.context)
        self.lib.llama_model_free(self.model)

    def clear(self):
        self.lib.llama_memory_clear(self.memory, True)

    def feed(self, rows):
        """rows: (token, position, sequence, wants logits)"""
        batch = self.lib.llama_batch_init(len(rows), 0, 1)
        batch.n_tokens = len(rows)
        for i, (token, position, sequence, wants) in enumerate(rows):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, position, 1, int(wants)
            batch.seq_id[i][0] = sequence
        code = self.lib.llama_decode(self.context, batch)
        self.lib.llama_batch_free(batch)
        if code:
            raise SystemExit(f"llama_decode answered {code}")

    def rate(self, workload):
        """Tokens a second of one run; what lies before it is filled in untimed and kept for the next."""
        self._fill(workload)
        work = self._prefill if workload.is_prefill else self._decode
        start = time.perf_counter()
        work(workload)
        self.lib.llama_synchronize(self.context)
        seconds = time.perf_counter() - start
        for sequence in range(workload.batch):
            if not self.lib.llama_memory_seq_rm(self.memory, sequence, workload.depth, -1):
                self._filled = None
        return workload.tokens * workload.batch / seconds

    def _fill(self, workload):
        wanted = workload.batch, workload.depth, workload.shared
        if self._filled == wanted:
            return
        self.clear()
        self._feed_range(0, 0, workload.shared, False)
        for sequence in range(workload.batch):
            if sequence and workload.shared:
                self.lib.llama_memory_seq_cp(self.memory, 0, sequence, 0, workload.shared)
            self._feed_range(sequence, workload.shared, workload.depth, False)
        self.lib.llama_synchronize(self.context)
        self._filled = wanted

    def _feed_range(self, sequence, begin, end, wants_last):
        for at in range(begin, end, 4 * CHUNK):
            rows = range(at, min(end, at + 4 * CHUNK))
            self.feed([((100 + (37 * sequence + i) % 1000) % self.vocabulary, i, sequence, wants_last and i == end - 1)
                       for i in rows])

    def _prefill(self, workload):
        self._feed_range(0, workload.depth, workload.end, True)

    def _decode(self, workload):
        for k in range(workload.tokens):
            self.feed([((200 + k + 11 * s) % self.vocabulary, workload.depth + k, s, True)
                       for s in range(workload.batch)])
