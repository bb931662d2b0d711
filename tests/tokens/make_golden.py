#!/usr/bin/env python3
"""Makes tests/data/tokens/: two small vocabularies and what llama.cpp makes of some texts with them.

    make_golden.py SMOLLM2.gguf OUTPUT_FOLDER        needs the PyPI packages gguf and llama-cpp-python

bpe.gguf holds the first tokens and merges of SmolLM2 (Apache-2.0); spm.gguf spells the same pieces as
SentencePiece does, scored by their rank. tokens.json: for each pre-tokenizer name (and "spm"), a list of
{"text", "plain", "special"}: ids without and with control tokens, never a BOS.

Left out are texts on which llama.cpp departs from the published pattern: combining marks for gpt-4o and
tekken (its adapted patterns lack \\p{M}), spaces beyond ASCII for DeepSeek (it turns them into U+000B).
"""
import ctypes
import json
import os
import sys
import unicodedata

import gguf
import llama_cpp.llama_cpp as llama

MERGES = 2000
PRE_TOKENIZERS = ["gpt-2", "llama-bpe", "qwen2", "smollm", "deepseek-llm", "deepseek-coder", "deepseek-r1-qwen",
                  "gpt-4o", "tekken", "starcoder", "falcon", "refact"]
USER_DEFINED = ["<tool_call>", "</tool_call>", "    ", "\n\n"]
TEXTS = [
    "", " ", "\n", "Hello world", " Hello", "It's we'll they've I'm you're he'd", "IT'S WE'LL", "a1b2c3 12345678",
    "3.14159 1,234,567.89 0xDEADBEEF", "def f(x):\n    return x**2\n", "tab\there", "trailing spaces   ",
    "line\r\nline\n\n\nend", "naïve café Größe", "Приветствую вас", "今天天气很好 hello", "こんにちは世界", "안녕하세요",
    "ราคา ๓๐๐ บาท", "שלום عليكم", "👩‍🚀 🇳🇿 ok", "e\u0301 vs é", "“quoted” ‘text’ … —", "½ ² Ⅳ ①",
    "<|im_start|>user\nhi<|im_end|>\n<tool_call>{\"name\": \"f\"}</tool_call>", "{\"a\": [1, 2.5, null], \"b\": \"c\\\"d\"}",
    "!!!???...", "a" * 200, " " * 70, "\n" * 30, "x=y+z;//comment /* c */", "$100 €200 £300", "MixedCaseIdentifierName",
    "snake_case_identifier", "\x00\x01\x7f", "word\u00a0word\u3000word", "Where is order A-20417? It hasn't arrived.",
]


def read_smollm2(path):
    fields = gguf.GGUFReader(path).fields
    return (fields["tokenizer.ggml.tokens"].contents(), fields["tokenizer.ggml.token_type"].contents(),
            fields["tokenizer.ggml.merges"].contents()[:MERGES])


def byte_of_character():
    """GPT-2's alphabet, backwards (openai/gpt-2, encoder.py)."""
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in own]
    return {chr(b): b for b in own} | {chr(256 + i): b for i, b in enumerate(others)}


def write(path, model, pre, tokens, kinds, scores=None, merges=None):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model(model)
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    if scores:
        writer.add_token_scores(scores)
    if merges:
        writer.add_token_merges(merges)
    ids = {token: i for i, token in enumerate(tokens)}
    writer.add_bos_token_id(ids["<|im_start|>"])
    writer.add_eos_token_id(ids["<|im_end|>"])
    if model == "llama":
        writer.add_unk_token_id(ids["<unk>"])
    writer.add_add_bos_token(False)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def bpe_lists(tokens, kinds, merges):
    alphabet = byte_of_character()
    wanted = {merge.replace(" ", "") for merge in merges} | set(alphabet)
    control = [t for t, k in zip(tokens, kinds) if k == gguf.TokenType.CONTROL]
    kept = [t for t in tokens if t in wanted]
    kept += [c for c in alphabet if c not in kept]  # the few bytes that SmolLM2 has no token for
    user = USER_DEFINED
    return (control + kept + user, [gguf.TokenType.CONTROL] * len(control) + [gguf.TokenType.NORMAL] * len(kept)
            + [gguf.TokenType.USER_DEFINED] * len(user))


def spm_lists(merges):
    alphabet = byte_of_character()
    tokens, kinds, scores = ["<unk>", "<|im_start|>", "<|im_end|>"], [2, 3, 3], [0.0] * 3
    for byte in range(256):
        tokens.append(f"<0x{byte:02X}>")
        kinds.append(6)
        scores.append(0.0)

    def add(piece, score):
        if piece not in tokens:
            tokens.append(piece)
            kinds.append(1)
            scores.append(score)

    for rank, merge in enumerate(merges):
        try:
            piece = bytes(alphabet[c] for c in merge.replace(" ", "")).decode()
        except UnicodeDecodeError:
            continue
        if "\n" in piece:
            continue
        piece = piece.replace(" ", "\u2581")
        add(piece, -float(rank))
        for character in piece:
            add(character, -float(MERGES))
    for piece in USER_DEFINED:
        tokens.append(piece)
        kinds.append(4)
        scores.append(0.0)
    return tokens, kinds, scores


class Reference:
    def __init__(self, path):
        params = llama.llama_model_default_params()
        params.vocab_only = True
        self.model = llama.llama_model_load_from_file(path.encode(), params)
        if not self.model:
            raise SystemExit(f"llama.cpp does not load {path}")
        self.vocab = llama.llama_model_get_vocab(self.model)

    def ids(self, text, special):
        raw = text.encode()
        room = 4 * len(raw) + 16
        buffer = (llama.llama_token * room)()
        return list(buffer[:llama.llama_tokenize(self.vocab, raw, len(raw), buffer, room, False, special)])


def follows_pattern(pre, text):
    if pre in ("gpt-4o", "tekken"):
        return not any(unicodedata.category(c).startswith("M") for c in text)
    if pre.startswith("deepseek-") and pre != "deepseek-r1-qwen":
        return not any(ord(c) > 127 and c.isspace() for c in text)
    return True


def main():
    source, folder = sys.argv[1:]
    quiet = llama.llama_log_callback(lambda level, text, data: None)
    llama.llama_log_set(quiet, ctypes.c_void_p(0))
    llama.llama_backend_init()
    tokens, kinds, merges = read_smollm2(source)
    bpe_tokens, bpe_kinds = bpe_lists(tokens, kinds, merges)
    golden = {}

    def record(name, path):
        reference = Reference(path)
        golden[name] = [{"text": t, "plain": reference.ids(t, False), "special": reference.ids(t, True)}
                        for t in TEXTS if follows_pattern(name, t)]

    scratch = os.path.join(folder, "relabelled.gguf")
    for pre in PRE_TOKENIZERS:
        write(scratch, "gpt2", pre, bpe_tokens, bpe_kinds, merges=merges)
        record(pre, scratch)
    os.unlink(scratch)
    write(os.path.join(folder, "bpe.gguf"), "gpt2", "smollm", bpe_tokens, bpe_kinds, merges=merges)
    spm_tokens, spm_kinds, spm_scores = spm_lists(merges)
    write(os.path.join(folder, "spm.gguf"), "llama", "default", spm_tokens, spm_kinds, scores=spm_scores)
    record("spm", os.path.join(folder, "spm.gguf"))
    with open(os.path.join(folder, "tokens.json"), "w") as out:
        rows = (f' "{name}": [\n' + ",\n".join("  " + json.dumps(case, separators=(",", ":")) for case in cases) + "]"
                for name, cases in golden.items())
        out.write("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main()
