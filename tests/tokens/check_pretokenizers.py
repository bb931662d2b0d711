#!/usr/bin/env python3
"""Compares the scanners of src/text with the published patterns, as PyPI `regex` reads them.

    check_pretokenizers.py SPLIT_WORDS [--count 100000] [--seed 1] [NAME...]

SPLIT_WORDS is the program built from split_words.cpp. Characters that only one of the two knows, because the
package follows another version of Unicode, are left out; their number is printed. Exit status: 0 all equal, 1 a difference, 77 the
package is missing (ctest shows that as skipped). A failure prints the text, both splits and the seed.
"""
import argparse
import random
import struct
import subprocess
import sys

try:
    import regex
except ImportError:
    print("skipped: the Python package 'regex' is not installed (pip install regex)")
    sys.exit(77)

# openai/gpt-2, encoder.py; also tokenizers' ByteLevel(use_regex=true).
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# tokenizer.json of Meta-Llama-3-8B; openai/tiktoken's cl100k_base.
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
# tokenizer.json of Qwen2, Qwen2.5, Qwen3 and DeepSeek-R1-Distill-Qwen.
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
# openai/tiktoken's o200k_base; tokenizer.json of Phi-4-mini.
_HEAD, _TAIL = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_QUOTE = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
GPT4O = (rf"[^\r\n\p{{L}}\p{{N}}]?{_HEAD}*{_TAIL}+{_QUOTE}|[^\r\n\p{{L}}\p{{N}}]?{_HEAD}+{_TAIL}*{_QUOTE}"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
# tokenizer.json of Mistral-Nemo.
TEKKEN = GPT4O.replace(_QUOTE, "").replace(r"\p{N}{1,3}", r"\p{N}")
# tokenizer.json of deepseek-llm-7b and deepseek-coder, by way of llama.cpp's src/llama-vocab.cpp.
_CASED = (
    "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373"
    "\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481"
    "\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b"
    "\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b"
    "\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb"
    "\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128"
    "\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4"
    "\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf"
    "\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3"
    "\U000104d8-\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df"
    "\U0001e900-\U0001e943")
_MARKS = "!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002"
_ASIAN = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"
DEEPSEEK_LLM = [r"[\r\n]", rf"\s?[{_CASED}]+", rf"\s?[{_MARKS}]+", r"\s+$", _ASIAN, r"\p{N}+"]
DEEPSEEK_CODER = [r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", _ASIAN, r"\p{N}"]
# tokenizer.json of falcon-7b, by way of llama.cpp's src/llama-vocab.cpp.
FALCON = [r"[\p{P}$+<=>^~|`]+", GPT2, r"[0-9][0-9][0-9]"]
# tokenizer.json of starcoder and SmolLM2: Digits(individual_digits=true), then ByteLevel.
SINGLE_DIGITS = [r"\p{N}", GPT2]

PATTERNS = {
    "gpt-2": [GPT2], "smollm": SINGLE_DIGITS, "starcoder": SINGLE_DIGITS, "refact": SINGLE_DIGITS,
    "falcon": FALCON, "llama-bpe": [LLAMA3], "qwen2": [QWEN2], "deepseek-r1-qwen": [QWEN2],
    "gpt-4o": [GPT4O], "tekken": [TEKKEN], "deepseek-llm": DEEPSEEK_LLM, "deepseek-coder": DEEPSEEK_CODER,
}


def isolate(pattern, pieces):
    """One "Split, isolated" step of the tokenizers package: matches and what lies between them."""
    for piece in pieces:
        at = 0
        for match in pattern.finditer(piece):
            if match.start() > at:
                yield piece[at:match.start()]
            if match.end() > match.start():
                yield match.group()
            at = match.end()
        if at < len(piece):
            yield piece[at:]


def expected_words(patterns, text):
    pieces = [text]
    for pattern in patterns:
        pieces = list(isolate(pattern, pieces))
    return pieces


# The bits of CharClass in src/text/unicode.h, in order.
CLASSES = [r"[\p{Lu}\p{Lt}]", r"\p{Ll}", r"[\p{Lm}\p{Lo}]", r"\p{M}", r"\p{N}", r"\p{P}", r"\p{S}", r"\s"]


def agreed_characters(program):
    """Every character, less those that are unassigned for one side. Two different classes are an error."""
    ours = subprocess.run([program, "--classes"], stdout=subprocess.PIPE, check=True).stdout
    every = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    theirs = dict.fromkeys(every, 0)
    for bit, pattern in enumerate(CLASSES):
        for c in regex.findall(pattern, "".join(every)):
            theirs[c] |= 1 << bit
    differing = {c for c in every if theirs[c] != ours[ord(c)]}
    wrong = [c for c in differing if theirs[c] and ours[ord(c)]]
    if wrong:
        sys.exit(f"{len(wrong)} characters have another class, first {ascii(wrong[0])}")
    print(f"{len(differing)} characters left out: another version of Unicode than regex {regex.__version__}")
    return [c for c in every if c not in differing]


# Code points by what the patterns tell apart, and those at the edges.
def alphabets(every):
    whole = "".join(every)
    groups = [regex.findall(rf"\p{{{name}}}", whole) for name in
              ["Lu", "Ll", "Lt", "Lm", "Lo", "M", "Nd", "Nl", "No", "P", "S", "Z", "Cc", "Cf", "Cn"]]
    groups.append(regex.findall(r"\s", whole))
    groups.append([chr(c) for c in [*range(0x4E00, 0x4E10), 0x9FA5, 0x9FA6, 0x3041, 0x30A1, 0xAC00, 0xD7FF,
                                    0xAC01, 0x0800, 0x07FF, 0x0E01, 0xFF01, 0xFF0F, 0xFF10, 0x3000, 0x3002]])
    groups.append([chr(c) for c in [0x1F600, 0x1F469, 0x200D, 0xFE0F, 0x1F1F3, 0x1F3FD, 0x2764]])
    groups.append([chr(c) for c in [0xFFFD, 0xFFFE, 0xFFFF, 0xFDD0, 0xE000, 0x10FFFF, 0x10000, 0x7F, 0x80,
                                    0x7FF, 0x800, 0x17F, 0x212A, 0x130, 0x131, 0x1C4, 0x1C5, 0x85, 0xA0]])
    groups.append(every)
    return groups


ASCII_PARTS = [" ", "  ", "   ", "\n", "\r\n", "\n\n", "\t", "'", "'s", "'S", "'ll", "'lL", "'re", "'VE", "'\u017f",
               "a", "Z", "the", "Word", "ABC", "camelCase", "0", "12", "345", "6789", ".", ",", "!", "?!", "/", "//",
               "_", "-", "$", "+=", "<|", "|>", "`", "^", "~", "(", "{", "\x00", "\x1c"]


def random_texts(rng, count, groups):
    for _ in range(count):
        parts = []
        ascii_share = rng.choice((0.2, 0.6, 0.9))
        few = [rng.choice(rng.choice(groups)) for _ in range(3)]
        for _ in range(rng.randint(1, 24)):
            if rng.random() < ascii_share:
                parts.append(rng.choice(ASCII_PARTS))
            elif rng.random() < 0.4:
                parts.append(rng.choice(few))
            else:
                parts.append(rng.choice(rng.choice(groups)))
            if rng.random() < 0.1:
                parts[-1] *= rng.randint(2, 5)
        yield "".join(parts)


def scanner_words(program, name, raw_texts):
    """The words of each text as lists of byte lengths."""
    request = b"".join(struct.pack("<I", len(raw)) + raw for raw in raw_texts)
    reply = subprocess.run([program, name], input=request, stdout=subprocess.PIPE, check=True).stdout
    numbers = memoryview(reply).cast("I")
    at = 0
    for _ in raw_texts:
        yield list(numbers[at + 1:at + 1 + numbers[at]])
        at += 1 + numbers[at]
    assert at == len(numbers)


def check(program, name, texts, seed):
    compiled = [regex.compile(pattern) for pattern in PATTERNS[name]]
    raw = [text.encode() for text in texts]
    wrong = 0
    for text, bytes_of_text, lengths in zip(texts, raw, scanner_words(program, name, raw)):
        expected = [word.encode() for word in expected_words(compiled, text)]
        if [len(word) for word in expected] == lengths:
            continue
        wrong += 1
        if wrong <= 3:
            got, at = [], 0
            for length in lengths:
                got.append(bytes_of_text[at:at + length])
                at += length
            show = [word.decode(errors="replace") for word in got]
            print(f"{name}: seed {seed}\n  text     {ascii(text)}\n  pattern  "
                  f"{ascii([word.decode() for word in expected])}\n  scanner  {ascii(show)}")
    print(f"{name}: {len(texts)} texts, {wrong} different")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    texts = list(random_texts(rng, options.count, alphabets(agreed_characters(options.program))))
    wrong = sum(check(options.program, name, texts, options.seed) for name in options.names or PATTERNS)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
