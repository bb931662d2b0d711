// The kernel table: one struct of function pointers, filled once at start. It starts from scalar
// (the specification) and each ISA folder overwrites the entries it implements, weakest to
// strongest.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernels/table.h"
#include "platform/cpu.h"

namespace outpost::kernels {

// The strongest table this processor runs, or the one named `isa` ("scalar", "avx2",
// "avx-vnni", "avx512", "neon", "neon-dotprod", "neon-i8mm"). kInvalidArgument for a name that does
// not exist, kUnsupported for one the processor lacks.
Result<KernelTable> select_kernels(const platform::CpuFeatures& cpu, std::string_view isa = {});

// Every table this processor runs, weakest first: for the check tool and the differential tests.
std::vector<KernelTable> supported_kernels(const platform::CpuFeatures& cpu);

} // namespace outpost::kernels
