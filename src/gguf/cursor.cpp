#include "gguf/cursor.h"

#include "base/checked.h"

namespace outpost::gguf {

Result<std::span<const std::byte>> Cursor::take(std::uint64_t count, std::string_view what) {
  if (count > remaining()) {
    return fail(ErrorCode::kCorruptData,
                std::string(what) + " at byte " + std::to_string(position_) + " needs " +
                    std::to_string(count) + " bytes, but the file has only " +
                    std::to_string(remaining()) + " left",
                "the file is damaged or was not downloaded completely");
  }
  if (position_ + count > directory_bytes_max_) {
    return fail(ErrorCode::kLimitExceeded, std::string(what) + " ends at byte " +
                                               std::to_string(position_ + count) +
                                               "; metadata and tensor directory may take " +
                                               std::to_string(directory_bytes_max_) + " bytes");
  }
  const auto taken = bytes_.subspan(position_, count);
  position_ += count;
  return taken;
}

Result<std::string_view> Cursor::text(std::uint64_t bytes_max, std::string_view what) {
  OUTPOST_TRY(const auto length, number<std::uint64_t>(what));
  if (length > bytes_max) {
    return fail(ErrorCode::kLimitExceeded, std::string(what) + " of " + std::to_string(length) +
                                               " bytes is over the limit of " +
                                               std::to_string(bytes_max));
  }
  OUTPOST_TRY(const auto bytes, take(length, what));
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Status Budget::charge(std::uint64_t bytes) {
  const auto sum = checked_add(used_bytes_, bytes);
  if (!sum || *sum > bytes_max_) {
    return fail(ErrorCode::kLimitExceeded,
                "the index over keys, strings and tensors needs more than the limit of " +
                    std::to_string(bytes_max_) + " bytes");
  }
  used_bytes_ = *sum;
  return {};
}

Error at(std::string_view place, Error error) {
  error.message = std::string(place) + ": " + error.message;
  return error;
}

} // namespace outpost::gguf
