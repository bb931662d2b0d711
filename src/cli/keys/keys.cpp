#include "cli/keys/keys.h"

#include <fmt/format.h>

#include "app/key_file.h"
#include "base/clock.h"
#include "cli/json.h"
#include "cli/times.h"

namespace outpost::cli {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

struct Options {
  std::string name;
  std::string role = "user";
  std::string work_class = "interactive";
  std::uint32_t days = 0; // 0: for ever
  std::optional<std::uint32_t> requests_per_minute, tokens_per_minute;
  bool json = false;
};

Status add(const Invocation& invocation, const Options& options) {
  security::StoredKey entry;
  entry.name = options.name;
  entry.role = *security::parse_role(options.role); // checked by the parser
  entry.work_class = *chat::parse_work_class(options.work_class);
  entry.created_ms = SystemClock().wall_ms();
  if (options.days != 0) entry.expires_ms = entry.created_ms + options.days * kDayMs;
  if (options.requests_per_minute || options.tokens_per_minute) {
    entry.limits = {options.requests_per_minute.value_or(0), options.tokens_per_minute.value_or(0)};
  }
  const std::string key = security::new_key();
  OUTPOST_CHECK(app::change_keys(invocation.environment, [&](security::KeyRing& ring) {
    return ring.add(std::move(entry), key);
  }));
  if (options.json) {
    JsonObject object;
    object.add("name", options.name);
    object.add("key", key);
    invocation.streams.out << object.text() << "\n";
    return {};
  }
  invocation.streams.out << key << "\n";
  invocation.streams.err << "It is shown this once.\n";
  return {};
}

std::string key_json(const security::StoredKey& key) {
  JsonObject object;
  object.add("name", key.name);
  object.add("role", security::to_string(key.role));
  object.add("class", chat::to_string(key.work_class));
  object.add("created_ms", key.created_ms);
  if (key.expires_ms) object.add("expires_ms", *key.expires_ms);
  if (key.limits) {
    object.add("requests_per_minute", key.limits->requests_per_minute);
    object.add("tokens_per_minute", key.limits->tokens_per_minute);
  }
  return object.text();
}

std::string limits_text(const security::StoredKey& key) {
  if (!key.limits) return "the server's";
  const auto text = [](std::uint32_t limit, const char* what) {
    return limit == 0 ? fmt::format("any {}", what) : fmt::format("{} {}", limit, what);
  };
  return text(key.limits->requests_per_minute, "requests") + ", " +
         text(key.limits->tokens_per_minute, "tokens") + " a minute";
}

Status list(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto ring, security::KeyRing::load(app::key_file(invocation.environment)));
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const security::StoredKey& key : ring.keys()) {
    if (options.json) {
      array.add(key_json(key));
    } else {
      streams.out << fmt::format("{:<20} {:<8} {:<12} {:<18} {}\n", key.name,
                                 security::to_string(key.role), chat::to_string(key.work_class),
                                 key.expires_ms ? "until " + day_text(*key.expires_ms) : "for ever",
                                 limits_text(key));
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  if (!options.json && ring.keys().empty()) {
    streams.err << "there is no key yet; outpost serve makes a first one\n";
  }
  return {};
}

Status revoke(const Invocation& invocation, const Options& options) {
  return app::change_keys(invocation.environment,
                          [&](security::KeyRing& ring) { return ring.remove(options.name); });
}

void add_adding(CLI::App& keys, const std::shared_ptr<Options>& options, Invocation& invocation) {
  CLI::App& command = add_command(
      keys, "add", "Make a key and print it, this once",
      "outpost keys add shop\noutpost keys add batch --days 30 --tokens-per-minute 20000\n"
      "outpost keys add prometheus --role monitor");
  command.add_option("name", options->name, "whose key it is: letters, digits, '-', '_', '.'")
      ->required();
  command
      .add_option("--role", options->role,
                  "user: calls models; monitor: reads metrics; admin: everything")
      ->check(CLI::IsMember({"user", "monitor", "admin"}))
      ->capture_default_str();
  command
      .add_option("--class", options->work_class,
                  "interactive: answered first; batch and background: behind those, at a quarter "
                  "of the pace while they work")
      ->check(CLI::IsMember({"interactive", "batch", "background"}))
      ->capture_default_str();
  command.add_option("--days", options->days, "how long it is good; 0: for ever")
      ->check(CLI::Range(0u, 36'500u))
      ->capture_default_str();
  command.add_option("--requests-per-minute", options->requests_per_minute,
                     "instead of the server's limit; 0: none");
  command.add_option("--tokens-per-minute", options->tokens_per_minute,
                     "of prompts and answers, instead of the server's limit; 0: none");
  command.add_flag("--json", options->json, "print JSON");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return add(invocation, *options); };
  });
}

} // namespace

void add_keys(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "keys", "Who may call this machine's server",
                                  "outpost keys add shop\noutpost keys list\n"
                                  "outpost keys revoke shop");
  command.require_subcommand(1);
  add_adding(command, options, invocation);
  CLI::App& listing = add_command(command, "list", "List the keys, by name", "");
  listing.add_flag("--json", options->json, "print JSON");
  listing.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return list(invocation, *options); };
  });
  CLI::App& revoking =
      add_command(command, "revoke", "End a key; a server that runs refuses it within seconds", "");
  revoking.add_option("name", options->name, "of the key")->required();
  revoking.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return revoke(invocation, *options); };
  });
}

} // namespace outpost::cli
