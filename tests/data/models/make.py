#!/usr/bin/env python3
"""Writes NAME.gguf, a tiny model of random weights for each architecture, and NAME.npy, the logits
that llama.cpp gives for TOKENS with the same weights in F32 and a KV cache in F32 (where a model has
two kinds of logits, NAME.long.npy those beyond its original context).

    pip install gguf numpy llama-cpp-python && tests/data/models/make.py [NAME]...
"""
import ctypes
import pathlib
import sys
import tempfile

import gguf
import numpy as np

HERE = pathlib.Path(__file__).parent
Q = gguf.GGMLQuantizationType
# 32 tokens, not one twice in a row; decoder_test.cpp has the same rule.
TOKENS = [(i * i * 7 + 11 * i + 3) % 271 for i in range(32)]

WIDTH, FFN, VOCABULARY = 64, 96, 272
# llama.cpp wants heads * head == WIDTH of some architectures.
DEFAULTS = {"layers": 2, "type": Q.Q4_0, "base": 10000.0, "context": 1024,
            "heads": 4, "kv_heads": 2, "head": 16}
SHAPES = {
    "llama": {"type": Q.Q4_1, "heads": 6, "head": 32, "factors": ["rope_freqs"]},
    "qwen2": {"type": Q.Q5_0, "qkv_bias": True, "tied": False},
    "qwen3": {"type": Q.Q8_0, "head": 48, "qk_norm": True, "linear": 4.0},
    "phi3": {"fused": True, "rotary": 12, "factors": ["rope_factors_short", "rope_factors_long"],
             "original_context": 256},
    "gemma3": {"layers": 7, "heads": 4, "kv_heads": 1, "head": 32, "qk_norm": True, "post_norms": True, "window": 8,
               "base": 1e6, "spread": 1.0},
    "bitnet": {"sub_norms": True, "scales": True},
}


def byte_tokens():
    """The printable stand-ins that byte-level BPE vocabularies use for the 256 bytes."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(b) if b in keep else chr(next(spare)) for b in range(256)]


class Model:
    def __init__(self, name, path):
        self.s = {**DEFAULTS, **SHAPES[name]}
        self.s.setdefault("rotary", self.s["head"])
        self.random = np.random.default_rng(sum(map(ord, name)))
        self.writer = gguf.GGUFWriter(str(path), name)
        self.keys(name)
        self.vocabulary()
        self.weights()
        for step in ("write_header_to_file", "write_kv_data_to_file", "write_tensors_to_file", "close"):
            getattr(self.writer, step)()

    def keys(self, name):
        w, s = self.writer, self.s
        w.add_name("random weights") # llama.cpp expects special tokens of a "phi3"
        w.add_context_length(s["context"])
        w.add_embedding_length(WIDTH)
        w.add_block_count(s["layers"])
        w.add_feed_forward_length(FFN)
        w.add_head_count(s["heads"])
        w.add_head_count_kv(s["kv_heads"])
        w.add_key_length(s["head"])
        w.add_value_length(s["head"])
        w.add_layer_norm_rms_eps(1e-6)
        w.add_rope_freq_base(s["base"])
        w.add_rope_dimension_count(s["rotary"])
        w.add_vocab_size(VOCABULARY)
        if "window" in s:
            w.add_sliding_window(s["window"])
        if "original_context" in s:
            w.add_rope_scaling_orig_ctx_len(s["original_context"])
            w.add_rope_scaling_attn_factors(1.19)
        if "linear" in s:
            w.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
            w.add_rope_scaling_factor(s["linear"])

    def vocabulary(self):
        merges = ["\u0120 t", "h e", "i n", "e r", "a n", "\u0120t he"]
        special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        tokens = byte_tokens() + special + [m.replace(" ", "") for m in merges]
        types = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * 3
        types += [gguf.TokenType.NORMAL] * len(merges)
        types += [gguf.TokenType.UNUSED] * (VOCABULARY - len(tokens))
        tokens += [f"<pad{i}>" for i in range(VOCABULARY - len(tokens))]
        w = self.writer
        w.add_tokenizer_model("gpt2")
        w.add_tokenizer_pre("qwen2")
        w.add_token_list(tokens)
        w.add_token_types(types)
        w.add_token_merges(merges)
        w.add_bos_token_id(256)
        w.add_eos_token_id(258)
        w.add_add_bos_token(False)
        w.add_chat_template("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}"
                            "<|im_end|>\n{% endfor %}"
                            "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")

    def vector(self, name, length, around=0.0, spread=0.1):
        values = around + spread * self.random.standard_normal(length)
        self.writer.add_tensor(name, values.astype(np.float32))

    def matrix(self, name, rows, cols, gain=1.0, kind=None):
        values = self.random.standard_normal((rows, cols)) * gain / np.sqrt(cols)
        kind = kind or self.s["type"]
        packed = gguf.quants.quantize(values.astype(np.float32), kind)
        self.writer.add_tensor(name + ".weight", packed, raw_dtype=kind)
        if self.s.get("scales") and name.startswith("blk"):
            self.vector(name + ".scale", 1, 1.0, 0.2)

    def weights(self):
        s = self.s
        self.matrix("token_embd", VOCABULARY, WIDTH, s.get("spread", 4.0), Q.Q8_0)
        if not s.get("tied", True):
            self.matrix("output", VOCABULARY, WIDTH, 2.0, Q.Q8_0)
        self.vector("output_norm.weight", WIDTH, 1.0)
        for i, name in enumerate(s.get("factors", [])):
            factors = np.linspace(1.0, 1.5 + 6 * i, s["rotary"] // 2, dtype=np.float32)
            self.writer.add_tensor(name + ".weight", factors)
        for layer in range(s["layers"]):
            self.layer(f"blk.{layer}.")

    def layer(self, p):
        s = self.s
        query, kv = s["heads"] * s["head"], s["kv_heads"] * s["head"]
        self.vector(p + "attn_norm.weight", WIDTH, 1.0)
        self.vector(p + "ffn_norm.weight", WIDTH, 1.0)
        if s.get("fused"):
            self.matrix(p + "attn_qkv", query + 2 * kv, WIDTH, 2.0)
            self.matrix(p + "ffn_up", 2 * FFN, WIDTH)
        else:
            self.matrix(p + "attn_q", query, WIDTH, 2.0)
            self.matrix(p + "attn_k", kv, WIDTH, 2.0)
            self.matrix(p + "attn_v", kv, WIDTH)
            self.matrix(p + "ffn_gate", FFN, WIDTH)
            self.matrix(p + "ffn_up", FFN, WIDTH)
        self.matrix(p + "attn_output", WIDTH, query)
        self.matrix(p + "ffn_down", WIDTH, FFN)
        if s.get("qkv_bias"):
            for name, length in (("q", query), ("k", kv), ("v", kv)):
                self.vector(f"{p}attn_{name}.bias", length)
        if s.get("qk_norm"):
            self.vector(p + "attn_q_norm.weight", s["head"], 1.0)
            self.vector(p + "attn_k_norm.weight", s["head"], 1.0)
        if s.get("post_norms"):
            self.vector(p + "post_attention_norm.weight", WIDTH, 1.0)
            self.vector(p + "post_ffw_norm.weight", WIDTH, 1.0)
        if s.get("sub_norms"):
            self.vector(p + "attn_sub_norm.weight", query, 1.0)
            self.vector(p + "ffn_sub_norm.weight", FFN, 1.0)


def llama_cpp():
    import llama_cpp.llama_cpp as api
    api.quiet = api.llama_log_callback(lambda level, text, data: None)
    api.llama_log_set(api.quiet, ctypes.c_void_p(0))
    api.llama_backend_init()
    return api


def reference(api, path, context):
    """The logits of every position, [tokens, vocabulary]."""
    model = api.llama_model_load_from_file(str(path).encode(), api.llama_model_default_params())
    if not model:
        raise SystemExit(f"llama.cpp does not load {path}")
    params = api.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = context, 256, 256
    params.type_k = params.type_v = 0  # F32
    params.flash_attn_type = 0
    ctx = api.llama_init_from_model(model, params)
    batch = api.llama_batch_init(len(TOKENS), 0, 1)
    batch.n_tokens = len(TOKENS)
    for i, token in enumerate(TOKENS):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, i, 1, 1
        batch.seq_id[i][0] = 0
    if api.llama_decode(ctx, batch):
        raise SystemExit("llama.cpp does not run it")
    shape = (len(TOKENS), VOCABULARY)
    out = np.ctypeslib.as_array(api.llama_get_logits(ctx), shape=shape).astype(np.float32)
    api.llama_batch_free(batch)
    api.llama_free(ctx)
    api.llama_model_free(model)
    return out


def main():
    api = llama_cpp()
    for name in sys.argv[1:] or SHAPES:
        path = HERE / f"{name}.gguf"
        Model(name, path)
        with tempfile.TemporaryDirectory() as folder:
            exact = pathlib.Path(folder) / "f32.gguf"
            how = api.llama_model_quantize_default_params()
            how.ftype, how.allow_requantize = 0, True
            if api.llama_model_quantize(str(path).encode(), str(exact).encode(), ctypes.byref(how)):
                raise SystemExit(f"llama.cpp does not load {path}")
            np.save(HERE / f"{name}.npy", reference(api, exact, 256))
            if "original_context" in SHAPES[name]:
                np.save(HERE / f"{name}.long.npy", reference(api, exact, 1024))
        print(name, path.stat().st_size)


if __name__ == "__main__":
    main()
