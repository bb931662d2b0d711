#include "catalog/half_wheel.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <vector>

#include "catalog/disk.h"
#include "catalog/pip.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kLogBytesMax = 16 << 20; // an index may list thousands of files
constexpr std::size_t kHashBytes = 1 << 20;

// The largest wheel below the folder.
fs::path find_wheel(const fs::path& folder) {
  fs::path found;
  std::uintmax_t largest = 0;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().extension() != ".whl" || !is_plain_file(it->path())) continue;
    const auto size = fs::file_size(it->path(), error);
    if (!error && size > largest) {
      largest = size;
      found = it->path();
    }
  }
  return found;
}

std::uint64_t size_of(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

Result<Digest> digest_of(const fs::path& path) {
  const platform::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) return fail(disk_error("open", path, errno));
  Sha256 hash;
  std::vector<std::byte> buffer(kHashBytes);
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(disk_error("read", path, errno));
    if (count == 0) return hash.finish();
    hash.update(std::span(buffer).first(static_cast<std::size_t>(count)));
  }
}

// Appends what arrives; begins anew if the server does not continue.
class WheelSink final : public net::BodySink {
public:
  WheelSink(fs::path path, const std::function<void(std::uint64_t)>& on_progress)
      : path_(std::move(path)), on_progress_(on_progress),
        fd_(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)) {}

  Status begin(const net::HttpResponse& response) override {
    size_ = response.first_byte;
    if (!fd_.valid() || ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) {
      return fail(disk_error("write", path_, errno));
    }
    return {};
  }
  Status write(std::span<const std::byte> bytes) override {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    OUTPOST_CHECK(write_all(fd_.get(), text, path_));
    size_ += bytes.size();
    on_progress_(size_);
    return {};
  }

private:
  fs::path path_;
  const std::function<void(std::uint64_t)>& on_progress_;
  platform::UniqueFd fd_;
  std::uint64_t size_ = 0;
};

Status load_rest(FetchContext& context, const fs::path& file, std::string_view address,
                 const std::function<void(std::uint64_t)>& on_progress) {
  constexpr std::string_view kDigestMark = "#sha256=";
  OUTPOST_TRY(net::Url url, net::Url::parse(address));
  net::HttpRequest request{.url = std::move(url)};
  request.range_from = size_of(file);
  request.limits.body_bytes = context.limits.model_bytes;
  request.limits.idle_timeout = context.limits.idle_timeout;
  WheelSink sink(file, on_progress);
  OUTPOST_TRY(const net::HttpResponse response, context.http.fetch(request, sink, context.cancel));
  // 416: nothing follows, so the whole was there; the digest or the archive's checksums tell.
  if (response.status != 416) OUTPOST_CHECK(net::check_status(response));
  const std::size_t mark = address.find(kDigestMark);
  if (mark == std::string_view::npos) return {};
  OUTPOST_TRY(const Digest stated, Digest::parse(address.substr(mark + kDigestMark.size())));
  OUTPOST_TRY(const Digest actual, digest_of(file));
  if (stated == actual) return {};
  return fail(ErrorCode::kCorruptData, "the continued wheel has the sha256 " + actual.hex() +
                                           "; the index states " + stated.hex());
}

bool may_go_on_later(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout ||
         code == ErrorCode::kCancelled || code == ErrorCode::kResourceExhausted;
}

} // namespace

std::optional<std::string_view> find_wheel_address(std::string_view log, std::string_view name) {
  constexpr std::string_view kMark = "Found link ";
  std::optional<std::string_view> address;
  for (std::size_t at = log.find(kMark); at != std::string_view::npos; at = log.find(kMark, at)) {
    at += kMark.size();
    const std::size_t end = std::min(log.find_first_of(" \r\n", at), log.size());
    const std::string_view candidate = log.substr(at, end - at);
    const std::string_view plain = candidate.substr(0, candidate.find_first_of("?#"));
    const std::size_t slash = plain.rfind('/');
    if (slash != std::string_view::npos && plain.substr(slash + 1) == name) address = candidate;
  }
  return address;
}

HalfWheel::HalfWheel(fs::path file)
    : file_(std::move(file)), address_file_(file_.string() + ".address") {}

bool HalfWheel::exists() const { return is_plain_file(file_) && is_plain_file(address_file_); }

void HalfWheel::remove() const {
  std::error_code ignored;
  fs::remove(file_, ignored);
  fs::remove(address_file_, ignored);
}

void HalfWheel::adopt(const fs::path& pip_folder) const {
  const fs::path wheel = find_wheel(pip_folder);
  if (wheel.empty() || (exists() && size_of(file_) >= size_of(wheel))) return;
  const auto log = read_small_file(pip_log_path(pip_folder), kLogBytesMax);
  if (!log) return;
  const auto address = find_wheel_address(*log, wheel.filename().string());
  if (!address) return;
  remove(); // no moment pairs the old bytes with the new address
  if (!write_file_atomically(address_file_, *address)) return;
  std::error_code ignored;
  fs::rename(wheel, file_, ignored);
}

Status HalfWheel::finish(FetchContext& context, const fs::path& target,
                         const std::function<void(std::uint64_t)>& on_progress) const {
  OUTPOST_TRY(const std::string address, read_small_file(address_file_, net::Url::kMaxBytes));
  Status result = load_rest(context, file_, address, on_progress);
  if (!result) {
    if (!may_go_on_later(result.error().code)) remove();
    return result;
  }
  if (::rename(file_.c_str(), target.c_str()) != 0) return fail(disk_error("move", file_, errno));
  remove();
  return {};
}

} // namespace outpost::catalog
