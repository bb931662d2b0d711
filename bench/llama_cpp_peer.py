"""llama.cpp through the PyPI package llama-cpp-python, for comparison on the same machine.

Build the package natively, or the comparison is worth nothing:
    CMAKE_ARGS="-DGGML_NATIVE=ON" pip install --no-binary llama-cpp-python llama-cpp-python
"""
import ctypes
import time


class Peer:
    """One model in llama.cpp, at its defaults, driven by token ids through the C API."""

    def __init__(self, path, tokens, sequences, threads, precise=False):
        import llama_cpp.llama_cpp as lib
        self.lib = lib
        self._quiet = lib.llama_log_callback(lambda level, text, data: None)
        lib.llama_log_set(self._quiet, ctypes.c_void_p(0))
        lib.llama_backend_init()
        self.model = lib.llama_model_load_from_file(path.encode(), lib.llama_model_default_params())
        if not self.model:
            raise SystemExit(f"llama.cpp cannot load {path}")
        params = lib.llama_context_default_params()
        params.n_ctx, params.n_seq_max = tokens, sequences
        params.n_batch, params.n_ubatch = max(512, sequences), 512
        params.n_threads = params.n_threads_batch = threads
        if hasattr(params, "kv_unified"):
            params.kv_unified = True
        if precise:
            params.type_k = params.type_v = 0  # F32
            params.flash_attn_type = 0
        self.context = lib.llama_init_from_model(self.model, params)
        self.memory = lib.llama_get_memory(self.context)
        self.vocabulary = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(self.model))

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

    def prefill_rate(self, count, chunk=512):
        self.clear()
        start = time.perf_counter()
        for at in range(0, count, chunk):
            end = min(count, at + chunk)
            self.feed([((100 + i % 1000) % self.vocabulary, i, 0, i == count - 1) for i in range(at, end)])
        self.lib.llama_synchronize(self.context)
        return count / (time.perf_counter() - start)

    def decode_rate(self, count, sequences):
        self.clear()
        for s in range(sequences):
            self.feed([((100 + 37 * s + i) % self.vocabulary, i, s, i == 15) for i in range(16)])
        self.lib.llama_synchronize(self.context)
        start = time.perf_counter()
        for k in range(count):
            self.feed([((200 + k + 11 * s) % self.vocabulary, 16 + k, s, True) for s in range(sequences)])
        self.lib.llama_synchronize(self.context)
        return count * sequences / (time.perf_counter() - start)
