#include "http/connection.h"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

#include "http/await.h"

namespace outpost::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10; // written at once
constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::chrono::milliseconds kLingerTime{2'000};
constexpr std::size_t kLingerBytes = std::size_t{4} << 20;
// Of a request that is turned away: less than this is read and dropped, so that its connection can
// go on; the rest of a longer one is not worth waiting for.
constexpr std::uint64_t kDroppedBodyBytes = std::uint64_t{64} << 10;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// The status line that `bytes` begin with.
int status_of(std::string_view bytes) {
  constexpr std::size_t kAt = std::string_view("HTTP/1.1 ").size();
  if (bytes.size() < kAt + 3) return 0;
  return (bytes[kAt] - '0') * 100 + (bytes[kAt + 1] - '0') * 10 + (bytes[kAt + 2] - '0');
}

template <class Parser>
bool is_worth_dropping(const Parser& parser) {
  const auto length = parser.content_length();
  const bool is_asked_for =
      parser.get().find(beast::http::field::expect) != parser.get().end(); // the client waits
  return parser.is_done() || (length && *length <= kDroppedBodyBytes && !is_asked_for);
}

} // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<ConnectionContext> context,
                       ConnectionKind kind)
    : stream_(std::move(socket), context->tls), buffer_(kReadBytes), news_(stream_.get_executor()),
      context_(std::move(context)), kind_(kind),
      place_(context_->open.insert(context_->open.end(), this)) {
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  context_->connection_count.store(context_->open.size(), std::memory_order_relaxed);
}

Connection::~Connection() {
  context_->open.erase(place_);
  context_->connection_count.store(context_->open.size(), std::memory_order_relaxed);
  context_->body_bytes -= reserved_body_;
  if (outlet_) {
    outlet_->cut(CutCause::kClientGone);
    outlet_->close();
  }
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  stream_.expires_after(context_->settings.limits.header_time);
  bool goes_on = co_await stream_.shake_hands();
  while (goes_on) goes_on = co_await serve_one();
  co_await stream_.say_goodbye();
  close();
}

void Connection::drain(bool spares_new) {
  beast::error_code ignored;
  const bool has_sent = buffer_.size() > 0 || stream_.socket().available(ignored) > 0;
  const bool is_spared = spares_new && !has_served_;
  if (!is_answering() && !has_sent && !is_spared) close();
}

void Connection::cut(CutCause cause) {
  if (outlet_) outlet_->cut(cause);
}

void Connection::close() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
  news_.cancel();
}

asio::awaitable<bool> Connection::serve_one() {
  if (!co_await wait_for_request()) co_return false;
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(context_->settings.limits.header_bytes));
  parser.body_limit(context_->settings.limits.body_bytes);
  Request request;
  request.id = fmt::format("{:012x}{:06x}", context_->id_seed & 0xffffffffffff,
                           ++context_->request_count & 0xffffff);
  route_ = nullptr;
  std::optional<Refusal> refusal = co_await read_head(parser);
  request.arrived = context_->clock.monotonic();
  if (!refusal) refusal = take_head(parser, request);
  std::optional<Response> turned_away;
  if (!refusal && route_->admit) turned_away = route_->admit(request);
  const bool takes_body = !turned_away || is_worth_dropping(parser);
  if (!refusal && takes_body) refusal = co_await read_body(parser);
  bool goes_on = false;
  if (refusal) {
    co_await refuse(request, std::move(*refusal));
  } else if (turned_away) {
    goes_on = co_await turn_away(request, *turned_away, parser);
  } else {
    request.body = std::move(parser.get().body());
    goes_on = co_await answer(std::move(request), parser);
  }
  context_->body_bytes -= reserved_body_;
  reserved_body_ = 0;
  has_served_ = true;
  co_return goes_on && !context_->is_draining;
}

// The time between requests is another than that of a request's head, so the first byte is waited
// for alone.
asio::awaitable<bool> Connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  const Limits& limits = context_->settings.limits;
  stream_.expires_after(kind_ == ConnectionKind::kSpare ? limits.spare_time : limits.idle_time);
  const auto [error, count] =
      co_await stream_.async_read_some(buffer_.prepare(std::size_t{4} << 10), kAwait);
  if (error) co_return false;
  buffer_.commit(count);
  co_return true;
}

asio::awaitable<std::optional<Connection::Refusal>> Connection::read_head(Parser& parser) {
  const Limits& limits = context_->settings.limits;
  stream_.expires_after(kind_ == ConnectionKind::kSpare ? limits.spare_time : limits.header_time);
  const auto [error, count] =
      co_await beast::http::async_read_header(stream_, buffer_, parser, kAwait);
  if (!error) co_return std::nullopt;
  if (error == beast::error::timeout) co_return Refusal{}; // the stream has closed itself
  if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow) {
    co_return Refusal{
        431, fmt::format("the header fields are longer than {} bytes", limits.header_bytes), {}};
  }
  if (error == beast::http::error::body_limit) {
    co_return Refusal{
        413,
        fmt::format("the body is longer than {} bytes", context_->settings.limits.body_bytes),
        {}};
  }
  co_return Refusal{400, "this is not an HTTP/1.1 request: " + error.message(), {}};
}

std::optional<Connection::Refusal> Connection::take_head(const Parser& parser, Request& request) {
  const auto& head = parser.get();
  request.method = std::string(view(head.method_string()));
  for (const auto& field : head) {
    request.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
  }
  auto target = parse_target(view(head.target()));
  if (!target) return Refusal{400, target.error().message, {}};
  request.target = *std::move(target);
  // Two ways to tell a body's end are how requests are smuggled past a proxy (RFC 9112, 6.1).
  if (request.headers.count("Transfer-Encoding") + request.headers.count("Content-Length") > 1) {
    return Refusal{400, "a request has one Content-Length or one Transfer-Encoding", {}};
  }
  if (auto why = outpost::http::refusal(context_->settings.guard, request.headers)) {
    return Refusal{403, *why, {}};
  }
  return find_route(request);
}

std::optional<Connection::Refusal> Connection::find_route(Request& request) {
  const GuardRules& guard = context_->settings.guard;
  if (request.method == "OPTIONS") {
    Refusal answer{204, "", {}};
    add_cors_fields(guard, request.headers, answer.headers);
    return answer;
  }
  Match match = context_->router.match(request.method, request.target.segments);
  route_ = match.route;
  const bool is_open = route_ != nullptr && route_->is_open;
  if (kind_ == ConnectionKind::kSpare && !is_open) {
    Refusal full{503, "too many connections are open; close some, or try again later", {}};
    full.headers.add("Retry-After", "1");
    return full;
  }
  request.principal = "local";
  if (!is_open && context_->settings.authenticate) {
    const auto key = presented_key(request.headers);
    auto caller = context_->settings.authenticate(key.value_or(std::string_view()));
    if (!caller) {
      Refusal answer{401, key ? "this key is not known here" : "a key is needed", {}};
      answer.headers.add("WWW-Authenticate", "Bearer");
      return answer;
    }
    if (route_ != nullptr && !caller->may(route_->right)) {
      return Refusal{403, "the role of this key does not allow this", {}};
    }
    request.principal = std::move(caller->principal);
  }
  if (route_ == nullptr && !match.allowed.empty()) {
    Refusal answer{405, request.method + " is not possible here; there is " + match.allowed, {}};
    answer.headers.add("Allow", match.allowed);
    return answer;
  }
  if (route_ == nullptr) return Refusal{404, "there is nothing at this path", {}};
  request.parameters = std::move(match.parameters);
  return std::nullopt;
}

std::optional<Connection::Refusal> Connection::reserve_body(const Parser& parser) {
  const Limits& limits = context_->settings.limits;
  const auto length = parser.content_length();
  // A body in chunks may become as long as allowed.
  const std::size_t bytes = length             ? static_cast<std::size_t>(*length)
                            : parser.chunked() ? limits.body_bytes
                                               : 0;
  if (context_->body_bytes + bytes > limits.body_bytes_total) {
    Refusal busy{503, "the requests at hand hold all memory that there is for bodies", {}};
    busy.headers.add("Retry-After", "1");
    return busy;
  }
  reserved_body_ = bytes;
  context_->body_bytes += bytes;
  return std::nullopt;
}

asio::awaitable<std::optional<Connection::Refusal>> Connection::read_body(Parser& parser) {
  if (parser.is_done()) co_return std::nullopt;
  if (auto refusal = reserve_body(parser)) co_return refusal;
  const auto expect = parser.get().find(beast::http::field::expect);
  if (expect != parser.get().end()) {
    if (!equal_ignoring_case(view(expect->value()), "100-continue")) {
      co_return Refusal{417, "only 100-continue can be expected", {}};
    }
    if (!co_await send("HTTP/1.1 100 Continue\r\n\r\n")) co_return Refusal{};
  }
  stream_.expires_after(context_->settings.limits.body_time);
  const auto [error, count] = co_await beast::http::async_read(stream_, buffer_, parser, kAwait);
  if (!error) co_return std::nullopt;
  if (error == beast::error::timeout) co_return Refusal{};
  if (error == beast::http::error::body_limit) {
    co_return Refusal{
        413,
        fmt::format("the body is longer than {} bytes", context_->settings.limits.body_bytes),
        {}};
  }
  co_return Refusal{400, "the body is not what its fields say: " + error.message(), {}};
}

Framing Connection::framing(const Request& request, const Parser& parser) const {
  Framing framing;
  framing.is_http_1_0 = parser.get().version() == 10;
  framing.closes = !parser.keep_alive() || context_->is_draining || kind_ == ConnectionKind::kSpare;
  framing.request_id = request.id;
  framing.now_ms = context_->clock.wall_ms();
  return framing;
}

asio::awaitable<void> Connection::refuse(const Request& request, Refusal refusal) {
  if (refusal.status != 0) {
    Response response =
        refusal.status == 204
            ? Response{204, "", {}, ""}
            : context_->router.error(request.target.segments, refusal.status, refusal.message);
    for (const auto& [name, value] : refusal.headers.fields()) response.headers.add(name, value);
    Framing framing;
    framing.closes = true;
    framing.request_id = request.id;
    framing.now_ms = context_->clock.wall_ms();
    co_await send_refusal(request, response, framing, true);
  }
  report(request, refusal.status, CutCause::kNone);
}

// Costs a fraction of an answer: no handler, no thread, and mostly no new connection.
asio::awaitable<bool> Connection::turn_away(const Request& request, const Response& response,
                                            const Parser& parser) {
  Framing framing = this->framing(request, parser);
  framing.closes = framing.closes || !parser.is_done();
  const bool is_sent = co_await send_refusal(request, response, framing, !parser.is_done());
  report(request, response.status, CutCause::kNone);
  co_return is_sent && !framing.closes;
}

asio::awaitable<bool> Connection::send_refusal(const Request& request, const Response& response,
                                               Framing framing, bool lingers) {
  framing.body_bytes = response.body.size();
  const std::string_view body = request.method == "HEAD" ? std::string_view() : response.body;
  const std::string bytes = head_bytes(response, framing).append(body);
  const bool is_sent = co_await send(bytes);
  if (is_sent && lingers) co_await linger();
  co_return is_sent;
}

// Closing with bytes unread makes the kernel send a reset, which can overtake the answer: what the
// client still sends is taken and dropped for a moment.
asio::awaitable<void> Connection::linger() {
  if (stream_.is_tls()) co_return; // whose goodbye waits for the client's
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLingerTime);
  std::array<char, 4096> dropped;
  for (std::size_t total = 0; total < kLingerBytes;) {
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(dropped), kAwait);
    if (error) co_return;
    total += count;
  }
}

void Connection::start_handler(std::unique_ptr<Exchange> exchange) {
  const Route* route = route_;
  if (route->is_quick) return route->handler(std::move(exchange));
  // Shared only because std::function must be copyable.
  auto holder = std::make_shared<std::unique_ptr<Exchange>>(std::move(exchange));
  context_->handlers.submit([route, holder] { route->handler(std::move(*holder)); });
}

asio::awaitable<bool> Connection::answer(Request request, const Parser& parser) {
  const Limits& limits = context_->settings.limits;
  const Outlet::Settings settings{limits.pending_bytes, limits.slow_reader_time,
                                  framing(request, parser), request.method == "HEAD"};
  // Posted, so that it runs when this coroutine sleeps; a connection that is gone is not woken.
  const std::weak_ptr<Connection> weak = weak_from_this();
  const auto executor = stream_.get_executor();
  outlet_ = std::make_shared<Outlet>(settings, [weak, executor] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->news_.cancel();
    });
  });
  outlet_->set_deadline(request.arrived + limits.answer_time);
  Request known; // what the record needs, after the handler has taken the request
  known.id = request.id;
  known.method = request.method;
  known.principal = request.principal;
  known.arrived = request.arrived;
  is_watched_ = true;
  asio::co_spawn(stream_.get_executor(), watch_client(outlet_), asio::detached);
  start_handler(std::make_unique<Exchange>(std::move(request), outlet_));
  const bool goes_on = co_await send_answer();
  outlet_->close();
  const CutCause cause = outlet_->cause();
  outlet_.reset();
  co_await stop_watching();
  report(known, last_status_, cause);
  co_return goes_on;
}

// Sends what the handler makes until its end. False when the connection must close.
asio::awaitable<bool> Connection::send_answer() {
  last_status_ = 0;
  while (true) {
    const Outlet::Taken taken = outlet_->take();
    if (last_status_ == 0) last_status_ = status_of(taken.bytes);
    if (!taken.bytes.empty() && !co_await send(taken.bytes)) {
      outlet_->cut(CutCause::kClientGone);
      co_return false;
    }
    if (taken.is_last) co_return !taken.must_close;
    if (taken.bytes.empty()) co_await wait_for_news();
  }
}

asio::awaitable<void> Connection::wait_for_news() {
  const auto now = context_->clock.monotonic();
  const auto keep_alive_at = now + context_->settings.limits.keep_alive_time;
  const auto deadline = outlet_->cause() == CutCause::kNone ? outlet_->deadline() : std::nullopt;
  news_.expires_after(std::min(keep_alive_at, deadline.value_or(keep_alive_at)) - now);
  const auto [error] = co_await news_.async_wait(kAwait);
  if (error || !outlet_) co_return; // woken
  if (deadline && context_->clock.monotonic() >= *deadline) {
    outlet_->cut(CutCause::kDeadline);
  } else {
    outlet_->keep_alive();
  }
}

asio::awaitable<bool> Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    stream_.expires_after(context_->settings.limits.write_time);
    const auto [error, count] =
        co_await asio::async_write(stream_, asio::buffer(piece.data(), piece.size()), kAwait);
    if (error) co_return false;
    bytes.remove_prefix(count);
  }
  co_return true;
}

// While an answer is made, a client that closes its side has most likely left: its work is not
// worth going on with. What its handler has to say is still sent, for the few that close only one
// direction. One that has sent its next request already is believed to be there.
asio::awaitable<void> Connection::watch_client(std::shared_ptr<Outlet> outlet) {
  const auto self = shared_from_this();
  if (co_await has_left()) {
    outlet->cut(CutCause::kClientGone);
    news_.cancel();
  }
  is_watched_ = false;
}

// Waits until the client says something or leaves, or the wait is cancelled.
asio::awaitable<bool> Connection::has_left() {
  if (stream_.is_tls()) {
    // Its goodbye is a message like others: only reading tells them apart. What it sends ahead is
    // kept for the next request.
    stream_.expires_never();
    const auto [error, count] = co_await stream_.async_read_some(buffer_.prepare(4096), kAwait);
    buffer_.commit(count);
    co_return error&& error != asio::error::operation_aborted;
  }
  const auto [error] =
      co_await stream_.socket().async_wait(asio::ip::tcp::socket::wait_read, kAwait);
  if (error == asio::error::operation_aborted) co_return false;
  char byte = 0;
  const auto count = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  co_return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

// The next request must find the stream and the buffer to itself.
asio::awaitable<void> Connection::stop_watching() {
  while (is_watched_) {
    beast::error_code ignored;
    stream_.socket().cancel(ignored);
    co_await asio::post(stream_.get_executor(), kAwait);
  }
}

void Connection::report(const Request& request, int status, CutCause cut) {
  if (!context_->settings.on_request) return;
  RequestRecord record;
  record.id = request.id;
  record.method = request.method;
  record.path = route_ != nullptr ? route_->pattern : "";
  record.principal = request.principal;
  record.status = status;
  record.duration = context_->clock.monotonic() - request.arrived;
  record.cut = cut;
  context_->settings.on_request(record);
}

} // namespace outpost::http
