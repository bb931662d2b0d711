// What a server is told to do: outpost.yaml, with environment and flags over it, as one checked
// value. Plain data; two of them can be compared, which is how a reload knows what has changed.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/chat.h"
#include "security/key_limits.h"

namespace outpost::app {

// A beginning of prompts that the operator knows: what is computed of it serves every key. A
// request that begins so shares it; others go on as they are.
struct DeclaredPrompt {
  std::string system_prompt;
  std::vector<chat::ToolDefinition> tools;
  friend bool operator==(const DeclaredPrompt&, const DeclaredPrompt&) = default;
};

struct ModelConfig {
  std::string model;                // an alias, an installed name or a file
  std::string name;                 // what requests and answers call it; empty: as `model`
  std::vector<std::string> aliases; // other names that requests may use
  std::uint32_t context_tokens = 0; // of one conversation; 0: the model's own, within a default
  std::uint32_t kv_tokens = 0;      // that all conversations and the cache share; 0: as fits
  std::uint32_t sequences = 64;     // answers made in one step
  bool is_pinned = false;           // loaded at start, never unloaded
  // Unloaded when nobody used it that long; none: as the server says.
  std::optional<std::chrono::milliseconds> idle_unload;
  std::string system_prompt; // put before every conversation
  std::vector<DeclaredPrompt> declared;
  friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

struct TlsConfig {
  std::filesystem::path certificate; // PEM, with the chain
  std::filesystem::path key;         // PEM
  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

struct ListenConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8642;
  std::optional<std::uint16_t> ollama_port; // the same server again, where Ollama's clients look
  std::vector<std::string> hosts;           // names it answers to beside its own
  std::vector<std::string> origins;         // of pages that may call it
  std::optional<TlsConfig> tls;
  bool announces = false; // tells the local network of itself
  friend bool operator==(const ListenConfig&, const ListenConfig&) = default;
};

struct LimitsConfig {
  std::uint32_t answers = 64;              // made at once
  std::uint32_t waiting = 1000;            // requests that may wait; more are refused
  std::uint32_t default_max_tokens = 1024; // of an answer, when a request names no limit
  std::uint64_t body_bytes = std::uint64_t{16} << 20;
  std::chrono::milliseconds answer_time{600'000};
  std::chrono::milliseconds drain_time{30'000};
  friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

enum class LogFormat { kText, kJson };
enum class LogLevel { kError, kWarning, kInfo, kDebug };

struct LogConfig {
  LogFormat format = LogFormat::kText;
  LogLevel level = LogLevel::kWarning;
  bool tells_prompts = false; // what clients write and models answer, at level info
  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

// What the machine's power is for; sets what the configuration does not say itself.
enum class PowerMode {
  kPerformance, // all cores, models stay
  kBalanced,    // all cores, models leave after a while
  kLow,         // half the cores, small steps, models leave soon
};

struct ServerConfig {
  ListenConfig listen;
  bool needs_key = true;
  security::KeyLimits key_limits; // of keys that have none of their own
  LimitsConfig limits;
  LogConfig log;
  PowerMode power = PowerMode::kPerformance;
  unsigned threads = 0;           // 0: one per core
  std::uint64_t memory_bytes = 0; // for all models; 0: what the machine has free, less a reserve
  std::uint32_t sequences = 64;   // answers made in one step, of models that say nothing
  std::chrono::milliseconds idle_unload{0}; // 0: never
  // Of the caches of unloaded models, how much is kept in memory; 0: nothing.
  std::uint64_t kept_bytes = std::uint64_t{128} << 20;
  std::vector<ModelConfig> models;           // the first is "default"
  std::vector<std::filesystem::path> agents; // agent files; taken up at start
  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

// Threads, sequences, idle_unload and kept_bytes of the mode, on a machine with so many cores.
void set_power(PowerMode mode, std::size_t cores, ServerConfig& config);

bool is_loopback(const std::string& host);

// What no single field can tell: names that are there twice, no key where others can reach it, two
// ports that are one. kInvalidArgument.
Status check_config(const ServerConfig& config);

} // namespace outpost::app
