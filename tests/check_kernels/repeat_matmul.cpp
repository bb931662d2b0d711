// repeat_matmul ISA FORMAT ROWS COLS BATCH CALLS: multiplies, again and again, for something
// outside that counts instructions (check_budgets.py): two runs with different CALLS differ by
// nothing else.
#include <cstdio>
#include <cstdlib>

#include "kernels/kernels.h"
#include "matmul_case.h"
#include "platform/cpu.h"

namespace outpost::check_kernels {
namespace {

unsigned number(const char* text) { return static_cast<unsigned>(std::strtoul(text, nullptr, 10)); }

const quant::BlockFormat* format_called(std::string_view name) {
  for (const quant::BlockFormat& format : quant::all_packings())
    if (format.name == name) return &format;
  return nullptr;
}

int run(const kernels::KernelTable& table, const quant::BlockFormat& format, unsigned rows,
        unsigned cols, unsigned batch, unsigned calls) {
  Random random(1);
  const Weights weights(format, rows, cols, WeightKind::kOrdinary, random);
  QuantizedArrays x(batch, weights.matrix.cols_padded, quant::shape_of(format.encoding));
  fill_with_any_codes(x, random);
  AlignedArray<float> out(std::size_t{rows} * batch);
  AlignedArray<std::byte> scratch(kernels::matmul_scratch_bytes(cols));
  for (unsigned call = 0; call < calls; ++call)
    table.matmul.matmul(weights.matrix, 0, weights.matrix.panel_count(), x.view, out.data(), rows,
                        {scratch.data(), scratch.size()});
  return 0;
}

int repeat(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("repeat_matmul ISA FORMAT ROWS COLS BATCH CALLS\n", stderr);
    return 2;
  }
  const auto table = kernels::select_kernels(platform::cpu_features(), argv[1]);
  const quant::BlockFormat* format = format_called(argv[2]);
  if (!table || format == nullptr) {
    std::fprintf(stderr, "repeat_matmul: %s\n",
                 table ? "no such format" : table.error().message.c_str());
    return 1;
  }
  return run(*table, *format, number(argv[3]), number(argv[4]), number(argv[5]), number(argv[6]));
}

} // namespace
} // namespace outpost::check_kernels

int main(int argc, char** argv) { return outpost::check_kernels::repeat(argc, argv); }
