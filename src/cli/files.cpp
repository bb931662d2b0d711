#include "cli/files.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>
#include <fmt/format.h>

namespace outpost::cli {
namespace {

constexpr std::size_t kJsonDepthMax = 64;

Result<std::string> read_stream(std::istream& in, const std::string& name) {
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (in.read(buffer.data(), buffer.size()), in.gcount() > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kInputBytesMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("'{}' has more than {} MiB", name, kInputBytesMax >> 20));
    }
  }
  if (in.bad()) return fail(ErrorCode::kIo, fmt::format("cannot read '{}'", name));
  return text;
}

} // namespace

Result<std::string> read_text(const std::filesystem::path& path) {
  if (path == "-") return read_stream(std::cin, "standard input");
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is a folder", path.string()));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, fmt::format("cannot open '{}'", path.string()));
  return read_stream(file, path.string());
}

Result<boost::json::value> read_json(const std::filesystem::path& path) {
  OUTPOST_TRY(const std::string text, read_text(path));
  boost::json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(text, error);
  if (!error) parser.finish(error);
  if (error || text.find_first_not_of(" \t\r\n", read) != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' is not valid JSON at byte {}: {}", path.string(), read,
                            error ? error.message() : "text after the end"));
  }
  return parser.release();
}

} // namespace outpost::cli
