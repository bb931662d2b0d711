#include "cli/doctor/doctor.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/doctor.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

struct Options {
  std::uint16_t port = 8642;
  bool json = false;
  bool is_live = false;
};

std::string_view word_of(app::Finding::Kind kind) {
  switch (kind) {
  case app::Finding::Kind::kGood: return "good";
  case app::Finding::Kind::kDoubtful: return "doubtful";
  case app::Finding::Kind::kBad: break;
  }
  return "bad";
}

Style style_of(app::Finding::Kind kind) {
  switch (kind) {
  case app::Finding::Kind::kGood: return Style::kGreen;
  case app::Finding::Kind::kDoubtful: return Style::kYellow;
  case app::Finding::Kind::kBad: break;
  }
  return Style::kRed;
}

std::string finding_json(const app::Finding& finding) {
  JsonObject object;
  object.add("subject", finding.subject);
  object.add("state", word_of(finding.kind));
  object.add("text", finding.text);
  if (!finding.hint.empty()) object.add("hint", finding.hint);
  return object.text();
}

Status run(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  if (options.is_live) return app::check_live(options.port, clock);
  const auto findings = app::examine(invocation.environment, options.port, clock);
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const app::Finding& finding : findings) {
    if (options.json) {
      array.add(finding_json(finding));
      continue;
    }
    const std::string word = fmt::format("{:<8}", word_of(finding.kind));
    streams.out << fmt::format("{} {:<7} {}\n", styled(streams, style_of(finding.kind), word),
                               finding.subject, printable(finding.text));
    if (!finding.hint.empty()) streams.out << fmt::format("{:17}{}\n", "", printable(finding.hint));
  }
  if (options.json) streams.out << array.text() << "\n";
  const auto is_bad = [](const app::Finding& finding) {
    return finding.kind == app::Finding::Kind::kBad;
  };
  if (std::ranges::none_of(findings, is_bad)) return {};
  return fail(ErrorCode::kUnavailable, "this machine is not fit to serve as it is");
}

} // namespace

void add_doctor(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "doctor", "Look whether this machine is fit to serve",
                                  "outpost doctor\noutpost doctor --port 9000 --json");
  command.add_option("--port", options->port, "where a server is to listen")->capture_default_str();
  command.add_flag("--live", options->is_live, "only whether a server answers there");
  command.add_flag("--json", options->json, "print JSON");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
