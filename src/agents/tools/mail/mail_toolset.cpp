#include "agents/tools/mail/mail_toolset.h"

#include <algorithm>

#include "agents/tools/mail/mail_desk.h"
#include "agents/tools/said_toolset.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kTextBytesMax = 4000; // of what a user wants written

Parameter named(std::string name, std::string description, const char* pattern,
                std::vector<std::string> cues, std::string ask) {
  Parameter made = words(std::move(name), std::move(description));
  made.kind.free_text = false;
  made.kind.pattern = pattern;
  made.kind.cues = std::move(cues);
  made.kind.ask = std::move(ask);
  return made;
}

Parameter message_parameter() {
  return named("message", "message number", R"(M-\d{1,10})", {"message", "mail", "e-mail", "email"},
               "Which message? Its number looks like M-101.");
}

Parameter folder_parameter(const EmailSection& use) {
  return one_of("folder", "mail folder", use.folders);
}

Parameter text_parameter() {
  Parameter text = words("text", "what it shall say");
  text.kind.max_length = kTextBytesMax;
  text.kind.ask = "What shall it say?";
  return text;
}

Tool reading_tool(EmailTool which, const EmailSection& use) {
  if (which == EmailTool::kList) {
    return {.name = "list_mail",
            .description = "Lists the newest messages of a mail folder",
            .examples = {"What is in the inbox?", "Show my mail", "Do I have new mail?",
                         "List the messages in " + use.folders.back()},
            .parameters = {optional(folder_parameter(use))}};
  }
  if (which == EmailTool::kSearch) {
    return {.name = "search_mail",
            .description = "Finds messages by words or by who wrote them",
            .examples = {"Find mail about the invoice", "Search my mail for trade fair",
                         "Is there a message from Rosa Feld?"},
            .parameters = {agents::words("words", "words to look for"),
                           optional(folder_parameter(use))}};
  }
  return {.name = "read_mail",
          .description = "Shows what a message says",
          .examples = {"Read message M-101", "What does M-105 say?", "Open mail M-12",
                       "What is M-7 about?"},
          .parameters = {message_parameter(), optional(folder_parameter(use))}};
}

Tool sorting_tool(EmailTool which, const EmailSection& use) {
  if (which == EmailTool::kFlag) {
    return {.name = "flag_mail",
            .description = "Flags a message of the inbox as important",
            .examples = {"Flag M-101", "Mark M-103 as important", "M-107 is urgent, flag it"},
            .parameters = {message_parameter()},
            .effect = Effect::kReversible};
  }
  return {.name = "file_mail",
          .description = "Moves a message of the inbox into another mail folder",
          .examples = {"Move M-101 to " + use.folders.back(),
                       "File M-102 under " + use.folders.back(),
                       "Put M-104 into " + use.folders.back()},
          .parameters = {message_parameter(), folder_parameter(use)},
          .effect = Effect::kReversible};
}

Tool writing_tool(EmailTool which) {
  if (which == EmailTool::kReply) {
    return {.name = "draft_reply",
            .description = "Drafts a reply to a message of the inbox; it is not sent",
            .examples = {"Draft a reply to M-103: please send it back",
                         "Answer M-105 that we will be there",
                         "Reply to M-101 that we accept the offer"},
            .parameters = {message_parameter(), text_parameter()},
            .effect = Effect::kReversible};
  }
  if (which == EmailTool::kDraft) {
    Parameter to = words("to", "e-mail address of the recipient");
    to.kind.free_text = false;
    to.kind.format = ValueFormat::kEmail;
    to.kind.ask = "To which address?";
    return {.name = "draft_mail",
            .description = "Drafts a new message to an address; it is not sent",
            .examples = {"Draft a mail to bea@example.com: the plan is ready",
                         "Write to jonas@example.com that the meeting is on Monday"},
            .parameters = {to, text_parameter()},
            .effect = Effect::kReversible};
  }
  return {.name = "send_draft",
          .description = "Sends a draft",
          .examples = {"Send D-123456789012", "Send the draft D-004711000815",
                       "D-123456789012 can go out"},
          .parameters = {named("draft", "draft number", R"(D-\d{12})", {"draft"},
                               "Which draft? Its number looks like D-123456789012.")},
          .effect = Effect::kIrreversible};
}

MailDesk::Work work_of(EmailTool which) {
  switch (which) {
  case EmailTool::kList: return &MailDesk::list;
  case EmailTool::kSearch: return &MailDesk::search;
  case EmailTool::kRead: return &MailDesk::read;
  case EmailTool::kFlag: return &MailDesk::flag;
  case EmailTool::kFile: return &MailDesk::file;
  case EmailTool::kReply: return &MailDesk::reply;
  case EmailTool::kDraft: return &MailDesk::draft;
  case EmailTool::kSend: return &MailDesk::send;
  }
  return &MailDesk::list;
}

Tool mail_tool(EmailTool which, const EmailSection& use) {
  if (which <= EmailTool::kRead) return reading_tool(which, use);
  if (which <= EmailTool::kFile) return sorting_tool(which, use);
  return writing_tool(which);
}

} // namespace

std::unique_ptr<Toolset> make_mail_toolset(EmailSection use, MailParts parts) {
  std::vector<EmailTool> wanted = use.tools;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  auto tools = std::make_unique<FunctionToolset>();
  const auto desk = std::make_shared<const MailDesk>(use, std::move(parts));
  for (const EmailTool which : wanted) {
    tools->add(mail_tool(which, use), [desk, work = work_of(which)](const Arguments& arguments,
                                                                    const CallContext& context) {
      return (*desk.*work)(arguments, context);
    });
  }
  return std::make_unique<SaidToolset>(std::move(tools));
}

} // namespace outpost::agents
