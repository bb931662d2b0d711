#include "prompt/answer_grammar.h"

#include <string>

#include <fmt/format.h>

#include "base/json_text.h"
#include "prompt/lark_text.h"

namespace outpost::prompt {
namespace {

using grammar::GrammarSpec;

// The schema of one call: its name is fixed, its arguments follow the tool's own schema.
Result<std::string> call_schema(ToolFormat format, const chat::ToolDefinition& tool) {
  OUTPOST_TRY(const std::string arguments, arguments_schema(tool));
  constexpr std::string_view kId = R"(,"id":{"type":"string","pattern":"^[a-zA-Z0-9]{9}$"})";
  return fmt::format(R"({{"type":"object","properties":{{"name":{{"const":{}}},"{}":{}{}}},)"
                     R"("required":["name","{}"],"additionalProperties":false}})",
                     json_string(tool.name), arguments_key(format), arguments,
                     format == ToolFormat::kMistral ? kId : "", arguments_key(format));
}

class GrammarText {
public:
  GrammarText(const AnswerRules& rules, const text::Tokenizer& tokenizer)
      : rules_(rules), tokenizer_(tokenizer) {}

  Result<GrammarSpec> spec() {
    GrammarSpec out;
    out.kind = GrammarSpec::Kind::kLark;
    std::string start;
    if (rules_.thought) start += thought() + " ";
    if (rules_.tools.empty()) {
      OUTPOST_TRY(const std::string said, words());
      start += said;
    } else {
      OUTPOST_CHECK(define_calls());
      if (rules_.must_call) {
        start += calls();
      } else if (rules_.words != nullptr) {
        OUTPOST_TRY(const std::string said, words());
        start += "(" + calls() + " | " + said + ")";
      } else {
        start += words_then_calls();
      }
    }
    out.allow_whitespace = rules_.words != nullptr && rules_.words->allow_whitespace;
    out.text = "start: " + start + "\n" + definitions_;
    return out;
  }

private:
  [[nodiscard]] std::string mark(std::string_view text) const {
    return lark_mark(tokenizer_, text);
  }
  void define(std::string_view name, std::string_view body) {
    definitions_ += fmt::format("{}: {}\n", name, body);
  }

  std::string thought() {
    definitions_ += lark_until(tokenizer_, "thought", rules_.thought->close);
    define("gap", R"(/[\n ]*/)");
    return (rules_.is_in_thought ? "" : mark(rules_.thought->open) + " ") + "thought gap";
  }

  Result<std::string> words() {
    if (rules_.words == nullptr) {
      define("words", "/(?s:.*)/");
      return std::string("words");
    }
    switch (rules_.words->kind) {
    case GrammarSpec::Kind::kJsonSchema: define("words", "%json " + rules_.words->text); break;
    case GrammarSpec::Kind::kRegex: define("words", "/" + slashes_escaped() + "/"); break;
    case GrammarSpec::Kind::kLark:
      return fail(ErrorCode::kUnsupported,
                  "a grammar cannot be combined with tools that may be called or with thinking",
                  "ask for JSON by a schema, or without tools and thinking");
    }
    return std::string("words");
  }
  [[nodiscard]] std::string slashes_escaped() const {
    std::string out;
    for (const char c : rules_.words->text) {
      const bool is_escaped = c == '/' && (out.empty() || out.back() != '\\');
      if (is_escaped) out += '\\';
      out += c;
    }
    return out;
  }

  // Defines `item`, one call, and `body`, what stands behind an opening mark.
  Status define_calls() {
    switch (rules_.format) {
    case ToolFormat::kDeepSeek: return define_named_calls();
    case ToolFormat::kLfm2: return define_python_calls();
    default: break;
    }
    std::string schemas;
    for (const auto& tool : rules_.tools) {
      OUTPOST_TRY(const std::string schema, call_schema(rules_.format, tool));
      schemas += (schemas.empty() ? "" : ",") + schema;
    }
    const std::string one = R"({"anyOf":[)" + schemas + "]}";
    define_json_body(one);
    return {};
  }

  void define_json_body(const std::string& one) {
    // Where words may be given instead, the empty list is SmolLM2's own way to say "no tool".
    const bool may_be_empty = rules_.format == ToolFormat::kSmolLm2 && !rules_.must_call;
    const std::string most = rules_.single_call ? R"(,"maxItems":1)" : "";
    const auto list = [&](int fewest) {
      return fmt::format(R"({{"type":"array","items":{},"minItems":{}{}}})", one, fewest, most);
    };
    switch (rules_.format) {
    case ToolFormat::kHermes:
      define("body", "\"\\n\" item \"\\n\" " + mark("</tool_call>"));
      define("item", "%json " + one);
      return;
    case ToolFormat::kSmolLm2:
      define("body", "list " + mark("</tool_call>"));
      define("list", "%json " + list(may_be_empty ? 0 : 1));
      return;
    case ToolFormat::kPhi4Mini: // its bracket is part of the mark
      define("body", rules_.single_call ? "item \"]\"" : "item (\", \" item)* \"]\"");
      define("item", "%json " + one);
      return;
    case ToolFormat::kMistral:
      define("body", "/ ?/ list");
      define("list", "%json " + list(1));
      return;
    case ToolFormat::kGemma3:
      define("body", rules_.single_call ? "item" : "item | list");
      define("item", "%json " + one);
      if (!rules_.single_call) define("list", "%json " + list(2));
      return;
    case ToolFormat::kGeneric:
      define("body",
             "%json " + fmt::format(R"({{"type":"object","properties":{{"tool_calls":{}}},)"
                                    R"("required":["tool_calls"],"additionalProperties":false}})",
                                    list(1)));
      return;
    default: define("body", "%json " + one); // Llama 3: one call is the whole answer
    }
  }

  Status define_named_calls() {
    std::string names;
    for (std::size_t i = 0; i < rules_.tools.size(); ++i) {
      OUTPOST_TRY(const std::string schema, arguments_schema(rules_.tools[i]));
      names += fmt::format("{}call_{}", i > 0 ? " | " : "", i);
      define(fmt::format("call_{}", i),
             fmt::format("{} call_{}_arguments", json_string(rules_.tools[i].name + "\n```json\n"),
                         i));
      define(fmt::format("call_{}_arguments", i), "%json " + schema);
    }
    define("item",
           fmt::format("{} \"function\" {} ({}) \"\\n```\" {}", mark("<｜tool▁call▁begin｜>"),
                       mark("<｜tool▁sep｜>"), names, mark("<｜tool▁call▁end｜>")));
    define("body", fmt::format("item{} {}", rules_.single_call ? "" : " (\"\\n\" item)*",
                               mark("<｜tool▁calls▁end｜>")));
    return {};
  }

  Status define_python_calls() {
    std::string names;
    for (std::size_t i = 0; i < rules_.tools.size(); ++i) {
      const std::string name = fmt::format("call_{}", i);
      OUTPOST_TRY(const std::string call, lark_python_call(rules_.tools[i], name));
      definitions_ += call;
      names += (i > 0 ? " | " : "") + name;
    }
    define("item", names);
    define("body", fmt::format("\"[\" item{} \"]\" {}", rules_.single_call ? "" : " (\", \" item)*",
                               mark("<|tool_call_end|>")));
    return {};
  }

  // The mark that calls begin with; empty: none.
  [[nodiscard]] std::string_view opening() const {
    if (rules_.format == ToolFormat::kLlama3) return {}; // its mark is for built-in tools
    if (rules_.format == ToolFormat::kDeepSeek) return silent_marks(rules_.format).front();
    const auto marks = call_marks(rules_.format);
    return marks.empty() ? std::string_view() : marks.front().open;
  }

  std::string calls() {
    if (opening().empty()) return "body";
    const std::string round = mark(opening()) + " body";
    const bool repeats = rules_.format == ToolFormat::kHermes && !rules_.single_call;
    return repeats ? fmt::format("{} (\"\\n\" {})*", round, round) : round;
  }

  std::string words_then_calls() {
    definitions_ += lark_until(tokenizer_, "opening", opening());
    define("words", "/(?s:.*)/");
    return rules_.single_call ? "(opening body)? words" : "(opening body)* words";
  }

  const AnswerRules& rules_;
  const text::Tokenizer& tokenizer_;
  std::string definitions_;
};

// Free words beside calls that begin with no mark: what begins like one may be words as well.
bool is_free(const AnswerRules& rules) {
  const bool has_mark = !call_marks(rules.format).empty() && rules.format != ToolFormat::kLlama3;
  return rules.words == nullptr && !rules.must_call && (rules.tools.empty() || !has_mark);
}

} // namespace

Result<std::optional<GrammarSpec>> answer_grammar(const AnswerRules& rules,
                                                  const text::Tokenizer& tokenizer) {
  if (rules.must_call && rules.tools.empty()) {
    return fail(ErrorCode::kInvalidArgument, "a tool call is asked for, but there are no tools");
  }
  if (is_free(rules)) return std::nullopt;
  const bool is_whole_grammar = rules.words != nullptr && !rules.must_call && !rules.thought &&
                                rules.words->kind == GrammarSpec::Kind::kLark;
  if (is_whole_grammar || (rules.tools.empty() && !rules.thought)) return *rules.words;
  OUTPOST_TRY(GrammarSpec spec, GrammarText(rules, tokenizer).spec());
  return spec;
}

} // namespace outpost::prompt
