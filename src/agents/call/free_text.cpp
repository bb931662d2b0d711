#include "agents/call/free_text.h"

#include <algorithm>
#include <set>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kContentWordsLeast = 2; // less says nothing about a request
constexpr int kTries = 2;

std::string trimmed(std::string_view text) {
  const std::string_view marks = " \t\r\n.,;:!?-";
  const std::size_t first = text.find_first_not_of(marks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(marks) - first + 1));
}

// Cut at the last word that fits; never inside a UTF-8 sequence.
std::string beginning_of(std::string text, std::size_t most) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text = trimmed(text);
  if (text.size() <= most) return text;
  const std::size_t space = text.rfind(' ', most);
  std::size_t end = space == std::string::npos ? most : space;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return trimmed(std::string_view(text).substr(0, end));
}

std::size_t content_words_in(std::string_view text) {
  const auto words = split_words(text);
  return static_cast<std::size_t>(std::count_if(
      words.begin(), words.end(), [](const Word& word) { return !is_function_word(word.text); }));
}

chat::ChatRequest ask_for(const Writer& writer, const Parameter& parameter,
                          const std::string& request, const std::string& before) {
  chat::ChatRequest asked;
  asked.principal = writer.principal;
  asked.prompt.text = writer.instructions + "\n" + before + "Request: " + request +
                      "\nThe same in a few words (" + parameter.kind.description + "):";
  asked.sampling.temperature = 0;
  // One line of plain words. The space that models put first is part of it.
  const std::size_t most = std::min<std::size_t>(parameter.kind.max_length, 120);
  asked.constraint = grammar::GrammarSpec{
      grammar::GrammarSpec::Kind::kRegex,
      " [A-Za-z0-9][A-Za-z0-9 ',/-]{2," + std::to_string(most > 8 ? most - 4 : 4) + "}", false};
  asked.max_tokens = 24;
  asked.stop = {"\n"};
  return asked;
}

} // namespace

bool is_made_of(std::string_view text, std::string_view source) {
  std::set<std::string> stems;
  for (const Word& word : split_words(source)) stems.insert(word.stem);
  const auto words = split_words(text);
  return std::all_of(words.begin(), words.end(), [&stems](const Word& word) {
    return is_function_word(word.text) || stems.contains(word.stem);
  });
}

Result<FreeText> write_free_text(const Writer& writer, const Parameter& parameter,
                                 const std::string& request, const CancelToken& cancel) {
  std::string before;
  for (int i = 0; i < kTries; ++i) {
    auto answer = chat::complete(writer.model, ask_for(writer, parameter, request, before), cancel);
    if (!answer && answer.error().code == ErrorCode::kUnsupported) break; // no grammars here
    if (!answer) return fail(std::move(answer).error());
    if (answer->finished.reason == chat::FinishReason::kCancelled) {
      return fail(ErrorCode::kCancelled, "cancelled");
    }
    const std::string text = beginning_of(answer->text, parameter.kind.max_length);
    if (content_words_in(text) >= kContentWordsLeast && is_made_of(text, request))
      return FreeText{text, true};
    before = "Use only words of the request, not \"" + text + "\".\n";
  }
  return FreeText{beginning_of(request, parameter.kind.max_length), false};
}

} // namespace outpost::agents
