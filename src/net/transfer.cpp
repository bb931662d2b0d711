#include "net/transfer.h"

#include <algorithm>
#include <sys/socket.h>

#include "net/net_error.h"
#include "net/public_address.h"

namespace outpost::net {
namespace {

constexpr std::size_t kErrorTextBytes = 4096;
constexpr int kPollMs = 100; // how late a cancel may be noticed
constexpr long kReceiveBufferBytes = 256 << 10;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// The address is looked at where it is connected to, after every resolution: a name that turns into
// a private address later gains nothing.
curl_socket_t open_public_socket(void*, curlsocktype, curl_sockaddr* address) {
  if (!is_public_address(address->addr)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

} // namespace

Transfer::Transfer(const HttpRequest& request, const HttpOptions& options, BodySink& sink,
                   Clock& clock)
    : request_(request), options_(options), sink_(sink), clock_(clock), easy_(curl_easy_init()),
      error_buffer_(CURL_ERROR_SIZE, '\0'), response_{.url = request.url} {}

Status Transfer::add_header_fields() {
  HeaderList fields = request_.headers;
  if (request_.range_from > 0) {
    fields.emplace_back("Range", "bytes=" + std::to_string(request_.range_from) + "-");
    if (!request_.if_range.empty()) fields.emplace_back("If-Range", request_.if_range);
  }
  if (!request_.body.empty()) fields.emplace_back("Expect", ""); // no 100-continue round trip
  for (const auto& [name, value] : fields) {
    if (has_line_break(name) || has_line_break(value)) {
      return fail(ErrorCode::kInvalidArgument, "line break in the header field '" +
                                                   name.substr(0, name.find_first_of("\r\n")) +
                                                   "'");
    }
    const std::string line = value.empty() ? name + ":" : name + ": " + value;
    curl_slist* longer = curl_slist_append(fields_.get(), line.c_str());
    if (longer == nullptr) return fail(ErrorCode::kResourceExhausted, "no memory for a request");
    (void)fields_.release(); // `longer` begins with it
    fields_.reset(longer);
  }
  return {};
}

Status Transfer::configure() {
  if (!easy_) return fail(ErrorCode::kResourceExhausted, "no memory for a request");
  OUTPOST_CHECK(add_header_fields());
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.text().c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); // HttpClient::fetch does, by its own rules
  curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L); // no decompression bombs
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // a cancel does not wait for the name look-up
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request_.limits.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (options_.public_only) {
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_public_socket);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields_.get());
  if (request_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request_.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    // On a connection that was used before and dies without an answer, libcurl sends a request a
    // second time. What may change something goes on one of its own, where it does not.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_buffer_.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  return {};
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.failure_ = transfer.take_header({data, size * count});
  return transfer.failure_ ? size * count : CURL_WRITEFUNC_ERROR;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.failure_ = transfer.take_body(std::as_bytes(std::span(data, size * count)));
  const bool go_on = transfer.failure_.has_value() && !transfer.error_text_full_;
  return go_on ? size * count : CURL_WRITEFUNC_ERROR;
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (sent != transfer.sent_bytes_) transfer.last_activity_ = transfer.clock_.monotonic();
  transfer.sent_bytes_ = sent;
  return 0;
}

Status Transfer::take_header(std::string_view line) {
  last_activity_ = clock_.monotonic();
  header_bytes_ += line.size();
  if (header_bytes_ > request_.limits.header_bytes) {
    return fail(ErrorCode::kLimitExceeded, request_.url.shown() + " sent more than " +
                                               std::to_string(request_.limits.header_bytes) +
                                               " bytes of header fields");
  }
  if (line.starts_with("HTTP/")) {
    response_.headers.clear(); // an interim answer (1xx) came before
    return {};
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    response_.headers.add(std::string(trimmed(line.substr(0, colon))),
                          std::string(trimmed(line.substr(colon + 1))));
  }
  return {};
}

Status Transfer::begin_body() {
  began_ = true;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  if (status < 200 || status > 299) return {};
  const auto length = response_.headers.find_number("Content-Length");
  response_.total_bytes = length;
  if (status == 206) {
    const auto range = parse_content_range(response_.headers.find("Content-Range").value_or(""));
    if (request_.range_from == 0 || !range || range->first != request_.range_from ||
        (range->total && range->last + 1 != *range->total)) {
      return fail(ErrorCode::kCorruptData, request_.url.shown() +
                                               " answered with another range than bytes " +
                                               std::to_string(request_.range_from) + " to the end");
    }
    response_.first_byte = range->first;
    response_.total_bytes = range->total;
  }
  const std::uint64_t announced = length.value_or(0);
  if (request_.method != "HEAD" && announced > request_.limits.body_bytes) {
    return fail(ErrorCode::kLimitExceeded, request_.url.shown() + " announces " +
                                               std::to_string(announced) + " bytes; the limit is " +
                                               std::to_string(request_.limits.body_bytes));
  }
  return sink_.begin(response_);
}

Status Transfer::take_body(std::span<const std::byte> bytes) {
  last_activity_ = clock_.monotonic();
  if (!began_) OUTPOST_CHECK(begin_body());
  if (response_.status < 200 || response_.status > 299) {
    const std::size_t room = kErrorTextBytes - response_.error_text.size();
    const auto text = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    response_.error_text.append(text.substr(0, room));
    error_text_full_ = response_.error_text.size() == kErrorTextBytes;
    return {};
  }
  body_bytes_ += bytes.size();
  if (body_bytes_ > request_.limits.body_bytes) {
    return fail(ErrorCode::kLimitExceeded, request_.url.shown() + " sent more than the limit of " +
                                               std::to_string(request_.limits.body_bytes) +
                                               " bytes");
  }
  return sink_.write(bytes);
}

Result<CURLcode> Transfer::perform(CURLM* multi, const CancelToken& cancel) {
  last_activity_ = clock_.monotonic();
  for (;;) {
    int running = 0;
    if (const CURLMcode code = curl_multi_perform(multi, &running); code != CURLM_OK) {
      return fail(ErrorCode::kInternal, std::string("libcurl: ") + curl_multi_strerror(code));
    }
    if (running == 0) {
      int queued = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &queued)) {
        if (message->msg == CURLMSG_DONE) return message->data.result;
      }
      return fail(ErrorCode::kInternal, "libcurl ended a transfer without a result");
    }
    if (cancel.cancelled()) {
      return fail(ErrorCode::kCancelled,
                  "the request to " + request_.url.shown() + " was cancelled");
    }
    if (clock_.monotonic() - last_activity_ > request_.limits.idle_timeout) {
      return fail(ErrorCode::kTimeout, request_.url.shown() + " sent nothing for " +
                                           std::to_string(request_.limits.idle_timeout.count()) +
                                           " ms");
    }
    curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
  }
}

bool Transfer::was_sent() const {
  long head_and_body = 0;
  curl_off_t body = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &head_and_body);
  curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &body);
  return head_and_body > 0 && static_cast<std::uint64_t>(body) >= request_.body.size();
}

Status Transfer::finish(CURLcode code) {
  if (!failure_) return failure_;
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && error_text_full_)) {
    long os_error = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
    return fail(
        transfer_error(request_.url, code, static_cast<int>(os_error), error_buffer_.c_str()));
  }
  if (!began_) OUTPOST_CHECK(begin_body());
  return {};
}

Result<HttpResponse> Transfer::run(CURLM* multi, const CancelToken& cancel) {
  OUTPOST_CHECK(configure());
  if (const CURLMcode code = curl_multi_add_handle(multi, easy_.get()); code != CURLM_OK) {
    return fail(ErrorCode::kInternal, std::string("libcurl: ") + curl_multi_strerror(code));
  }
  const Result<CURLcode> code = perform(multi, cancel);
  const Status status = code ? finish(*code) : fail(code.error());
  if (!status && was_sent()) sink_.was_sent();
  curl_multi_remove_handle(multi, easy_.get());
  if (!status) return fail(status.error());
  return std::move(response_);
}

} // namespace outpost::net
