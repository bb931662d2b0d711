// outpost debug template: the prompt as the model's own chat template renders it.
#include <fmt/format.h>

#include "app/model_place.h"
#include "base/clock.h"
#include "cli/debug/debug.h"
#include "cli/debug/messages.h"
#include "cli/files.h"
#include "gguf/gguf.h"
#include "prompt/prompt_format.h"
#include "text/tokenizer.h"

namespace outpost::cli {
namespace {

struct TemplateOptions {
  std::string model;
  std::string messages_file;
  std::string tools_file;
};

Status run_template(const Invocation& invocation, const TemplateOptions& options) {
  OUTPOST_TRY(const auto path, app::model_file(options.model, invocation.environment));
  OUTPOST_TRY(const gguf::File file, gguf::File::open(path));
  OUTPOST_TRY(const auto tokenizer, text::Tokenizer::load(file));
  SystemClock clock;
  OUTPOST_TRY(const auto format, prompt::PromptFormat::make(file, *tokenizer, clock));
  chat::Prompt prompt;
  OUTPOST_TRY(const auto messages, read_json(options.messages_file));
  OUTPOST_TRY(prompt.messages, read_messages(messages));
  if (!options.tools_file.empty()) {
    OUTPOST_TRY(const auto tools, read_json(options.tools_file));
    OUTPOST_TRY(prompt.tools, read_tools(tools));
  }
  OUTPOST_TRY(const std::string text, format->text(prompt));
  invocation.streams.out << text << std::flush;
  return {};
}

} // namespace

void add_debug_template(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<TemplateOptions>();
  CLI::App& command = add_command(
      parent, "template", "Print the prompt that messages and tools become",
      "echo '[{\"role\": \"user\", \"content\": \"hi\"}]' | outpost debug template m --messages -\n"
      "outpost debug template m.gguf --messages messages.json --tools tools.json");
  command.add_option("model", options->model, "an alias or a file")->required();
  command
      .add_option("--messages", options->messages_file,
                  "a JSON array of messages as the OpenAI API has them; - is standard input")
      ->required();
  command.add_option("--tools", options->tools_file, "a JSON array of tools, likewise");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run_template(invocation, *options); };
  });
}

} // namespace outpost::cli
