// A file of packed weights with anything in it: refused, or read as what was written.
//
// The input is a list of edits of a whole file: two bytes of offset, one byte to put there; a last
// odd byte cuts the file short.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <unistd.h>
#include <vector>

#include "models/packed_file.h"

namespace {

using outpost::models::PackedFile;
using outpost::models::PackedKey;

struct Fixture {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("packed_fuzz_" + std::to_string(::getpid()));
  std::vector<std::byte> weights = std::vector<std::byte>(3000, std::byte{7});
  PackedFile file{path, PackedKey{.model_files = {{1, 2, 3, 4}},
                                  .digest = "",
                                  .isa = "scalar",
                                  .weights_bytes = 3000}};
  outpost::platform::Workers workers{1};
  std::string whole;

  Fixture() {
    if (!file.write(weights)) std::abort();
    std::ifstream stream(path, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(stream), {});
  }
  ~Fixture() { std::filesystem::remove(path); }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixture fixture;
  std::string bytes = fixture.whole;
  std::span<const std::uint8_t> edits(data, size);
  for (; edits.size() >= 3; edits = edits.subspan(3)) {
    bytes[(edits[0] | std::size_t{edits[1]} << 8) % bytes.size()] = static_cast<char>(edits[2]);
  }
  if (edits.size() == 1) bytes.resize(bytes.size() * edits[0] / 256);
  {
    std::ofstream(fixture.path, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::vector<std::byte> read(fixture.weights.size());
  const auto status = fixture.file.read(read, fixture.workers);
  if (!status && status.error().message.empty()) std::abort();
  if (status && read != fixture.weights) std::abort();
  if (!status && bytes == fixture.whole) std::abort();
  return 0;
}
