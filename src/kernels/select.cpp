#include <array>
#include <string>

#include "kernels/kernels.h"

namespace outpost::kernels {
namespace {

struct Isa {
  std::string_view name;
  bool (*runs_on)(const platform::CpuFeatures& cpu);
  void (*fill)(KernelTable& table); // nullptr: not built for this processor family
};

#if defined(__x86_64__)
constexpr auto kFillAvx2 = &avx2::fill;
constexpr auto kFillAvx512 = &avx512::fill;
#else
constexpr void (*kFillAvx2)(KernelTable&) = nullptr;
constexpr void (*kFillAvx512)(KernelTable&) = nullptr;
#endif

// Weakest first; a processor that runs one runs all before it of its family.
constexpr std::array<Isa, 3> kIsas = {{
    {"scalar", [](const platform::CpuFeatures&) { return true; }, &scalar::fill},
    {"avx2", [](const platform::CpuFeatures& cpu) { return cpu.avx2; }, kFillAvx2},
    {"avx512", [](const platform::CpuFeatures& cpu) { return cpu.avx512_vnni; }, kFillAvx512},
}};

bool is_supported(const Isa& isa, const platform::CpuFeatures& cpu) {
  return isa.fill != nullptr && isa.runs_on(cpu);
}

} // namespace

std::vector<KernelTable> supported_kernels(const platform::CpuFeatures& cpu) {
  std::vector<KernelTable> tables;
  KernelTable table{};
  for (const Isa& isa : kIsas) {
    if (!is_supported(isa, cpu)) continue;
    isa.fill(table);
    table.isa = isa.name;
    tables.push_back(table);
  }
  return tables;
}

Result<KernelTable> select_kernels(const platform::CpuFeatures& cpu, std::string_view isa) {
  const std::vector<KernelTable> tables = supported_kernels(cpu);
  if (isa.empty()) return tables.back();
  std::string supported;
  for (const KernelTable& table : tables) {
    if (table.isa == isa) return table;
    supported += supported.empty() ? "" : ", ";
    supported += table.isa;
  }
  for (const Isa& known : kIsas) {
    if (known.name == isa)
      return fail(ErrorCode::kUnsupported,
                  "this processor does not run the " + std::string(isa) + " kernels",
                  "it runs: " + supported);
  }
  return fail(ErrorCode::kInvalidArgument, "no kernel set is called '" + std::string(isa) + "'",
              "this processor runs: " + supported);
}

} // namespace outpost::kernels
