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
#define OUTPOST_IF_X86(fill) &fill
#else
#define OUTPOST_IF_X86(fill) nullptr
#endif
#if defined(__aarch64__)
#define OUTPOST_IF_ARM(fill) &fill
#else
#define OUTPOST_IF_ARM(fill) nullptr
#endif

using Cpu = platform::CpuFeatures;

// Weakest first; a processor that runs one runs all before it of its family.
constexpr std::array<Isa, 7> kIsas = {{
    {"scalar", [](const Cpu&) { return true; }, &scalar::fill},
    {"avx2", [](const Cpu& cpu) { return cpu.avx2; }, OUTPOST_IF_X86(avx2::fill)},
    {"avx-vnni", [](const Cpu& cpu) { return cpu.avx_vnni; }, OUTPOST_IF_X86(avx_vnni::fill)},
    {"avx512", [](const Cpu& cpu) { return cpu.avx512_vnni; }, OUTPOST_IF_X86(avx512::fill)},
    {"neon", [](const Cpu& cpu) { return cpu.neon; }, OUTPOST_IF_ARM(neon::fill)},
    {"neon-dotprod", [](const Cpu& cpu) { return cpu.neon_dotprod; },
     OUTPOST_IF_ARM(neon_dotprod::fill)},
    {"neon-i8mm", [](const Cpu& cpu) { return cpu.neon_i8mm; }, OUTPOST_IF_ARM(neon_i8mm::fill)},
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
