#!/usr/bin/env python3
"""Writes <format>.golden: random blocks, then what the public `gguf` package (the reference
implementation in numpy) makes of them, as float32. Scales are random halves, subnormal and negative
ones included, infinities and NaN left out.

    pip install gguf numpy && tests/data/quant/make.py
"""
import pathlib

import gguf
import numpy as np

# Byte offsets of the halves in one block.
HALVES = {
    "F32": [], "F16": [0], "BF16": [],
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "IQ4_NL": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
    "TQ1_0": [52], "TQ2_0": [64],
}


def finite_halves(random, count):
    bits = random.integers(0, 0x7C00, count, dtype=np.uint16)
    return bits | (random.integers(0, 2, count, dtype=np.uint16) << 15)


def blocks_of(name, random):
    values, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    count = 1024 // values if values > 1 else 512
    if name == "F32":
        return random.standard_normal((count, 1)).astype(np.float32).view(np.uint8)
    if name == "BF16":
        return random.standard_normal((count, 1)).astype(np.float32).view(np.uint8)[:, 2:].copy()
    blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
    for offset in HALVES[name]:
        blocks[:, offset:offset + 2] = finite_halves(random, count).reshape(-1, 1).view(np.uint8)
    return blocks


def main():
    folder = pathlib.Path(__file__).parent
    for index, name in enumerate(HALVES):
        random = np.random.default_rng(1000 + index)
        blocks = blocks_of(name, random)
        kind = gguf.GGMLQuantizationType[name]
        if name in ("F32", "F16"):
            values = blocks.view(np.float32 if name == "F32" else np.float16).astype(np.float32)
        else:
            values = gguf.quants.dequantize(blocks, kind)
        path = folder / f"{name}.golden"
        path.write_bytes(blocks.tobytes() + np.ascontiguousarray(values, np.float32).tobytes())


if __name__ == "__main__":
    main()
