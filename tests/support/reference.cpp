#include "support/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "support/npz.h"

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

std::map<std::string, std::string> read_folder(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

} // namespace

Reference read_reference(const std::filesystem::path& npz) {
  auto arrays = std::filesystem::is_directory(npz) ? read_folder(npz) : read_npz(npz);
  return {elements<std::int32_t>(arrays["ids.npy"]), elements<std::int32_t>(arrays["top_ids.npy"]),
          elements<float>(arrays["top_logits.npy"]), elements<float>(arrays["logsumexp.npy"])};
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
