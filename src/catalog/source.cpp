#include "catalog/source.h"

#include <algorithm>

#include "catalog/source_kinds.h"

namespace outpost::catalog {

static constexpr std::size_t kSourceBytesMax = 8192;

static bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_plain_name(std::string_view text, std::string_view others, std::size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes && is_letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
         });
}

Result<std::unique_ptr<Source>> parse_source(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (text.size() > kSourceBytesMax || !printable) {
    return fail(ErrorCode::kInvalidArgument, "a source is at most " +
                                                 std::to_string(kSourceBytesMax) +
                                                 " bytes, without control characters");
  }
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return read_registry_source(text);
  const std::string_view scheme = text.substr(0, separator);
  const std::string_view rest = text.substr(separator + 3);
  if (scheme == "hf") return read_hub_source(rest);
  if (scheme == "ollama") return read_registry_source(rest);
  if (scheme == "https" || scheme == "http") return read_web_source(text);
  if (scheme == "file") return read_file_source(rest);
  if (scheme == "pypi") return read_pypi_source(rest);
  return fail(ErrorCode::kInvalidArgument,
              "no source of the kind '" + std::string(scheme.substr(0, 32)) + "://'",
              "hf:// ollama:// https:// file:// and pypi:// are known");
}

} // namespace outpost::catalog
