#include "cli/bench/workload.h"

#include <array>

#include <fmt/format.h>

#include "kernels/attention.h"

namespace outpost::cli {
namespace {

constexpr std::array<std::uint32_t, 6> kPrefillTokens = {16, 32, 64, 128, 512, 2048};
constexpr std::array<std::uint32_t, 6> kBatches = {1, 2, 4, 8, 16, 32};
constexpr std::uint32_t kDecodeTokens = 64;
constexpr std::uint32_t kSharedTokens = 1024;
constexpr std::uint32_t kMiddleDepth = 2048;
constexpr std::uint32_t kFarDepth = 8192;
constexpr std::uint32_t kFarDepthOfShortContext = 7168;
constexpr std::uint32_t kWarmTokens = 32;

Workload prefill(std::uint32_t tokens, std::uint32_t depth) {
  return {.kind = WorkloadKind::kPrefill, .tokens = tokens, .depth = depth};
}

Workload decode(std::uint32_t tokens, std::uint32_t batch, std::uint32_t depth,
                std::uint32_t shared) {
  return {.kind = WorkloadKind::kDecode,
          .tokens = tokens,
          .batch = batch,
          .depth = shared + (depth == 0 ? kPromptTokens : depth),
          .shared = shared};
}

} // namespace

std::string Workload::name() const {
  if (kind == WorkloadKind::kPrefill) {
    return depth == 0 ? fmt::format("pp{}", tokens) : fmt::format("pp{}_d{}", tokens, depth);
  }
  std::string text = fmt::format("tg{}_x{}", tokens, batch);
  if (shared != 0) {
    text += fmt::format("_s{}", shared);
  } else if (depth != kPromptTokens) {
    text += fmt::format("_d{}", depth);
  }
  return text;
}

Workload warm_workload() { return prefill(kWarmTokens, kMiddleDepth); }

std::vector<Workload> standard_workloads(const WorkloadSet& set, std::uint32_t context_tokens) {
  const std::array<std::uint32_t, 3> depths = {
      0, kMiddleDepth, context_tokens > kFarDepth ? kFarDepth : kFarDepthOfShortContext};
  std::vector<Workload> all;
  for (const std::uint32_t depth : depths) {
    for (const std::uint32_t tokens : kPrefillTokens) {
      if (set.prefill) all.push_back(prefill(tokens, depth));
    }
  }
  for (const std::uint32_t depth : depths) {
    if (set.decode) all.push_back(decode(kDecodeTokens, 1, depth, 0));
  }
  for (const std::uint32_t shared : {0u, kSharedTokens}) {
    for (const std::uint32_t batch : kBatches) {
      const bool is_there = set.decode && shared == 0 && batch == 1;
      if (set.batch && !is_there) all.push_back(decode(kDecodeTokens, batch, 0, shared));
    }
  }
  if (set.warm && !set.prefill) all.push_back(warm_workload());
  std::erase_if(all, [&](const Workload& workload) { return workload.end() > context_tokens; });
  return all;
}

std::vector<Workload> workloads_of(const WorkloadFlags& flags) {
  const std::uint32_t shared = flags.shared / kernels::kPageTokens * kernels::kPageTokens;
  std::vector<Workload> all;
  for (const std::uint32_t depth : flags.depths) {
    for (const std::uint32_t tokens : flags.prefill_tokens) all.push_back(prefill(tokens, depth));
    if (shared != 0 && depth != flags.depths.front()) continue; // it is their depth
    for (const std::uint32_t batch : flags.batches) {
      all.push_back(decode(flags.decode_tokens, batch, shared == 0 ? depth : 0, shared));
    }
  }
  return all;
}

} // namespace outpost::cli
