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

  /// The variable by which builds that are to be the same every day say which day it is
  /// (reproducible-builds.org/specs/source-date-epoch): seconds since 1970.
  static let variable = "SOURCE_DATE_EPOCH"

  /// What is wrong with the variable; nil where it is not set or says a time.
  static var problem: Stop? {
    guard let text = Environment[variable], moment(text) == nil else { return nil }
    return Stop.usage("\(variable)='\(text)' says no time", help: "seconds since 1970, such as 1795910400; or unset it")
  }

  private static func moment(_ text: String) -> time_t? {
    // Beyond the year 9999 a day has no ten letters.
    text.allSatisfy(\.isNumber) ? Int(text).flatMap { $0 < 253_402_300_800 ? time_t($0) : nil } : nil
  }

  static var date: String {
    var now = Environment[variable].flatMap(moment) ?? time(nil), parts = tm()
    gmtime_r(&now, &parts)
    func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
