// One answer on its way from the thread that makes it to the connection that sends it: bounded
// bytes in between, and the news of a client that has left going the other way.
//
// Both sides may be gone first: the handler's side is then told "nobody reads", the connection's
// side sends an internal error. Thread-safe.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "http/limits.h"
#include "http/response.h"

namespace outpost::http {

// Why an answer was cut short.
enum class CutCause { kNone, kClientGone, kSlowReader, kDeadline, kStopping };
std::string_view to_string(CutCause cause); // "client_gone"

class Outlet {
public:
  struct Settings {
    std::size_t pending_bytes;
    std::chrono::milliseconds slow_reader_time;
    Framing framing;   // of this request; body_bytes is set by respond()
    bool is_head_only; // a HEAD request
  };
  // `wake` tells the connection that there is something to do; called on any thread, under a lock.
  Outlet(const Settings& settings, std::function<void()> wake)
      : settings_(settings), wake_(std::move(wake)) {}

  // ---- the handler's side ----
  [[nodiscard]] CancelToken cancel() const { return cancel_.token(); }
  [[nodiscard]] CutCause cause() const;
  // The whole answer at once. False when one has begun.
  bool respond(Response response);
  // An answer in pieces: its head goes out with the first piece, or with the first keep-alive
  // (whose text is `keep_alive`; empty: none is sent). Until then respond() may still answer
  // otherwise.
  void announce(Response head, std::string keep_alive);
  // A piece of the announced answer. Waits for room; false when nobody reads any more.
  bool write(std::string_view piece);
  // Ends the announced answer.
  void end();
  // Ends it without the mark of an end, so that the client knows it is cut.
  void abandon();
  void set_deadline(std::chrono::nanoseconds at);

  // ---- the connection's side ----
  struct Taken {
    std::string bytes;
    bool is_last = false;
    bool must_close = false; // the end was cut, or only a closed connection tells it
  };
  [[nodiscard]] Taken take();
  [[nodiscard]] std::optional<std::chrono::nanoseconds> deadline() const;
  // Adds a keep-alive to an announced answer that has nothing pending.
  void keep_alive();
  // Sets the handler's token.
  void cut(CutCause cause);
  // From now on nobody takes: write() fails and `wake` is not called again.
  void close();

private:
  enum class State { kSilent, kAnnounced, kStreaming, kEnded };
  void begin_stream();
  void append_chunk(std::string_view piece);
  void wake();

  Settings settings_;
  CancelSource cancel_;
  mutable std::mutex mutex_;
  std::condition_variable room_; // pending_ has shrunk, or nobody reads any more
  // All below are guarded by mutex_.
  std::function<void()> wake_;
  State state_ = State::kSilent;
  std::string pending_;
  std::optional<Response> head_;
  std::string keep_alive_;
  CutCause cause_ = CutCause::kNone;
  bool is_closed_ = false; // nobody reads
  bool is_cut_ = false;    // the end is not the real one
  std::optional<std::chrono::nanoseconds> deadline_;
};

} // namespace outpost::http
