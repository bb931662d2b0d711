#include "app/doctor.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/key_file.h"
#include "app/model_store.h"
#include "catalog/disk.h"
#include "catalog/units.h"
#include "kernels/kernels.h"
#include "platform/cpu.h"

namespace outpost::app {
namespace {

using Kind = Finding::Kind;
using catalog::format_bytes;

// Below these a small model does not fit, or a pull is cut.
constexpr std::uint64_t kMemoryLow = std::uint64_t{512} << 20;
constexpr std::uint64_t kDiskLow = std::uint64_t{1} << 30;
constexpr std::int64_t kYear2026Ms = 1'767'225'600'000; // this program did not exist before
constexpr std::chrono::seconds kPortPatience{2};

Finding bad(const char* subject, const Error& error) {
  return {Kind::kBad, subject, error.message, error.hint};
}

Finding look_at_cpu(const Environment& environment) {
  const platform::CpuFeatures features = platform::cpu_features();
  const auto kernels = kernels::select_kernels(features, environment.forced_isa);
  if (!kernels) return bad("cpu", kernels.error());
  const std::string text = fmt::format("{}, {} cores, {} kernels", features.name,
                                       platform::usable_cores().size(), kernels->isa);
  if (kernels->isa != std::string_view("scalar")) return {Kind::kGood, "cpu", text, ""};
  return {Kind::kDoubtful, "cpu", text, "without AVX2 or NEON every answer is slow"};
}

Finding look_at_memory() {
  const std::size_t free = platform::available_memory_bytes();
  const std::string text = format_bytes(free) + " can be taken";
  if (free >= kMemoryLow) return {Kind::kGood, "memory", text, ""};
  return {Kind::kDoubtful, "memory", text, "a model of 135 million weights takes about 0.3 GB"};
}

// Of the nearest folder that exists: the data folder is made when something is kept there.
Finding look_at_disk(const Environment& environment) {
  std::filesystem::path folder = environment.data_folder;
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  const auto free = catalog::free_bytes(folder);
  if (!free) return bad("disk", free.error());
  const std::string text = format_bytes(*free) + " free for " + environment.data_folder.string();
  if (*free >= kDiskLow) return {Kind::kGood, "disk", text, ""};
  return {Kind::kDoubtful, "disk", text, "models and the log of runs are kept there"};
}

Finding look_at_models(const Environment& environment) {
  ModelStore store(environment);
  const auto entries = store.catalog().list();
  if (!entries) return bad("models", entries.error());
  std::string names;
  for (const catalog::ModelEntry& entry : *entries) {
    if (entry.installed) names += (names.empty() ? "" : ", ") + entry.name;
  }
  if (!names.empty()) return {Kind::kGood, "models", names, ""};
  return {Kind::kDoubtful, "models", "none is installed", "outpost pull smollm2-135m"};
}

Finding look_at_port(std::uint16_t port, Clock& clock) {
  const std::string place = fmt::format("127.0.0.1:{}", port);
  const Status live = check_live(port, clock);
  if (live) return {Kind::kGood, "port", "a server is live on " + place, ""};
  if (live.error().code == ErrorCode::kUnavailable) {
    return {Kind::kGood, "port", place + " is free", ""};
  }
  return {Kind::kBad, "port", place + " belongs to another program", "choose another --port"};
}

Finding look_at_keys(const Environment& environment, Clock& clock) {
  const auto ring = security::KeyRing::load(key_file(environment));
  if (!ring) return bad("keys", ring.error());
  const auto now = clock.wall_ms();
  const auto expired = std::ranges::count_if(ring->keys(), [&](const security::StoredKey& key) {
    return key.expires_ms && *key.expires_ms <= now;
  });
  const std::string text = fmt::format("{} keys, {} expired", ring->keys().size(), expired);
  if (ring->keys().empty()) {
    return {Kind::kGood, "keys", "none yet", "outpost serve makes a first one"};
  }
  if (static_cast<std::size_t>(expired) < ring->keys().size()) {
    return {Kind::kGood, "keys", text, ""};
  }
  return {Kind::kBad, "keys", text, "nobody can call the server; outpost keys add NAME"};
}

Finding look_at_clock(const Environment& environment, Clock& clock) {
  const auto ring = security::KeyRing::load(key_file(environment));
  std::int64_t newest = kYear2026Ms;
  if (ring) {
    for (const security::StoredKey& key : ring->keys()) newest = std::max(newest, key.created_ms);
  }
  if (clock.wall_ms() >= newest) return {Kind::kGood, "clock", "plausible", ""};
  return {Kind::kBad, "clock", "it is earlier than what was already recorded",
          "set it: keys and certificates expire by it"};
}

} // namespace

Status check_live(std::uint16_t port, Clock& clock) {
  OUTPOST_TRY(net::Url url, net::Url::parse(fmt::format("http://127.0.0.1:{}/health/live", port)));
  net::HttpRequest request{.url = std::move(url)};
  request.limits.connect_timeout = request.limits.idle_timeout = kPortPatience;
  OUTPOST_CHECK(net::HttpClient(clock).fetch_text(request));
  return {};
}

std::vector<Finding> examine(const Environment& environment, std::uint16_t port, Clock& clock) {
  return {look_at_cpu(environment),         look_at_memory(),
          look_at_disk(environment),        look_at_models(environment),
          look_at_port(port, clock),        look_at_keys(environment, clock),
          look_at_clock(environment, clock)};
}

} // namespace outpost::app
