#include "platform/byte_claim.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>

#include "base/assert.h"

namespace outpost::platform {

// A lock on one byte of the file, of the open file description (F_OFD_SETLK): two claims of one
// process exclude each other as those of two processes do.
Result<ByteClaim> ByteClaim::take(const std::filesystem::path& path, std::uint64_t number) {
  OUTPOST_ASSERT(number < std::uint64_t{1} << 62U);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.valid()) {
    return fail(ErrorCode::kIo, "cannot open " + path.string() + ": " + std::strerror(errno));
  }
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(number);
  lock.l_len = 1;
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0) return ByteClaim(std::move(fd));
  if (errno == EAGAIN || errno == EACCES) {
    return fail(ErrorCode::kConflict, "somebody else is at work on it");
  }
  return fail(ErrorCode::kIo, "cannot lock " + path.string() + ": " + std::strerror(errno));
}

} // namespace outpost::platform
