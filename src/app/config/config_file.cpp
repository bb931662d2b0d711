#include "app/config/config_file.h"

#include "app/config/tools_file.h"
#include "platform/cpu.h"
#include "yaml/yaml_reader.h"
#include "yaml/yaml_units.h"

namespace outpost::app {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr std::uint64_t kTokensMax = std::uint64_t{1} << 24;
constexpr std::uint64_t kRateMax = 100'000'000;
constexpr std::size_t kModelsMax = 64;

// One reader a section, each a list of its keys.
class ConfigReader {
public:
  ConfigReader(std::string_view origin, std::filesystem::path folder)
      : origin_(origin), folder_(std::move(folder)) {}

  Result<ServerConfig> read(const YamlNode& root) {
    ServerConfig config;
    YamlFields fields(root, origin_, "outpost.yaml");
    fields.optional("listen", [&](const YamlNode& node) { return listen(node, config.listen); })
        .optional("access", [&](const YamlNode& node) { return access(node, config); })
        .optional("limits", [&](const YamlNode& node) { return limits(node, config.limits); })
        .optional("engine", [&](const YamlNode& node) { return engine(node, config); })
        .optional("log", [&](const YamlNode& node) { return log(node, config.log); })
        .optional("models", [&](const YamlNode& node) { return models(node, config); })
        .optional("agents", [&](const YamlNode& node) { return agents(node, config.agents); });
    OUTPOST_CHECK(fields.finish());
    return config;
  }

private:
  template <class Number>
  YamlFields::Reader count(Number& into, std::uint64_t least, std::uint64_t most) {
    return [this, &into, least, most](const YamlNode& node) -> Status {
      OUTPOST_TRY(const std::uint64_t number, yaml::read_count(node, origin_, least, most));
      into = static_cast<Number>(number);
      return {};
    };
  }

  YamlFields::Reader bytes(std::uint64_t& into, std::uint64_t most) {
    return [this, &into, most](const YamlNode& node) -> Status {
      OUTPOST_TRY(into, yaml::read_bytes(node, origin_));
      if (into <= most) return {};
      return yaml_error(origin_, node.place,
                        node.scalar + " is more than " + std::to_string(most) + " bytes");
    };
  }

  template <class Duration>
  YamlFields::Reader duration(Duration& into) {
    return [this, &into](const YamlNode& node) -> Status {
      OUTPOST_TRY(into, yaml::read_duration(node, origin_));
      return {};
    };
  }

  // The index of the word, as an enumeration.
  template <class Word>
  YamlFields::Reader word(Word& into, std::vector<std::string_view> words) {
    return [this, &into, words = std::move(words)](const YamlNode& node) -> Status {
      OUTPOST_TRY(const std::size_t index, yaml::read_word(node, origin_, words));
      into = static_cast<Word>(index);
      return {};
    };
  }

  YamlFields::Reader path(std::filesystem::path& into) {
    return [this, &into](const YamlNode& node) -> Status {
      OUTPOST_TRY(const std::string text, yaml::read_text(node, origin_));
      into = folder_ / text;
      return {};
    };
  }

  Status listen(const YamlNode& node, ListenConfig& into) {
    YamlFields fields(node, origin_, "listen");
    fields.optional("host", into.host)
        .optional("port", count(into.port, 0, 65535))
        .optional("ollama_port", count(into.ollama_port, 0, 65535))
        .optional("hosts", into.hosts)
        .optional("origins", into.origins)
        .optional("announce", into.announces)
        .optional("tls", [&](const YamlNode& value) {
          into.tls.emplace();
          YamlFields tls(value, origin_, "tls");
          tls.required("certificate", path(into.tls->certificate))
              .required("key", path(into.tls->key));
          return tls.finish();
        });
    return fields.finish();
  }

  Status access(const YamlNode& node, ServerConfig& into) {
    YamlFields fields(node, origin_, "access");
    fields.optional("keys", word(into.needs_key, {"none", "required"}))
        .optional("requests_per_minute", count(into.key_limits.requests_per_minute, 0, kRateMax))
        .optional("tokens_per_minute", count(into.key_limits.tokens_per_minute, 0, kRateMax));
    return fields.finish();
  }

  Status limits(const YamlNode& node, LimitsConfig& into) {
    YamlFields fields(node, origin_, "limits");
    fields.optional("answers", count(into.answers, 1, 1024))
        .optional("waiting", count(into.waiting, 1, 100'000))
        .optional("max_tokens", count(into.default_max_tokens, 1, kTokensMax))
        .optional("body", bytes(into.body_bytes, std::uint64_t{256} << 20))
        .optional("answer_time", duration(into.answer_time))
        .optional("drain_time", duration(into.drain_time));
    return fields.finish();
  }

  Status engine(const YamlNode& node, ServerConfig& into) {
    YamlFields fields(node, origin_, "engine");
    PowerMode power = PowerMode::kPerformance;
    fields
        .optional("power",
                  [&](const YamlNode& item) -> Status {
                    OUTPOST_CHECK(word(power, {"performance", "balanced", "low"})(item));
                    set_power(power, platform::usable_cores().size(), into);
                    return {};
                  })
        .optional("threads", count(into.threads, 0, 256))
        .optional("sequences", count(into.sequences, 1, 1024))
        .optional("memory", bytes(into.memory_bytes, std::uint64_t{1} << 46))
        .optional("idle_unload", duration(into.idle_unload))
        .optional("kept_cache", bytes(into.kept_bytes, std::uint64_t{1} << 40));
    return fields.finish();
  }

  Status log(const YamlNode& node, LogConfig& into) {
    YamlFields fields(node, origin_, "log");
    fields.optional("format", word(into.format, {"text", "json"}))
        .optional("level", word(into.level, {"error", "warning", "info", "debug"}))
        .optional("prompts", into.tells_prompts);
    return fields.finish();
  }

  Status agents(const YamlNode& node, std::vector<std::filesystem::path>& into) {
    OUTPOST_TRY(const std::vector<std::string> files, yaml::read_texts(node, origin_));
    for (const std::string& file : files) into.push_back(folder_ / file);
    return {};
  }

  Status models(const YamlNode& node, ServerConfig& into) {
    OUTPOST_CHECK(yaml::read_each(node, origin_, "models", [&](const YamlNode& item) {
      ModelConfig& made = into.models.emplace_back();
      made.sequences = into.sequences;
      return model(item, made);
    }));
    if (into.models.size() <= kModelsMax) return {};
    return yaml_error(origin_, node.place,
                      std::to_string(into.models.size()) + " models are more than " +
                          std::to_string(kModelsMax));
  }

  Status model(const YamlNode& node, ModelConfig& into) {
    YamlFields fields(node, origin_, "a model");
    fields.required("model", into.model)
        .optional("name", into.name)
        .optional("aliases", into.aliases)
        .optional("context", count(into.context_tokens, 0, kTokensMax))
        .optional("kv_tokens", count(into.kv_tokens, 0, kTokensMax))
        .optional("sequences", count(into.sequences, 1, 1024))
        .optional("pinned", into.is_pinned)
        .optional("idle_unload", duration(into.idle_unload))
        .optional("system_prompt", into.system_prompt)
        .optional("declared", [&](const YamlNode& list) {
          return yaml::read_each(list, origin_, "declared", [&](const YamlNode& item) {
            return declared(item, into.declared.emplace_back());
          });
        });
    OUTPOST_CHECK(fields.finish());
    if (into.name.empty()) into.name = into.model;
    if (into.model.ends_with(".gguf")) into.model = (folder_ / into.model).string();
    return {};
  }

  Status declared(const YamlNode& node, DeclaredPrompt& into) {
    std::string tools;
    YamlFields fields(node, origin_, "declared");
    fields.optional("system_prompt", into.system_prompt).optional("tools", tools);
    OUTPOST_CHECK(fields.finish());
    if (tools.empty()) return {};
    auto read = read_tools_file(folder_ / tools);
    if (!read) return yaml_error(origin_, node.place, read.error().message);
    into.tools = *std::move(read);
    return {};
  }

  std::string_view origin_;
  std::filesystem::path folder_;
};

} // namespace

Result<ServerConfig> parse_config(const std::string& text, const std::string& origin,
                                  const std::filesystem::path& folder) {
  OUTPOST_TRY(const YamlNode root, yaml::parse_yaml(text, origin));
  return ConfigReader(origin, folder).read(root);
}

Result<ServerConfig> load_config(const std::filesystem::path& path) {
  OUTPOST_TRY(const std::string text, yaml::read_yaml_file(path));
  return parse_config(text, path.string(), path.parent_path());
}

} // namespace outpost::app
