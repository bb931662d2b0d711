// A file of a knowledge folder as text: plain text, Markdown, or PDF through the program pdftotext
// (a child process with bounds on time, memory and output; nothing of a PDF is parsed in here).
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

namespace outpost::agents {

struct DocumentLimits {
  std::size_t file_bytes_max = 32U << 20U;
  std::size_t text_bytes_max = 16U << 20U;
  std::chrono::milliseconds pdf_time_max{30'000};
  std::uint64_t pdf_memory_bytes_max = 1U << 30U; // address space of the child
  std::string pdf_program = "pdftotext";          // of poppler or xpdf
};

struct Document {
  std::vector<std::string> pages; // one, unless the file has pages; UTF-8
  bool has_pages = false;
};

// By the name's ending: .txt, .text, .md, .markdown, .pdf.
bool is_document(const std::filesystem::path& path);

// Errors: kNotFound, kUnsupported (not a document, or no pdftotext), kLimitExceeded, kCorruptData
// (pdftotext failed), kTimeout, kCancelled, kIo. Bytes that are no UTF-8 become U+FFFD.
Result<Document> read_document(const std::filesystem::path& path, const DocumentLimits& limits,
                               const CancelToken& cancel);

// A piece of a document that is found and shown as a whole.
struct Passage {
  std::string heading;    // "Returns > Deadlines"; empty before the first
  std::uint32_t page = 0; // from 1; 0 where the file has none
  std::uint32_t line = 0; // from 1, of the page or the file
  std::string text;
};

inline constexpr std::size_t kPassageBytes =
    900; // aimed at; a longer paragraph is cut at sentences

// Cut at headings (Markdown's, or a short line that is numbered or in capitals) and at paragraphs;
// neighbouring short paragraphs under one heading are joined.
std::vector<Passage> split_passages(const Document& document);

} // namespace outpost::agents
