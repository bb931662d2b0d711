#include "agents/tools/mail/folder_mailbox.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr std::string_view kFlagged = ",F.eml";
constexpr std::string_view kPlain = ".eml";

struct FiledMail {
  std::uint32_t number = 0;
  std::string path; // below the mailbox
  bool is_flagged = false;
};

std::optional<std::uint32_t> number_of_file(std::string_view text) {
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

bool has_words(const MailMessage& message, const std::vector<std::string>& words) {
  const auto has = split_words(message.from + " " + message.from_name + " " + message.subject +
                               " " + message.text);
  return std::all_of(words.begin(), words.end(), [&](const std::string& wanted) {
    return std::any_of(has.begin(), has.end(),
                       [&](const Word& word) { return word.text.starts_with(wanted); });
  });
}

class FolderMailbox final : public Mailbox {
public:
  explicit FolderMailbox(platform::FolderRoot root) : root_(std::move(root)) {}

  Result<std::vector<MailHead>> list(const std::string& folder,
                                     const std::vector<std::string>& words,
                                     std::size_t most) override {
    OUTPOST_TRY(const auto all, mails_in(folder));
    std::vector<MailHead> heads;
    for (auto one = all.rbegin(); one != all.rend() && heads.size() < most; ++one) {
      OUTPOST_TRY(const std::string bytes, root_.read_beginning(one->path, kMailBytesMax));
      auto message = read_mail(bytes);
      if (!message) continue; // it has more parts than one is read with
      if (!words.empty() && !has_words(*message, words)) continue;
      message->text.clear();
      message->attachments.clear();
      heads.push_back({one->number, *std::move(message), true, one->is_flagged});
    }
    return heads;
  }

  Result<std::string> read(const std::string& folder, std::uint32_t number) override {
    OUTPOST_TRY(const FiledMail mail, find(folder, number));
    return root_.read_beginning(mail.path, kMailBytesMax);
  }

  Status flag(const std::string& folder, std::uint32_t number) override {
    OUTPOST_TRY(const FiledMail mail, find(folder, number));
    if (mail.is_flagged) return {};
    return root_.move(mail.path, folder + "/" + std::to_string(number) + std::string(kFlagged));
  }

  Status move(const std::string& folder, std::uint32_t number, const std::string& to) override {
    OUTPOST_TRY(const FiledMail mail, find(folder, number));
    OUTPOST_TRY(const std::uint32_t there, number_in(to, number));
    return root_.move(mail.path, to + "/" + std::to_string(there) +
                                     std::string(mail.is_flagged ? kFlagged : kPlain));
  }

  Status add_draft(const std::string& folder, std::string_view bytes) override {
    OUTPOST_TRY(const std::uint32_t number, number_in(folder, 1));
    return root_.write(folder + "/" + std::to_string(number) + std::string(kPlain), bytes, false);
  }

private:
  // By number. A folder that nothing was put into yet is empty.
  [[nodiscard]] Result<std::vector<FiledMail>> mails_in(const std::string& folder) const {
    auto entries = root_.list(folder);
    if (!entries && entries.error().code == ErrorCode::kNotFound) return std::vector<FiledMail>();
    if (!entries) return fail(entries.error());
    std::vector<FiledMail> mails;
    for (const platform::FolderEntry& entry : *entries) {
      const bool is_flagged = entry.name.ends_with(kFlagged);
      const std::string_view end = is_flagged ? kFlagged : kPlain;
      if (entry.is_folder || !entry.name.ends_with(end)) continue;
      const auto number =
          number_of_file(std::string_view(entry.name).substr(0, entry.name.size() - end.size()));
      if (number) mails.push_back({*number, folder + "/" + entry.name, is_flagged});
    }
    std::sort(mails.begin(), mails.end(), [](const FiledMail& a, const FiledMail& b) {
      return a.number != b.number ? a.number < b.number : a.path < b.path;
    });
    return mails;
  }

  [[nodiscard]] Result<FiledMail> find(const std::string& folder, std::uint32_t number) const {
    OUTPOST_TRY(const auto all, mails_in(folder));
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const FiledMail& mail) { return mail.number == number; });
    if (at != all.end()) return *at;
    return fail(ErrorCode::kNotFound, folder + " has no message M-" + std::to_string(number));
  }

  // `wanted`, or the first free number after all others; the folder is made when it is not there.
  [[nodiscard]] Result<std::uint32_t> number_in(const std::string& folder,
                                                std::uint32_t wanted) const {
    const Status made = root_.make_folder(folder);
    if (!made && made.error().code != ErrorCode::kConflict) return fail(made.error());
    OUTPOST_TRY(const auto all, mails_in(folder));
    const bool is_taken = std::any_of(all.begin(), all.end(),
                                      [&](const FiledMail& mail) { return mail.number == wanted; });
    if (!is_taken) return wanted;
    if (all.back().number == UINT32_MAX) {
      return fail(ErrorCode::kLimitExceeded, folder + " has no number left for a message");
    }
    return all.back().number + 1;
  }

  platform::FolderRoot root_;
};

} // namespace

Result<std::unique_ptr<Mailbox>> open_folder_mailbox(const std::string& path) {
  OUTPOST_TRY(platform::FolderRoot root, platform::FolderRoot::open(path));
  return std::unique_ptr<Mailbox>(std::make_unique<FolderMailbox>(std::move(root)));
}

} // namespace outpost::agents
