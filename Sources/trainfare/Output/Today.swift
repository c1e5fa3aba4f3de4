import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The day it is, in UTC, as files write it.
enum Today {
  /// The day as it goes into a file, which must be readable again.
  static func forFiles() throws(Stop) -> String {
    guard FileDate.isValid(date) else {
      throw Stop(
        status: 2,
        diagnostics: [
          Diagnostic(
            .error, "the clock of this machine says \(date)", help: "set it: the day is written into the files")
        ])
    }
    return date
  }

  static var date: String {
    var now = time(nil), parts = tm()
    gmtime_r(&now, &parts)
    func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
