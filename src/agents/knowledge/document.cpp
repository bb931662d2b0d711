#include "agents/knowledge/document.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "agents/call/words.h"
#include "base/utf8.h"
#include "platform/process.h"

namespace outpost::agents {
namespace {

constexpr auto kTextEndings =
    std::to_array<std::string_view>({".txt", ".text", ".md", ".markdown"});

std::string ending(const std::filesystem::path& path) {
  return lower_case(path.extension().string());
}

bool is_text(const std::filesystem::path& path) {
  return std::find(kTextEndings.begin(), kTextEndings.end(), ending(path)) != kTextEndings.end();
}

std::string with_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Utf8 c = decode_utf8(bytes);
    append_utf8(c.value, text);
    bytes.remove_prefix(c.size_bytes);
  }
  return text;
}

Result<std::string> read_bytes(const std::filesystem::path& path, std::size_t bytes_max) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::kNotFound, path.string() + ": " + error.message());
  if (size > bytes_max) {
    return fail(ErrorCode::kLimitExceeded, path.string() + " has " + std::to_string(size) +
                                               " bytes; the limit is " + std::to_string(bytes_max));
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (file.bad()) return fail(ErrorCode::kIo, "cannot read " + path.string());
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

Result<std::string> pdf_text(const std::filesystem::path& path, const DocumentLimits& limits,
                             const CancelToken& cancel) {
  platform::ProcessRequest request;
  // An absolute path, so that no file's name can be taken for an option.
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return fail(ErrorCode::kIo, path.string() + ": " + error.message());
  request.arguments = {limits.pdf_program, "-q", "-enc", "UTF-8", absolute.string(), "-"};
  request.discards_errors = true;
  request.memory_limit_bytes = limits.pdf_memory_bytes_max;
  request.time_limit = limits.pdf_time_max;
  request.output_limit_bytes = limits.text_bytes_max;
  const auto done = platform::run_process(request, cancel);
  if (!done && done.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kUnsupported, "PDF files need the program " + limits.pdf_program,
                "install poppler-utils");
  }
  if (!done) return fail(done.error());
  if (done->exit_code != 0) {
    return fail(ErrorCode::kCorruptData, limits.pdf_program + " cannot read " + path.string() +
                                             " (exit code " + std::to_string(done->exit_code) +
                                             ")");
  }
  return done->output;
}

std::vector<std::string> split_pages(std::string_view text) {
  std::vector<std::string> pages;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\f'), text.size());
    pages.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pages;
}

} // namespace

bool is_document(const std::filesystem::path& path) {
  return is_text(path) || ending(path) == ".pdf";
}

Result<Document> read_document(const std::filesystem::path& path, const DocumentLimits& limits,
                               const CancelToken& cancel) {
  if (is_text(path)) {
    OUTPOST_TRY(const std::string bytes,
                read_bytes(path, std::min(limits.file_bytes_max, limits.text_bytes_max)));
    return Document{{with_utf8(bytes)}, false};
  }
  if (ending(path) != ".pdf") {
    return fail(ErrorCode::kUnsupported, path.string() + " is no text, Markdown or PDF file");
  }
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::kNotFound, path.string() + ": " + error.message());
  if (size > limits.file_bytes_max) {
    return fail(ErrorCode::kLimitExceeded, path.string() + " has " + std::to_string(size) +
                                               " bytes; the limit is " +
                                               std::to_string(limits.file_bytes_max));
  }
  OUTPOST_TRY(const std::string text, pdf_text(path, limits, cancel));
  return Document{split_pages(with_utf8(text)), true};
}

} // namespace outpost::agents
