#!/usr/bin/env python3
"""Writes bert.gguf and nomic-bert.gguf, tiny models of random weights, and for each NAME.npy: the last
hidden states of TOKENS, worked out here in plain numpy and checked against what llama.cpp gives.

    pip install gguf numpy llama-cpp-python && tests/data/models/make_bert.py
"""
import pathlib

import gguf
import llama_cpp
import numpy as np

HERE = pathlib.Path(__file__).parent
WIDTH, FFN, HEADS, LAYERS, CONTEXT, EPSILON, BASE = 64, 96, 4, 2, 128, 1e-12, 1000.0
HEAD = WIDTH // HEADS
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = SPECIAL + ["▁" + c for c in LETTERS] + list(LETTERS) + ["▁.", "▁,", "▁the", "ing"]
VOCABULARY = 272  # more rows than pieces: ids go up to where the tests' tokens go
TOKENS = [(i * i * 7 + 11 * i + 3) % 271 for i in range(32)]


def norm(x, weight, bias):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON) * weight + bias


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def silu(x):
    return x / (1 + np.exp(-x))


def rotate(x):
    """[tokens][heads][HEAD], halves turned against each other."""
    half = HEAD // 2
    angles = np.arange(len(x))[:, None] * BASE ** (-2.0 * np.arange(half) / HEAD)
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos], -1)


def mix(q, k, v):
    scores = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(HEAD)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return np.einsum("hij,jhd->ihd", weights, v).reshape(-1, WIDTH)


def hidden(w, is_nomic):
    """Vaswani et al. 2017 with the norms after the sums, as Devlin et al. 2018 have it."""
    x = w["token_embd.weight"][TOKENS] + w["token_types.weight"][0]
    if not is_nomic:
        x = x + w["position_embd.weight"][: len(TOKENS)]
    x = norm(x, w["token_embd_norm.weight"], w["token_embd_norm.bias"])
    for i in range(LAYERS):
        def linear(name, y):
            name = f"blk.{i}.{name}"
            return y @ w[name + ".weight"].T + w.get(name + ".bias", 0)
        if is_nomic:
            q, k, v = (y.reshape(-1, HEADS, HEAD) for y in np.split(linear("attn_qkv", x), 3, -1))
            q, k = rotate(q), rotate(k)
        else:
            q, k, v = (linear("attn_" + n, x).reshape(-1, HEADS, HEAD) for n in "qkv")
        x = x + linear("attn_output", mix(q, k, v))
        x = norm(x, w[f"blk.{i}.attn_output_norm.weight"], w[f"blk.{i}.attn_output_norm.bias"])
        up = linear("ffn_up", x)
        inner = silu(linear("ffn_gate", x)) * up if is_nomic else gelu(up)
        x = x + linear("ffn_down", inner)
        x = norm(x, w[f"blk.{i}.layer_output_norm.weight"], w[f"blk.{i}.layer_output_norm.bias"])
    return x


def weights(is_nomic):
    random = np.random.default_rng(11 if is_nomic else 7)
    w = {}

    def matrix(name, rows, cols, bias):
        w[name + ".weight"] = random.normal(0, 1 / np.sqrt(cols), (rows, cols))
        if bias:
            w[name + ".bias"] = random.normal(0, 0.1, rows)

    def layer_norm(name):
        w[name + ".weight"] = random.normal(1, 0.1, WIDTH)
        w[name + ".bias"] = random.normal(0, 0.1, WIDTH)
    matrix("token_embd", VOCABULARY, WIDTH, False)
    matrix("token_types", 2, WIDTH, False)
    if not is_nomic:
        matrix("position_embd", CONTEXT, WIDTH, False)
    layer_norm("token_embd_norm")
    for i in range(LAYERS):
        block = f"blk.{i}."
        if is_nomic:
            matrix(block + "attn_qkv", 3 * WIDTH, WIDTH, False)
            matrix(block + "ffn_gate", FFN, WIDTH, False)
        else:
            for n in "qkv":
                matrix(block + "attn_" + n, WIDTH, WIDTH, True)
        matrix(block + "attn_output", WIDTH, WIDTH, not is_nomic)
        layer_norm(block + "attn_output_norm")
        matrix(block + "ffn_up", FFN, WIDTH, not is_nomic)
        matrix(block + "ffn_down", WIDTH, FFN, not is_nomic)
        layer_norm(block + "layer_output_norm")
    return {name: value.astype(np.float16).astype(np.float32) for name, value in w.items()}


def write(path, name, w, pooling):
    out = gguf.GGUFWriter(str(path), name)
    out.add_name("random weights")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(FFN)
    out.add_head_count(HEADS)
    out.add_layer_norm_eps(EPSILON)
    out.add_causal_attention(False)
    out.add_pooling_type(pooling)
    if name == "nomic-bert":
        out.add_rope_freq_base(BASE)
    out.add_tokenizer_model("bert")
    out.add_token_type_count(2)
    tokens = PIECES + [f"[unused{i}]" for i in range(VOCABULARY - len(PIECES))]
    out.add_token_list(tokens)
    out.add_token_types([3 if t.startswith("[") else 1 for t in tokens])
    out.add_unk_token_id(1)
    out.add_uint32("tokenizer.ggml.cls_token_id", 2)
    out.add_sep_token_id(3)
    out.add_bos_token_id(2)
    out.add_eos_token_id(3)
    out.add_pad_token_id(0)
    out.add_mask_token_id(4)
    for key, value in w.items():
        is_half = value.ndim == 2 and not key.startswith(("token_types", "position_embd"))
        out.add_tensor(key, value.astype(np.float16 if is_half else np.float32))
    for step in ("write_header_to_file", "write_kv_data_to_file", "write_tensors_to_file", "close"):
        getattr(out, step)()


def second_opinion(path, states):
    """The cosine between the mean of our states and llama.cpp's embedding of the same tokens."""
    model = llama_cpp.Llama(str(path), embedding=True, n_ctx=2 * CONTEXT, verbose=False,
                            pooling_type=llama_cpp.LLAMA_POOLING_TYPE_MEAN)
    batch = llama_cpp.llama_batch_init(len(TOKENS), 0, 1)
    batch.n_tokens = len(TOKENS)
    for i, token in enumerate(TOKENS):
        batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, i, 1
        batch.seq_id[i][0], batch.logits[i] = 0, 1
    assert llama_cpp.llama_decode(model.ctx, batch) == 0
    theirs = np.ctypeslib.as_array(llama_cpp.llama_get_embeddings_seq(model.ctx, 0), (WIDTH,)).copy()
    ours = states.mean(0)
    return float(theirs @ ours / np.linalg.norm(theirs) / np.linalg.norm(ours))


def main():
    for name, pooling in (("bert", gguf.PoolingType.CLS), ("nomic-bert", gguf.PoolingType.MEAN)):
        w = weights(name == "nomic-bert")
        path = HERE / f"{name}.gguf"
        write(path, name, w, pooling)
        states = hidden({k: v.astype(np.float64) for k, v in w.items()}, name == "nomic-bert")
        np.save(HERE / f"{name}.npy", states.astype(np.float32))
        print(name, "cosine with llama.cpp:", second_opinion(path, states))


if __name__ == "__main__":
    main()
