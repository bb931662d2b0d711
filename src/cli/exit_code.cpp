#include "cli/exit_code.h"

namespace outpost::cli {

int exit_code(ErrorCode code) {
  switch (code) {
  case ErrorCode::kInvalidArgument: return kExitUsage;
  case ErrorCode::kNotFound: return 3;
  case ErrorCode::kCorruptData: return 4;
  case ErrorCode::kUnsupported: return 5;
  case ErrorCode::kLimitExceeded: return 6;
  case ErrorCode::kResourceExhausted: return 7;
  case ErrorCode::kUnavailable: return 8;
  case ErrorCode::kTimeout: return 9;
  case ErrorCode::kPermissionDenied: return 10;
  case ErrorCode::kConflict: return 11;
  case ErrorCode::kIo: return 12;
  case ErrorCode::kInternal: return 70;   // EX_SOFTWARE of sysexits.h
  case ErrorCode::kCancelled: return 130; // as a shell reports Ctrl-C
  }
  return 70;
}

const char* exit_code_help() {
  return "Exit codes:\n"
         "  0    done\n"
         "  2    the command line or the input is wrong\n"
         "  3    a named thing does not exist\n"
         "  4    a file or an answer is damaged\n"
         "  5    well formed, but not supported\n"
         "  6    beyond a limit (context, size, budget)\n"
         "  7    memory or disk is used up\n"
         "  8    no network, or the other side is not there\n"
         "  9    a deadline passed\n"
         "  10   not permitted\n"
         "  11   somebody else holds or changed it\n"
         "  12   reading or writing failed\n"
         "  70   a bug of Outpost\n"
         "  130  cancelled (Ctrl-C)\n";
}

} // namespace outpost::cli
