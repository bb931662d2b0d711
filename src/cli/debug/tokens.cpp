// outpost debug tokens: what a tokenizer makes of texts, as JSON. Needs a vocabulary, no tensors.
#include <fmt/format.h>

#include "app/model_place.h"
#include "cli/debug/debug.h"
#include "cli/files.h"
#include "gguf/gguf.h"
#include "text/tokenizer.h"

namespace outpost::cli {
namespace {

struct TokensOptions {
  std::string model;
  std::string json_file;
  bool special = false;
};

Status run_tokens(const Invocation& invocation, const TokensOptions& options) {
  OUTPOST_TRY(const auto path, app::model_file(options.model, invocation.environment));
  OUTPOST_TRY(const gguf::File file, gguf::File::open(path));
  OUTPOST_TRY(const auto tokenizer, text::Tokenizer::load(file));
  OUTPOST_TRY(const auto texts, read_json(options.json_file));
  const auto* array = texts.if_array();
  if (array == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "the JSON file is not an array of texts");
  }
  const auto control = options.special ? text::ControlTokens::kParse : text::ControlTokens::kPlain;
  std::vector<text::TokenId> ids;
  std::string out = "[";
  for (const auto& item : *array) {
    if (!item.is_string()) {
      return fail(ErrorCode::kInvalidArgument, "the JSON array holds something else than texts");
    }
    ids.clear();
    tokenizer->encode(std::string_view(item.get_string()), control, true, ids);
    out += fmt::format("{}[{}]", out.size() > 1 ? ",\n" : "", fmt::join(ids, ", "));
  }
  invocation.streams.out << out << "]\n";
  return {};
}

} // namespace

void add_debug_tokens(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<TokensOptions>();
  CLI::App& command =
      add_command(parent, "tokens", "Print the token ids of texts (never with BOS)",
                  "echo '[\"Hello world\"]' | outpost debug tokens smollm2-135m --json -\n"
                  "outpost debug tokens vocabulary.gguf --json texts.json --special");
  command.add_option("model", options->model, "an alias or a file")->required();
  command.add_option("--json", options->json_file, "a JSON array of texts; - is standard input")
      ->required();
  command.add_flag("--special", options->special, "control tokens in the texts are parsed");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run_tokens(invocation, *options); };
  });
}

} // namespace outpost::cli
