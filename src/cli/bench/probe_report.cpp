#include "cli/bench/probe_report.h"

#include <fmt/format.h>

#include "cli/json.h"

namespace outpost::cli {
namespace {

using kernels::probe::MachineProbe;
using kernels::probe::MemoryLevel;
using kernels::probe::PeakRates;
using kernels::probe::ThreadRates;

constexpr double kGiga = 1e9;
constexpr double kMicro = 1e-6;
constexpr double kMiB = 1 << 20;

std::string rates_json(const ThreadRates& rates) {
  JsonObject object;
  object.add("one", rates.one);
  object.add("all", rates.all);
  return object.text();
}

std::string peak_json(const PeakRates& peak) {
  JsonObject object;
  object.add("form", peak.form);
  object.add("one", peak.multiply_adds.one);
  object.add("all", peak.multiply_adds.all);
  return object.text();
}

std::string level_json(const MemoryLevel& level) {
  JsonObject object;
  object.add("bytes_one", level.bytes_one);
  object.add("bytes_all", level.bytes_all);
  object.add_raw("pages_4k", rates_json(level.small_pages));
  object.add_raw("pages_2m", rates_json(level.huge_pages));
  return object.text();
}

void print_peak(std::ostream& out, std::string_view name, const PeakRates& peak) {
  if (peak.multiply_adds.one == 0) {
    out << fmt::format("  {:<14}{:>10}\n", name, "none");
    return;
  }
  out << fmt::format("  {:<14}{:>10.1f}{:>10.1f}   {}\n", name, peak.multiply_adds.one / kGiga,
                     peak.multiply_adds.all / kGiga, peak.form);
}

} // namespace

std::string probe_json(const MachineProbe& probe) {
  JsonObject object;
  object.add("processor", probe.processor);
  object.add("threads", probe.threads);
  object.add("l2_bytes", probe.caches.l2_bytes);
  object.add("l3_bytes", probe.caches.l3_bytes);
  object.add_raw("int8_multiply_adds_per_second", peak_json(probe.int8));
  object.add_raw("bf16_multiply_adds_per_second", peak_json(probe.bf16));
  object.add_raw("f32_multiply_adds_per_second", peak_json(probe.f32));
  JsonObject memory;
  for (const MemoryLevel& level : probe.memory) memory.add_raw(level.name, level_json(level));
  object.add_raw("read_bytes_per_second", memory.text());
  object.add("past_caches", probe.past_caches);
  object.add("barrier_seconds", probe.barrier_seconds);
  object.add("loop_seconds", probe.loop_seconds);
  return object.text();
}

void print_probe(std::ostream& out, const MachineProbe& probe) {
  const std::string all = fmt::format("{} threads", probe.threads);
  out << fmt::format("{}, {} thread(s), L2 {:.1f} MiB, L3 {:.1f} MiB\n", probe.processor,
                     probe.threads, static_cast<double>(probe.caches.l2_bytes) / kMiB,
                     static_cast<double>(probe.caches.l3_bytes) / kMiB);
  out << fmt::format("\n  {:<14}{:>10}{:>10}\n", "G mul-adds/s", "1 thread", all);
  print_peak(out, "int8", probe.int8);
  print_peak(out, "bf16", probe.bf16);
  print_peak(out, "f32", probe.f32);
  out << fmt::format("\n  {:<14}{:>10}{:>10}{:>10}{:>10}   {}\n", "read GB/s", "1, 4 KiB",
                     "1, 2 MiB", "all, 4K", "all, 2M", "working set");
  for (const MemoryLevel& level : probe.memory) {
    out << fmt::format("  {:<14}{:>10.1f}{:>10.1f}{:>10.1f}{:>10.1f}   {:.0f} / {:.0f} MiB\n",
                       level.name, level.small_pages.one / kGiga, level.huge_pages.one / kGiga,
                       level.small_pages.all / kGiga, level.huge_pages.all / kGiga,
                       static_cast<double>(level.bytes_one) / kMiB,
                       static_cast<double>(level.bytes_all) / kMiB);
  }
  if (!probe.past_caches) out << "  (too little free memory to be sure of reading past the L3)\n";
  out << fmt::format("\n  barrier {:.2f} us, parallel loop {:.2f} us\n",
                     probe.barrier_seconds / kMicro, probe.loop_seconds / kMicro);
}

} // namespace outpost::cli
