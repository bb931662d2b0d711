// Every family through the same conversations: what its template writes of calls is what the parser
// reads, results reach the model, and the grammar binds what it should. The templates in
// tests/data/templates/families have the shape of the published ones; where OUTPOST_TEMPLATES names
// a folder of published ones (FAMILY or FAMILY-anything.jinja), these go through the same.
//
// The table in docs/serving.md is what is found here; a line that differs fails.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "chat/json_value.h"
#include "grammar/llguidance_grammar.h"
#include "prompt/answer_grammar.h"
#include "prompt/prompt_format.h"
#include "prompt/tool_call_parser.h"
#include "support/fake_tokenizer.h"

namespace outpost::prompt {
namespace {

namespace fs = std::filesystem;

const std::vector<chat::ToolDefinition> kTools = {
    {"weather", "tells the weather",
     R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"array","items":{"type":"integer"}},"where":{"type":"object"}},"required":["city"]})"},
    {"now", "tells the time", R"({"type":"object","properties":{}})"}};

struct FamilyCase {
  std::string name;
  std::vector<std::pair<std::string, std::string>> calls; // name, arguments
  std::vector<std::string> results;
};
const std::vector<FamilyCase> kFamilyCases = {
    {"one call", {{"weather", R"({"city":"Oslo"})"}}, {"rain"}},
    {"two calls", {{"weather", R"({"city":"Oslo"})"}, {"now", "{}"}}, {"rain", "12:00"}},
    {"an error", {{"weather", R"({"city":"Atlantis"})"}}, {"Error: no such city"}},
    {"unicode", {{"weather", R"({"city":"Kraków 東京 🙂"})"}}, {"śnieg"}},
    {"nested",
     {{"weather", R"({"city":"a]b}","where":{"at":[1,{"n":null}]},"days":[1,2]})"}},
     {"?"}},
    {"no arguments", {{"now", "{}"}}, {"12:00"}},
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Row {
  std::string family;
  std::string source;
  bool is_published = false;
};

// The templates to go through, ours and those of OUTPOST_TEMPLATES.
std::vector<Row> rows() {
  std::vector<fs::path> folders = {fs::path(OUTPOST_SOURCE_DIR) / "tests/data/templates/families"};
  if (const char* published = std::getenv("OUTPOST_TEMPLATES")) folders.emplace_back(published);
  std::vector<Row> out;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".jinja") continue;
      std::string family = entry.path().stem().string();
      family = family.substr(0, family.find("__"));
      out.push_back({std::move(family), read(entry.path()), folder != folders.front()});
    }
  }
  return out;
}

chat::Message called(const FamilyCase& test) {
  chat::Message message = chat::assistant_message("");
  for (std::size_t i = 0; i < test.calls.size(); ++i) {
    // An id as other servers make them.
    message.tool_calls.push_back(
        {"call_0123456789" + std::to_string(i), test.calls[i].first, test.calls[i].second});
  }
  return message;
}

chat::Prompt question() {
  chat::Prompt prompt;
  prompt.messages = {chat::system_message("Be brief."), chat::user_message("Will it rain?")};
  prompt.tools = kTools;
  return prompt;
}

class Families : public ::testing::TestWithParam<Row> {
protected:
  void SetUp() override {
    family_ = find_family(GetParam().source, "");
    ASSERT_EQ(family_.name, GetParam().family);
    auto compile = [](std::string_view source) {
      PromptFormat::Template out{std::string(source), nullptr};
      if (!source.empty()) out.renderer = compile_template(source).value();
      return out;
    };
    format_ = std::make_unique<PromptFormat>(
        compile(GetParam().source), compile(family_.tools_template), family_, tokenizer_, clock_);
  }
  std::string text(const chat::Prompt& prompt) const {
    const auto rendered = format_->text(prompt);
    EXPECT_TRUE(rendered) << rendered.error().message;
    return rendered.value_or("");
  }
  // The calls in a rendered conversation: every turn by itself, as a model writes one at a time.
  std::vector<chat::ToolCall> calls_in(std::string whole) const {
    whole.erase(0, whole.find("Will it rain?"));
    std::vector<chat::ToolCall> out;
    for (const std::string_view end : {"<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>",
                                       "</s>", "<｜end▁of▁sentence｜>", "[/INST]"}) {
      for (auto at = whole.find(end); at != std::string::npos; at = whole.find(end, at)) {
        whole.replace(at, end.size(), "\x01");
      }
    }
    for (std::size_t begin = 0; begin <= whole.size();) {
      const std::size_t end = std::min(whole.find('\x01', begin), whole.size());
      std::string turn = whole.substr(begin, end - begin);
      begin = end + 1;
      for (const std::string_view head :
           {"<|im_start|>assistant\n", "<|im_start|>assistant",
            "<|start_header_id|>assistant<|end_header_id|>\n\n", "<|assistant|>\n", "<|assistant|>",
            "<start_of_turn>model\n", "<｜Assistant｜>", ""}) {
        const auto at = turn.find(head);
        if (at == std::string::npos) continue;
        turn.erase(0, at + head.size());
        break;
      }
      for (auto& call : parsed(turn)) out.push_back(std::move(call));
    }
    return out;
  }
  // What the model would have written, read again.
  std::vector<chat::ToolCall> parsed(std::string_view written) const {
    ToolCallParser parser(family_.tools, {"weather", "now"}, 1);
    auto calls = parser.push(written).calls;
    for (auto& call : parser.finish().calls) calls.push_back(std::move(call));
    return calls;
  }

  test_support::FakeTokenizer tokenizer_;
  FakeClock clock_;
  Family family_;
  std::unique_ptr<PromptFormat> format_;
};

bool is_same_json(const std::string& a, const std::string& b) {
  const auto left = chat::parse_json(a);
  const auto right = chat::parse_json(b);
  return left && right && *left == *right;
}

TEST_P(Families, ToolsAreTold) {
  const std::string told = text(question());
  for (const auto& tool : kTools) {
    EXPECT_NE(told.find(tool.name), std::string::npos) << told;
    EXPECT_NE(told.find(tool.description), std::string::npos) << told;
  }
  EXPECT_NE(told.find("Be brief."), std::string::npos);
}

TEST_P(Families, CallsThatTheTemplateWritesAreRead) {
  for (const FamilyCase& test : kFamilyCases) {
    chat::Prompt prompt = question();
    prompt.messages.push_back(called(test));
    for (std::size_t i = 0; i < test.results.size(); ++i) {
      chat::Message result;
      result.role = chat::Role::kTool;
      result.text = test.results[i];
      result.tool_call_id = prompt.messages[2].tool_calls[i].id;
      result.tool_name = test.calls[i].first;
      prompt.messages.push_back(result);
    }
    const std::string whole = text(prompt);
    for (const std::string& result : test.results) {
      EXPECT_NE(whole.find(result), std::string::npos) << test.name << "\n" << whole;
    }
    const auto calls = calls_in(whole);
    for (const auto& [name, arguments] : test.calls) {
      const auto is_it = [&](const chat::ToolCall& call) {
        return call.name == name && is_same_json(call.arguments, arguments);
      };
      EXPECT_TRUE(std::ranges::any_of(calls, is_it)) << test.name << ": " << name << "\n" << whole;
    }
  }
}

TEST_P(Families, TheFormIsReadInPiecesAndBoundByItsGrammar) {
  const auto compiler = grammar::make_llguidance_compiler(tokenizer_).value();
  for (const FamilyCase& test : kFamilyCases) {
    chat::Message message = called(test);
    for (auto& call : message.tool_calls) call.id = nine_letter_id(call.id);
    const std::string written = calls_text(family_.tools, message.tool_calls);
    const auto calls = parsed(written);
    ASSERT_EQ(calls.size(), test.calls.size()) << written;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      EXPECT_EQ(calls[i].name, test.calls[i].first);
      EXPECT_TRUE(is_same_json(calls[i].arguments, test.calls[i].second)) << calls[i].arguments;
    }
  }
  for (const bool must_call : {false, true}) {
    for (const bool single : {false, true}) {
      const auto spec = answer_grammar(
          {.format = family_.tools, .tools = kTools, .must_call = must_call, .single_call = single},
          tokenizer_);
      ASSERT_TRUE(spec) << spec.error().message;
      ASSERT_TRUE(*spec || !must_call);
      if (*spec) {
        const auto compiled = compiler->compile(**spec);
        ASSERT_TRUE(compiled) << compiled.error().message << "\n" << (*spec)->text;
      }
    }
  }
}

TEST_P(Families, AnAnswerInWordsIsNoCall) {
  ToolCallParser parser(family_.tools, {"weather", "now"}, 1);
  auto piece = parser.push("It will not rain; 3 < 4.");
  auto rest = parser.finish();
  EXPECT_EQ(piece.text + rest.text, "It will not rain; 3 < 4.");
  EXPECT_TRUE(piece.calls.empty() && rest.calls.empty());
}

TEST_P(Families, ThinkingCanBeSwitchedOff) {
  chat::Prompt prompt = question();
  prompt.tools.clear();
  prompt.thinking = chat::Thinking::kOff;
  const std::string off = text(prompt);
  prompt.thinking = chat::Thinking::kOn;
  const std::string on = text(prompt);
  if (!family_.thoughts) {
    EXPECT_EQ(off, on);
    return;
  }
  EXPECT_NE(off, on);
  EXPECT_FALSE(ends_in_thought(off, *family_.thoughts));
  EXPECT_TRUE(off.ends_with("</think>\n\n")) << off;
}

// A line of the table of families in docs/serving.md.
std::string line_of(const Row& row) {
  const Family family = find_family(row.source, "");
  const auto has = [&](std::string_view word) {
    return row.source.find(word) != std::string::npos;
  };
  const test_support::FakeTokenizer tokenizer;
  const auto free = answer_grammar({.format = family.tools, .tools = kTools}, tokenizer).value();
  std::string told = has("tools") ? "the file's template" : "our text, before the first question";
  if (!family.tools_template.empty()) told = "a template of ours";
  std::string thinks = "no";
  if (family.thoughts) thinks = has("enable_thinking") ? "yes, has a switch" : "yes, closed by us";
  return "| " + std::string(family.name) + " | " + std::string(to_string(family.tools)) + " | " +
         told + " | " + (has("single tool-call") ? "one a turn" : "together") + " | " +
         (free ? "from its mark on" : "when a call is required") + " | " + thinks + " |";
}

TEST(FamilyTable, IsWhatTheDocumentSays) {
  const std::string document = read(fs::path(OUTPOST_SOURCE_DIR) / "docs/serving.md");
  for (const Row& row : rows()) {
    if (row.is_published) continue;
    EXPECT_NE(document.find("\n" + line_of(row) + "\n"), std::string::npos) << line_of(row);
  }
}

TEST(FamilyOfTemplate, IsKnownByFingerprintWhateverTheLineEnds) {
  const std::string text = "{{ 'a' }}\n{{ 'b' }}";
  EXPECT_EQ(template_fingerprint(text), template_fingerprint("{{ 'a' }}\r\n{{ 'b' }}\r\n\n"));
  EXPECT_NE(template_fingerprint(text), template_fingerprint("{{ 'a' }}\n{{ 'c' }}"));
  EXPECT_EQ(family_of_fingerprint(0x97d3250b3447c7cf), "qwen2.5");
  EXPECT_FALSE(family_of_fingerprint(1));
}

INSTANTIATE_TEST_SUITE_P(Templates, Families, ::testing::ValuesIn(rows()), [](const auto& row) {
  std::string name = row.param.family + "_" + std::to_string(row.index);
  std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

} // namespace
} // namespace outpost::prompt
