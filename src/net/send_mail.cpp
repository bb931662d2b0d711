#include "net/send_mail.h"

#include <algorithm>
#include <cstring>

#include "net/mail_handle.h"

namespace outpost::net {
namespace {

// `rest_pointer`: what has not been handed over yet.
std::size_t on_read(char* into, std::size_t size, std::size_t count, void* rest_pointer) {
  std::string_view& rest = *static_cast<std::string_view*>(rest_pointer);
  const std::size_t taken = std::min(size * count, rest.size());
  std::memcpy(into, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

// Nothing in it ends a command of SMTP or its address, or names a second server.
bool is_sound_address(std::string_view address) {
  return address.size() <= 254 && std::count(address.begin(), address.end(), '@') == 1 &&
         std::all_of(address.begin(), address.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
}

} // namespace

Status send_mail(const MailServer& server, const MailEnvelope& envelope, std::string_view message,
                 const CancelToken& cancel) {
  const bool is_sound = is_sound_address(envelope.from) && !envelope.to.empty() &&
                        std::all_of(envelope.to.begin(), envelope.to.end(), is_sound_address);
  if (!is_sound) {
    return fail(ErrorCode::kInvalidArgument, "an address of the message cannot be written to");
  }
  OUTPOST_TRY(const auto handle, MailHandle::make(server, cancel));
  CURL* easy = handle->get();
  curl_slist* list = nullptr;
  for (const std::string& address : envelope.to) {
    curl_slist* longer = curl_slist_append(list, ("<" + address + ">").c_str());
    if (longer == nullptr) break;
    list = longer;
  }
  const std::unique_ptr<curl_slist, CurlListDelete> recipients(list);
  std::string_view rest = message;
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, ("<" + envelope.from + ">").c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, &rest);
  const CURLcode code = curl_easy_perform(easy);
  if (code == CURLE_OK) return {};
  Error error = handle->error(code);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  const bool was_refused = status >= 400 && status <= 599;
  // A server takes no message without its end (RFC 5321, 4.1.1.4), and says no in so many words.
  const bool may_be_taken = rest.empty() && !was_refused;
  if (may_be_taken) return fail(std::move(error));
  if (error.code != ErrorCode::kPermissionDenied) error.code = ErrorCode::kInvalidArgument;
  error.message = "it was not sent: " + error.message;
  return fail(std::move(error));
}

} // namespace outpost::net
