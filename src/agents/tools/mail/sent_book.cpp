#include "agents/tools/mail/sent_book.h"

#include <array>

namespace outpost::agents {
namespace {

constexpr std::array<std::string_view, 1> kSentSchema = {R"sql(
CREATE TABLE sent_mail(
  digest TEXT PRIMARY KEY, wish TEXT NOT NULL, recipient TEXT NOT NULL, time_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sending', 'sent'))) WITHOUT ROWID;
)sql"};

} // namespace

Result<std::unique_ptr<SentBook>> SentBook::open(const std::filesystem::path& path) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  OUTPOST_CHECK(store::migrate(database, kSentSchema));
  return std::unique_ptr<SentBook>(new SentBook(std::move(database)));
}

Result<std::optional<std::string>> SentBook::sent_for(const std::string& key) {
  if (key.empty()) return std::optional<std::string>();
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto find, database_.prepare("SELECT recipient FROM sent_mail "
                                           "WHERE wish = ? AND state = 'sent'"));
  OUTPOST_CHECK(find.bind_all(std::string_view(key)));
  OUTPOST_TRY(const bool found, find.step());
  if (!found) return std::optional<std::string>();
  return std::optional(std::string(find.text(0)));
}

Status SentBook::begin(const std::string& digest, const std::string& key, const std::string& to,
                       std::int64_t time_ms) {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto find, database_.prepare("SELECT state FROM sent_mail WHERE digest = ?"));
  OUTPOST_CHECK(find.bind_all(std::string_view(digest)));
  OUTPOST_TRY(const bool found, find.step());
  if (found) {
    const bool was_sent = find.text(0) == "sent";
    return fail(was_sent ? ErrorCode::kConflict : ErrorCode::kIo,
                was_sent ? "it was sent before"
                         : "it was being sent when the work was cut off, and whether it went out "
                           "is not known",
                "look into the folder of sent mail");
  }
  OUTPOST_TRY(auto insert,
              database_.prepare("INSERT INTO sent_mail VALUES (?, ?, ?, ?, 'sending')"));
  OUTPOST_CHECK(
      insert.run(std::string_view(digest), std::string_view(key), std::string_view(to), time_ms));
  return transaction.commit();
}

Status SentBook::end(const std::string& digest, bool was_sent) {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto change,
              database_.prepare(was_sent ? "UPDATE sent_mail SET state = 'sent' WHERE digest = ?"
                                         : "DELETE FROM sent_mail WHERE digest = ?"));
  return change.run(std::string_view(digest));
}

} // namespace outpost::agents
