#include "http/outlet.h"

#include <utility>

namespace outpost::http {

std::string_view to_string(CutCause cause) {
  switch (cause) {
  case CutCause::kNone: return "none";
  case CutCause::kClientGone: return "client_gone";
  case CutCause::kSlowReader: return "slow_reader";
  case CutCause::kDeadline: return "deadline";
  case CutCause::kStopping: break;
  }
  return "stopping";
}

CutCause Outlet::cause() const {
  const std::lock_guard lock(mutex_);
  return cause_;
}

void Outlet::wake() {
  if (wake_) wake_();
}

bool Outlet::respond(Response response) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kSilent && state_ != State::kAnnounced) return false;
  Framing framing = settings_.framing;
  framing.body_bytes = response.body.size();
  pending_ += head_bytes(response, framing);
  if (!settings_.is_head_only && response.status != 204) pending_ += response.body;
  state_ = State::kEnded;
  wake();
  return true;
}

void Outlet::announce(Response head, std::string keep_alive) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kSilent) return;
  head_ = std::move(head);
  keep_alive_ = std::move(keep_alive);
  state_ = State::kAnnounced;
}

void Outlet::begin_stream() {
  Framing framing = settings_.framing;
  framing.body_bytes.reset();
  framing.closes = framing.closes || framing.is_http_1_0;
  pending_ += head_bytes(*head_, framing);
  state_ = State::kStreaming;
}

void Outlet::append_chunk(std::string_view piece) {
  if (state_ == State::kAnnounced) begin_stream();
  if (piece.empty() || settings_.is_head_only) return;
  if (settings_.framing.is_http_1_0) {
    pending_ += piece;
  } else {
    pending_ += chunk_bytes(piece);
  }
}

bool Outlet::write(std::string_view piece) {
  std::unique_lock lock(mutex_);
  if (state_ != State::kAnnounced && state_ != State::kStreaming) return false;
  const auto has_room = [this] { return is_closed_ || pending_.size() < settings_.pending_bytes; };
  if (!room_.wait_for(lock, settings_.slow_reader_time, has_room)) {
    cause_ = CutCause::kSlowReader;
    is_closed_ = is_cut_ = true;
    state_ = State::kEnded;
    pending_.clear();
    cancel_.cancel();
    wake();
    return false;
  }
  if (is_closed_) return false;
  const bool was_empty = pending_.empty();
  append_chunk(piece);
  if (was_empty) wake();
  return true;
}

void Outlet::end() {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kAnnounced && state_ != State::kStreaming) return;
  append_chunk({});
  if (!settings_.framing.is_http_1_0 && !settings_.is_head_only) pending_ += kLastChunk;
  state_ = State::kEnded;
  wake();
}

void Outlet::abandon() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kEnded) return;
  is_cut_ = true;
  state_ = State::kEnded;
  wake();
}

void Outlet::set_deadline(std::chrono::nanoseconds at) {
  const std::lock_guard lock(mutex_);
  deadline_ = at;
  wake();
}

Outlet::Taken Outlet::take() {
  const std::lock_guard lock(mutex_);
  Taken taken;
  taken.bytes = std::exchange(pending_, {});
  taken.is_last = state_ == State::kEnded;
  taken.must_close = is_cut_ || settings_.framing.closes ||
                     (settings_.framing.is_http_1_0 && head_ && taken.is_last);
  room_.notify_all();
  return taken;
}

std::optional<std::chrono::nanoseconds> Outlet::deadline() const {
  const std::lock_guard lock(mutex_);
  return deadline_;
}

void Outlet::keep_alive() {
  const std::lock_guard lock(mutex_);
  if (keep_alive_.empty() || !pending_.empty()) return;
  if (state_ == State::kAnnounced || state_ == State::kStreaming) append_chunk(keep_alive_);
}

void Outlet::cut(CutCause cause) {
  const std::lock_guard lock(mutex_);
  if (cause_ == CutCause::kNone) cause_ = cause;
  cancel_.cancel();
}

void Outlet::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  is_closed_ = true;
  pending_.clear();
  room_.notify_all();
}

} // namespace outpost::http
