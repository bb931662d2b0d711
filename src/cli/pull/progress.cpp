#include "cli/pull/progress.h"

#include <fmt/format.h>

#include "catalog/units.h"

namespace outpost::cli {
namespace {

constexpr std::size_t kBarCells = 24;

std::string_view phase_name(catalog::Phase phase) {
  switch (phase) {
  case catalog::Phase::kResolving: return "resolving";
  case catalog::Phase::kWaiting: return "waiting for another pull";
  case catalog::Phase::kDownloading: return "downloading";
  case catalog::Phase::kUnpacking: return "unpacking";
  case catalog::Phase::kVerifying: return "verifying";
  case catalog::Phase::kInstalled: return "installed";
  }
  return "";
}

std::string amount(const catalog::Progress& progress) {
  std::string text = catalog::format_bytes(progress.done);
  if (progress.total) text += " of " + catalog::format_bytes(*progress.total);
  if (progress.bytes_per_second > 0) text += "  " + catalog::format_rate(progress.bytes_per_second);
  if (progress.time_left) text += "  " + catalog::format_duration(*progress.time_left) + " left";
  return text;
}

std::string bar(const catalog::Progress& progress) {
  if (!progress.total || *progress.total == 0) return "";
  const double share =
      std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(*progress.total));
  const auto full = static_cast<std::size_t>(share * kBarCells);
  return fmt::format("[{}{}] {:3.0f} %  ", std::string(full, '#'),
                     std::string(kBarCells - full, '.'), share * 100);
}

} // namespace

void ProgressLine::show(const catalog::Progress& progress) {
  if (!progress.note.empty()) {
    finish();
    streams_.err << printable(progress.note) << "\n";
  }
  if (streams_.err_is_terminal) {
    draw(progress);
  } else if (progress.phase != last_phase_) {
    streams_.err << phase_name(progress.phase) << " " << printable(progress.subject) << "\n";
  }
  last_phase_ = progress.phase;
}

void ProgressLine::draw(const catalog::Progress& progress) {
  // Back to the start of the line and clear it: the figures shrink as well as grow.
  streams_.err << "\r\x1b[K" << phase_name(progress.phase) << "  " << bar(progress);
  if (progress.done != 0) streams_.err << amount(progress);
  streams_.err << std::flush;
  drawn_ = true;
}

void ProgressLine::finish() {
  if (drawn_) streams_.err << "\n";
  drawn_ = false;
}

} // namespace outpost::cli
