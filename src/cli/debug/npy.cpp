#include "cli/debug/npy.h"

#include <bit>

#include <fmt/format.h>

namespace outpost::cli {

static_assert(std::endian::native == std::endian::little, "the header below says little-endian");

Result<NpyWriter> NpyWriter::create(const std::filesystem::path& path, std::uint64_t rows,
                                    std::uint64_t cols) {
  std::filesystem::path partial = path;
  partial += ".part";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, cols);
  // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
  header.append(64 - (10 + header.size() + 1) % 64, ' ').push_back('\n');
  const auto length = static_cast<std::uint16_t>(header.size());
  file.write("\x93NUMPY\x01\x00", 8);
  file.put(static_cast<char>(length & 0xff));
  file.put(static_cast<char>(length >> 8));
  file.write(header.data(), static_cast<std::streamsize>(header.size()));
  if (!file) return fail(ErrorCode::kIo, "cannot write '" + partial.string() + "'");
  return NpyWriter(path, std::move(partial), std::move(file));
}

Status NpyWriter::write(std::span<const float> values) {
  file_.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size_bytes()));
  if (!file_) {
    return fail(ErrorCode::kIo, "cannot write '" + partial_.string() + "'", "is the disk full?");
  }
  return {};
}

Status NpyWriter::finish() {
  file_.close();
  if (!file_) return fail(ErrorCode::kIo, "cannot write '" + partial_.string() + "'");
  std::error_code error;
  std::filesystem::rename(partial_, path_, error);
  if (error) return fail(ErrorCode::kIo, "cannot rename to '" + path_.string() + "'");
  return {};
}

} // namespace outpost::cli
