#include <gtest/gtest.h>

#include "app/config/config_file.h"
#include "app/config/config_template.h"

namespace outpost::app {
namespace {

std::string message_of(const std::string& text) {
  const auto config = parse_config(text, "outpost.yaml", "/etc/outpost");
  return config ? "" : config.error().message;
}

TEST(ConfigFile, ReadsEverySection) {
  const auto read = parse_config(R"(
listen:
  host: "::1"
  port: 9000
  ollama_port: 11434
  tls: {certificate: tls/cert.pem, key: /keys/key.pem}
access: {keys: required, requests_per_minute: 60}
limits: {waiting: 5, body: 1 MiB, drain_time: 2 s}
engine: {threads: 3, memory: 4 GiB, idle_unload: 10 min}
log: {format: json, level: debug, prompts: true}
models:
  - {model: models/a.gguf, name: a, aliases: [x, y], context: 2048, pinned: true}
  - {model: smollm2-135m, idle_unload: 0 s, system_prompt: Be brief.}
)",
                                 "outpost.yaml", "/etc/outpost");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->listen.host, "::1");
  EXPECT_EQ(read->listen.ollama_port, 11434);
  EXPECT_EQ(read->listen.tls->certificate, "/etc/outpost/tls/cert.pem");
  EXPECT_EQ(read->listen.tls->key, "/keys/key.pem");
  EXPECT_TRUE(read->needs_key);
  EXPECT_EQ(read->key_limits.requests_per_minute, 60u);
  EXPECT_EQ(read->limits.body_bytes, 1u << 20);
  EXPECT_EQ(read->limits.drain_time, std::chrono::seconds(2));
  EXPECT_EQ(read->memory_bytes, std::uint64_t{4} << 30);
  EXPECT_EQ(read->log.format, LogFormat::kJson);
  EXPECT_TRUE(read->log.tells_prompts);
  ASSERT_EQ(read->models.size(), 2u);
  EXPECT_EQ(read->models[0].model, "/etc/outpost/models/a.gguf");
  EXPECT_TRUE(read->models[0].is_pinned);
  EXPECT_EQ(read->models[1].name, "smollm2-135m");
  EXPECT_EQ(read->models[1].idle_unload, std::chrono::milliseconds(0));
  EXPECT_EQ(read->models[1].system_prompt, "Be brief.");
  EXPECT_TRUE(check_config(*read));
}

TEST(ConfigFile, APowerModeSetsWhatTheFileDoesNotSay) {
  const auto engine = [](const std::string& text) {
    return *parse_config("models: [{model: a}, {model: b, sequences: 3}]\nengine: {" + text + "}\n",
                         "outpost.yaml", "/etc/outpost");
  };
  const ServerConfig low = engine("power: low");
  EXPECT_GE(low.threads, 1u); // half the cores of this machine
  EXPECT_EQ(low.models[0].sequences, 8u);
  EXPECT_EQ(low.models[1].sequences, 3u);
  EXPECT_EQ(low.idle_unload, std::chrono::minutes(1));
  EXPECT_EQ(low.kept_bytes, std::uint64_t{16} << 20);
  // Wherever it stands, what the file says goes over it.
  const ServerConfig said =
      engine("threads: 0, idle_unload: 5 s, power: low, kept_cache: 1 MiB, sequences: 5");
  EXPECT_EQ(said.threads, 0u);
  EXPECT_EQ(said.idle_unload, std::chrono::seconds(5));
  EXPECT_EQ(said.kept_bytes, std::uint64_t{1} << 20);
  EXPECT_EQ(said.models[0].sequences, 5u);
  EXPECT_EQ(engine("power: balanced").idle_unload, std::chrono::minutes(10));
  EXPECT_EQ(engine("power: performance"), engine("threads: 0"));
  ServerConfig config;
  set_power(PowerMode::kLow, 1, config);
  EXPECT_EQ(config.threads, 1u);
  set_power(PowerMode::kLow, 9, config);
  EXPECT_EQ(config.threads, 4u);
  EXPECT_NE(message_of("engine: {power: lo}").find("low"), std::string::npos);
}

TEST(ConfigFile, MistakesHaveAPlaceAndTheNearestName) {
  const std::pair<const char*, const char*> cases[] = {
      {"lisen: {}",
       "outpost.yaml:1:1: unknown key 'lisen' in outpost.yaml; did you mean 'listen'?"},
      {"listen:\n  prot: 1",
       "outpost.yaml:2:3: unknown key 'prot' in listen; did you mean 'port'?"},
      {"listen:\n  port: 65536",
       "outpost.yaml:2:9: expected a whole number from 0 to 65535, here is 65536"},
      {"listen: 5", "outpost.yaml:1:9: expected listen as a mapping, here is a value"},
      {"access:\n  keys: requird",
       "outpost.yaml:2:9: 'requird' is none of none, required; did you mean 'required'?"},
      {"engine:\n  memory: lots", "outpost.yaml:2:11: 'lots' is no size"},
      {"limits:\n  drain_time: 5", "outpost.yaml:2:15: '5' is no time"},
      {"limits:\n  body: 1 GiB", "outpost.yaml:2:9: 1 GiB is more than 268435456 bytes"},
      {"models:\n  - name: x", "outpost.yaml:2:5: a model has no 'model'"},
      {"models: {}", "outpost.yaml:1:9: expected a list of models, here is a mapping (key: value)"},
      {"listen:\n  tls: {key: k}", "outpost.yaml:2:8: tls has no 'certificate'"},
      {"log: {level: [info]}", "outpost.yaml:1:14: expected a text, here is a list"},
      {"listen:\n  port: NaN", "outpost.yaml:2:9: 'NaN' is not a number"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(message_of(text), message) << text;
}

TEST(ConfigFile, WhatNoFieldAloneCanTell) {
  ServerConfig config;
  EXPECT_FALSE(check_config(config)); // no model
  config.models = {{.model = "a", .name = "a"}, {.model = "b", .name = "b", .aliases = {"a"}}};
  EXPECT_EQ(check_config(config).error().message, "two models would answer to 'a'");
  config.models[1].aliases = {"default"};
  EXPECT_FALSE(check_config(config));
  config.models[1].aliases.clear();
  EXPECT_TRUE(check_config(config));
  config.listen.ollama_port = config.listen.port;
  EXPECT_FALSE(check_config(config));
  config.listen.ollama_port.reset();
  config.needs_key = false;
  EXPECT_TRUE(check_config(config));
  config.listen.host = "0.0.0.0";
  EXPECT_FALSE(check_config(config));
  config.needs_key = true;
  EXPECT_TRUE(check_config(config));
  config.listen.announces = true;
  EXPECT_TRUE(check_config(config));
  config.listen.host = "127.0.0.1"; // whom would it help
  EXPECT_FALSE(check_config(config));
}

TEST(ConfigFile, EveryTemplateIsAWorkingConfiguration) {
  EXPECT_EQ(config_templates().size(), 5u);
  for (const auto& [name, text] : config_templates()) {
    const auto config = parse_config(std::string(text), std::string(name), "/etc/outpost");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_TRUE(check_config(*config)) << name;
    EXPECT_FALSE(config->models.empty()) << name;
    EXPECT_EQ(config->needs_key, name != "development");
  }
  EXPECT_EQ(config_template("prodution").error().code, ErrorCode::kNotFound);
}

} // namespace
} // namespace outpost::app
