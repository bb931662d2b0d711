#include "chat/embedding.h"

#include <cmath>

namespace outpost::chat {

std::string_view to_string(Pooling pooling) {
  switch (pooling) {
  case Pooling::kMean: return "mean";
  case Pooling::kFirst: return "first";
  case Pooling::kLast: return "last";
  }
  return "mean";
}

void normalize(Embedding& embedding) {
  double squares = 0;
  for (const float value : embedding) squares += static_cast<double>(value) * value;
  if (!(squares > 0) || !std::isfinite(squares)) return;
  const double factor = 1 / std::sqrt(squares);
  for (float& value : embedding) value = static_cast<float>(value * factor);
}

void shorten(Embedding& embedding, std::size_t dimensions) {
  embedding.resize(dimensions);
  normalize(embedding);
}

} // namespace outpost::chat
