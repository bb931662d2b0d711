#include "support/npy.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

namespace outpost::testing {
namespace {

// The number behind `from`, and where it ends.
std::size_t number_at(const std::string& text, std::size_t& from) {
  std::size_t value = 0;
  while (from < text.size() && (text[from] < '0' || text[from] > '9')) ++from;
  while (from < text.size() && text[from] >= '0' && text[from] <= '9') {
    value = value * 10 + static_cast<std::size_t>(text[from++] - '0');
  }
  return value;
}

} // namespace

Table read_npy(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[8] = {};
  std::uint16_t header_bytes = 0;
  file.read(magic, 8);
  file.read(reinterpret_cast<char*>(&header_bytes), 2);
  std::string header(header_bytes, ' ');
  file.read(header.data(), header_bytes);
  const auto shape = header.find("'shape'");
  if (!file || std::memcmp(magic, "\x93NUMPY", 6) != 0 || shape == std::string::npos ||
      header.find("<f4") == std::string::npos) {
    return {};
  }
  Table table;
  std::size_t at = shape;
  table.rows = number_at(header, at);
  table.cols = number_at(header, at);
  table.values.resize(table.rows * table.cols);
  file.read(reinterpret_cast<char*>(table.values.data()),
            static_cast<std::streamsize>(table.values.size() * sizeof(float)));
  return file ? table : Table{};
}

} // namespace outpost::testing
