#include "support/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include <archive.h>
#include <archive_entry.h>

namespace outpost::testing {
namespace {

// The elements of a .npy file in memory, whatever its shape.
template <class T>
std::vector<T> elements(const std::string& npy) {
  if (npy.size() < 10) return {};
  std::uint16_t header_bytes = 0;
  std::memcpy(&header_bytes, npy.data() + 8, 2);
  const std::size_t begin = 10u + header_bytes;
  std::vector<T> values(begin < npy.size() ? (npy.size() - begin) / sizeof(T) : 0);
  if (!values.empty()) std::memcpy(values.data(), npy.data() + begin, values.size() * sizeof(T));
  return values;
}

std::string read_entry(archive* zip) {
  std::string bytes;
  char buffer[1 << 14];
  while (true) {
    const la_ssize_t got = archive_read_data(zip, buffer, sizeof(buffer));
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

} // namespace

Reference read_reference(const std::filesystem::path& npz) {
  Reference reference;
  archive* zip = archive_read_new();
  archive_read_support_format_zip(zip);
  if (archive_read_open_filename(zip, npz.c_str(), 1 << 16) == ARCHIVE_OK) {
    archive_entry* entry = nullptr;
    while (archive_read_next_header(zip, &entry) == ARCHIVE_OK) {
      const std::string name = archive_entry_pathname(entry);
      const std::string bytes = read_entry(zip);
      if (name == "ids.npy") reference.ids = elements<std::int32_t>(bytes);
      if (name == "top_ids.npy") reference.top_ids = elements<std::int32_t>(bytes);
      if (name == "top_logits.npy") reference.top_logits = elements<float>(bytes);
      if (name == "logsumexp.npy") reference.log_sums = elements<float>(bytes);
    }
  }
  archive_read_free(zip);
  return reference;
}

Divergence diverge(const Reference& reference, std::span<const float> logits) {
  const std::size_t positions = reference.ids.size(), kept = reference.kept();
  const std::size_t vocabulary = logits.size() / positions;
  Divergence result;
  for (std::size_t i = 0; i < positions; ++i) {
    const float* row = logits.data() + i * vocabulary;
    const float largest = *std::max_element(row, row + vocabulary);
    double sum = 0;
    for (std::size_t t = 0; t < vocabulary; ++t) sum += std::exp(double{row[t]} - largest);
    const double log_sum = largest + std::log(sum);
    double kl = 0, theirs_kept = 0, ours_kept = 0;
    for (std::size_t k = 0; k < kept; ++k) {
      const auto token = static_cast<std::size_t>(reference.top_ids[i * kept + k]);
      const double theirs = double{reference.top_logits[i * kept + k]} - reference.log_sums[i];
      const double ours = row[token] - log_sum;
      kl += std::exp(theirs) * (theirs - ours);
      theirs_kept += std::exp(theirs);
      ours_kept += std::exp(ours);
      if (k < 16) result.max_difference = std::max(result.max_difference, std::abs(theirs - ours));
    }
    const double theirs_rest = std::clamp(1 - theirs_kept, 1e-12, 1.0);
    const double ours_rest = std::clamp(1 - ours_kept, 1e-12, 1.0);
    result.mean_kl += kl + theirs_rest * std::log(theirs_rest / ours_rest);
    const auto first = static_cast<std::size_t>(reference.top_ids[i * kept]);
    result.first_choice += row[first] == largest ? 1 : 0;
  }
  result.mean_kl /= static_cast<double>(positions);
  result.first_choice /= static_cast<double>(positions);
  return result;
}

} // namespace outpost::testing
