#include "cli/bench/report.h"

#include <fmt/format.h>

#include "cli/json.h"

namespace outpost::cli {
namespace {

constexpr double kMilli = 1e-3;
constexpr double kPercent = 0.01;

std::string shares_json(const BenchReport& report) {
  JsonObject shares;
  for (const Measured& measured : report.measurements.measured) {
    JsonObject one;
    one.add("roof", measured.roof);
    one.add("share", measured.share);
    shares.add_raw(measured.workload.name(), one.text());
  }
  return shares.text();
}

std::string left_out_json(const BenchReport& report) {
  std::string names = "[";
  for (const LeftOut& left_out : report.measurements.left_out) {
    names += (names.size() > 1 ? ", " : "") + json_string(left_out.workload.name());
  }
  return names + "]";
}

std::string copies_json(const BenchReport& report) {
  JsonObject copies;
  for (const MeasuredCopy& copy : report.copies) {
    JsonObject one;
    one.add("tokens", copy.tokens);
    one.add("without_drafts", copy.tokens_per_second_without);
    one.add("with_drafts", copy.tokens_per_second);
    one.add("drafted", copy.drafted);
    one.add("accepted", copy.accepted);
    one.add("same_text", copy.is_same_text);
    copies.add_raw(copy.name, one.text());
  }
  return copies.text();
}

void print_copy(std::ostream& out, const MeasuredCopy& copy) {
  if (copy.tokens < 2) {
    out << fmt::format("  {:<18} left out: the model ended its answer at once\n", copy.name);
    return;
  }
  out << fmt::format("  {:<18}{:>12.1f}   {:.2f}x of {:.1f} without drafts; {} tokens, {} drafted, "
                     "{} accepted, {}\n",
                     copy.name, copy.tokens_per_second,
                     copy.tokens_per_second / copy.tokens_per_second_without,
                     copy.tokens_per_second_without, copy.tokens, copy.drafted, copy.accepted,
                     copy.is_same_text ? "same text" : "THE TEXT DIFFERS");
}

} // namespace

std::string report_json(const BenchReport& report) {
  JsonObject object;
  object.add("model", report.model);
  object.add("threads", report.threads);
  object.add("isa", report.isa);
  object.add("processor", report.processor);
  for (const Measured& measured : report.measurements.measured) {
    object.add(measured.workload.name(), measured.tokens_per_second);
  }
  if (report.warm_seconds) object.add("warm_first_token_ms", *report.warm_seconds / kMilli);
  if (report.start_seconds) object.add("start_first_token_ms", *report.start_seconds / kMilli);
  object.add_raw("shares", shares_json(report));
  if (!report.copies.empty()) object.add_raw("copies", copies_json(report));
  if (!report.measurements.left_out.empty()) object.add_raw("left_out", left_out_json(report));
  return object.text();
}

void print_heading(std::ostream& out, const BenchReport& report) {
  out << fmt::format("{}, {} thread(s), {} kernels, {}\n", report.model, report.threads, report.isa,
                     report.processor);
  out << fmt::format("  {:<18}{:>12}{:>10}   {}\n", "", "tokens/s", "share", "of");
}

void print_row(std::ostream& out, const Measured& measured) {
  out << fmt::format("  {:<18}{:>12.1f}{:>9.1f}%   {}\n", measured.workload.name(),
                     measured.tokens_per_second, measured.share / kPercent, measured.roof)
      << std::flush;
}

void print_end(std::ostream& out, const BenchReport& report) {
  for (const MeasuredCopy& copy : report.copies) print_copy(out, copy);
  if (report.warm_seconds) {
    out << fmt::format("  warm first token  {:>12.1f} ms   ({})\n", *report.warm_seconds / kMilli,
                       "2048 cached, 32 new");
  }
  if (report.start_seconds) {
    out << fmt::format("  start to token    {:>12.1f} ms   ({})\n", *report.start_seconds / kMilli,
                       "new process, prompt of 32");
  }
  for (const LeftOut& left_out : report.measurements.left_out) {
    out << fmt::format("  {:<18} left out: one run takes about {:.0f} s\n",
                       left_out.workload.name(), left_out.seconds_expected);
  }
}

} // namespace outpost::cli
