#include "cli/costs/costs.h"

#include <fmt/format.h>

#include "app/accounts.h"
#include "base/clock.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

using agents::LedgerSum;

struct Options {
  std::string by = "day";
  std::uint32_t days = 0;
  std::size_t most = 20;
  bool json = false;
};

agents::LedgerGroup group_of(const std::string& by) {
  if (by == "run") return agents::LedgerGroup::kRun;
  if (by == "agent") return agents::LedgerGroup::kAgent;
  return by == "place" ? agents::LedgerGroup::kPlace : agents::LedgerGroup::kDay;
}

std::string sum_json(const LedgerSum& sum) {
  JsonObject object;
  object.add("group", sum.group);
  object.add("runs", sum.runs);
  object.add("escalated", sum.asks);
  object.add("prompt_tokens", sum.spending.prompt_tokens);
  object.add("completion_tokens", sum.spending.completion_tokens);
  object.add("time_ms", sum.spending.time.count());
  object.add("cost", to_string(sum.spending.cost));
  object.add("elsewhere", to_string(sum.elsewhere));
  return object.text();
}

std::string line_of(const LedgerSum& sum) {
  const auto advantage = sum.advantage();
  return fmt::format(
      "{:<24} {:>6} {:>9} {:>11} {:>8.1f} {:>12} {:>12} {:>7}\n", printable(sum.group), sum.runs,
      sum.asks, sum.spending.prompt_tokens + sum.spending.completion_tokens,
      static_cast<double>(sum.spending.time.count()) / 1e3, to_string(sum.spending.cost),
      to_string(sum.elsewhere), advantage ? fmt::format("{:.1f}x", *advantage) : "-");
}

Status show(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(agents::Ledger ledger, app::open_ledger(invocation.environment, clock));
  OUTPOST_TRY(const auto sums, ledger.sums(group_of(options.by), options.days, options.most));
  OUTPOST_TRY(LedgerSum total, ledger.total(options.days));
  total.group = "total";
  const Streams& streams = invocation.streams;
  if (options.json) {
    std::string text;
    for (const LedgerSum& sum : sums) text += sum_json(sum) + ",\n ";
    streams.out << "[" << text << sum_json(total) << "]\n";
    return {};
  }
  if (sums.empty()) {
    streams.err << "no run is in the ledger yet\n";
    return {};
  }
  streams.out << fmt::format("{:<24} {:>6} {:>9} {:>11} {:>8} {:>12} {:>12} {:>7}\n", options.by,
                             "runs", "escalated", "tokens", "seconds", "cost", "elsewhere",
                             "cheaper");
  for (const LedgerSum& sum : sums) streams.out << line_of(sum);
  streams.out << line_of(total);
  return {};
}

} // namespace

void add_costs(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      parent, "costs", "Show what agents' runs cost, and would have cost elsewhere",
      "outpost costs\noutpost costs --by agent --days 7\noutpost costs --by run --json");
  command.add_option("--by", options->by, "run, agent, day or place")
      ->check(CLI::IsMember({"run", "agent", "day", "place"}))
      ->capture_default_str();
  command.add_option("--days", options->days, "today and the days before it; 0: all")
      ->capture_default_str();
  command.add_option("--most", options->most, "how many, the newest first")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print a JSON array, the total last");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return show(invocation, *options); };
  });
}

} // namespace outpost::cli
