#include "models/registry.h"

#include <array>

namespace outpost::models {

extern const ArchSpec kLlama, kQwen2, kQwen3, kPhi3, kGemma3, kBitnet, kBert, kNomicBert;

namespace {
const std::array kAll = {&kLlama,  &kQwen2,  &kQwen3, &kPhi3,
                         &kGemma3, &kBitnet, &kBert,  &kNomicBert};
}

const ArchSpec* find_arch(std::string_view name) {
  for (const ArchSpec* arch : kAll) {
    if (arch->name == name) return arch;
  }
  return nullptr;
}

std::string arch_names() {
  std::string names;
  for (const ArchSpec* arch : kAll) names += (names.empty() ? "" : ", ") + std::string(arch->name);
  return names;
}

} // namespace outpost::models
