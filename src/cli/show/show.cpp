#include "cli/show/show.h"

#include <fmt/format.h>

#include "app/model_store.h"
#include "catalog/units.h"
#include "cli/json.h"
#include "gguf/describe.h"
#include "models/model.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string model;
  std::uint32_t context = 4096;
  bool json = false;
};

// A file that no architecture row of ours fits can still be shown: without the memory lines.
std::vector<gguf::MemoryNeed> memory_lines(const gguf::File& file, std::uint32_t context) {
  const auto need = models::Model::memory_need(file);
  if (!need) return {};
  const std::uint64_t kv = std::uint64_t{need->kv_bytes_per_token} * context;
  return {{"weights, packed", need->weights_bytes},
          {fmt::format("KV cache, {} tokens", context), kv},
          {"scratch", need->scratch_bytes}};
}

std::string tensors_json(const gguf::Summary& summary) {
  std::string text;
  for (const auto& tensor : summary.tensors) {
    JsonObject object;
    object.add("name", tensor.name);
    object.add("type", tensor.type);
    object.add_raw("shape", fmt::format("[{}]", fmt::join(tensor.shape, ", ")));
    object.add("bytes", tensor.size_bytes);
    text += (text.empty() ? "" : ",\n  ") + object.text();
  }
  return "[" + text + "]";
}

std::string file_json(const gguf::Summary& summary, const std::vector<gguf::MemoryNeed>& memory) {
  JsonObject metadata;
  for (const auto& line : summary.metadata) metadata.add(line.key, line.value);
  JsonObject needs;
  for (const auto& need : memory) needs.add(need.what, need.bytes);
  JsonObject object;
  object.add("version", summary.version);
  object.add("bytes", summary.file_size_bytes);
  object.add("parameters", summary.element_count);
  object.add_raw("memory", needs.text());
  object.add_raw("metadata", metadata.text());
  object.add_raw("tensors", tensors_json(summary));
  return object.text();
}

Status show_file(const Invocation& invocation, const Options& options,
                 const std::filesystem::path& path) {
  OUTPOST_TRY(const gguf::File file, gguf::File::open(path));
  const gguf::Summary summary = gguf::summarize(file);
  const auto memory = memory_lines(file, options.context);
  if (options.json) {
    invocation.streams.out << file_json(summary, memory) << "\n";
  } else {
    invocation.streams.out << gguf::to_text(summary, memory);
  }
  return {};
}

// An alias that is not installed: what the catalogue knows of it.
void show_entry(const Streams& streams, const catalog::ModelEntry& entry) {
  streams.out << fmt::format("{}: {}\nnot installed; outpost pull {} brings it\n", entry.name,
                             entry.title, entry.name);
  if (entry.bytes) streams.out << "size     " << catalog::format_bytes(*entry.bytes) << "\n";
  streams.out << "sha256   " << entry.digest.hex() << "\n";
  streams.out << "licence  " << printable(entry.license) << "\n";
  for (const auto& source : entry.sources) streams.out << "source   " << printable(source) << "\n";
}

Status run(const Invocation& invocation, const Options& options) {
  app::ModelStore store(invocation.environment);
  if (const auto path = store.catalog().resolve(options.model)) {
    return show_file(invocation, options, *path);
  } else if (const auto entry = store.catalog().show(options.model); entry && !options.json) {
    show_entry(invocation.streams, *entry);
    return {};
  } else {
    return fail(path.error());
  }
}

} // namespace

void add_show(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "show", "Show what a model file holds and needs",
                  "outpost show smollm2-135m\noutpost show model.gguf --context 8192 --json");
  command.add_option("model", options->model, "an alias or a file")->required();
  command.add_option("--context", options->context, "tokens to plan the KV cache for")
      ->check(CLI::Range(1u, 1u << 24))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print one JSON object");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
