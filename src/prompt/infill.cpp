#include "prompt/infill.h"

namespace outpost::prompt {
namespace {

// Prefix, suffix and middle, in the order of the prompt.
struct Marks {
  std::string_view before;
  std::string_view after;
  std::string_view between;
};
constexpr Marks kMarks[] = {
    {"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"}, // Qwen2.5-Coder, CodeGemma
    {"<fim_prefix>", "<fim_suffix>", "<fim_middle>"},       // StarCoder, Granite
    {"<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"}, // DeepSeek-Coder
};

} // namespace

Result<std::vector<text::TokenId>> infill_tokens(const text::Tokenizer& tokenizer,
                                                 std::string_view before, std::string_view after) {
  for (const Marks& marks : kMarks) {
    const auto first = tokenizer.find(marks.before);
    const auto second = tokenizer.find(marks.after);
    const auto third = tokenizer.find(marks.between);
    if (!first || !second || !third) continue;
    std::vector<text::TokenId> out;
    if (tokenizer.adds_bos() && tokenizer.bos()) out.push_back(*tokenizer.bos());
    out.push_back(*first);
    tokenizer.encode(before, text::ControlTokens::kPlain, false, out);
    out.push_back(*second);
    tokenizer.encode(after, text::ControlTokens::kPlain, false, out);
    out.push_back(*third);
    return out;
  }
  return fail(ErrorCode::kUnsupported,
              "suffix: this model was not trained to fill in between two texts",
              "leave suffix out, or ask a model for code such as Qwen2.5-Coder");
}

} // namespace outpost::prompt
