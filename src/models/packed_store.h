// The folder of packed weights (packed_file.h), one file a model: which one belongs to a model,
// writing it while the model works already, and keeping the folder small.
#pragma once
#include <optional>
#include <span>

#include "base/result.h"
#include "gguf/gguf.h"
#include "models/model.h"
#include "models/packed_file.h"
#include "platform/thread_group.h"

namespace outpost::models {

// Where the packed weights of `file` lie or would lie. None when the options name no folder, or the
// file is not one on the disk.
std::optional<PackedFile> packed_file_of(const gguf::File& file, const PackedOptions& options,
                                         std::string_view isa, std::size_t weights_bytes);

// Writes `weights`, which must not change, on a thread of its own; the destructor waits for it.
// Nothing is written where disk or memory are short, and a failure changes nothing: the next start
// packs again.
class PackedWrite {
public:
  PackedWrite(PackedFile file, std::span<const std::byte> weights);

private:
  platform::ThreadGroup thread_;
};

} // namespace outpost::models
