import Scenarios

/// Why a command ends before its result, and with which exit status.
struct Stop: Error {
  var status: Int32
  var diagnostics: [Diagnostic]

  /// An honest no: the result has said why.
  static let no = Stop(status: 1, diagnostics: [])

  /// Ctrl-C, after what was found so far was shown.
  static let interrupted = Stop(status: 130, diagnostics: [])

  /// Ctrl-C before a file was whole, so that it got no name.
  static func interrupted(before path: String?) -> Stop {
    Stop(
      status: 130,
      diagnostics: path.map {
        [
          Diagnostic(
            .error, "stopped before the end: '\($0)' is not written, since it would lack rows", at: Place(file: "-o"))
        ]
      } ?? [])
  }

  /// A file is wrong, or cannot be written.
  static func file(_ diagnostics: Diagnostics) -> Stop { Stop(status: 2, diagnostics: diagnostics.all) }
  static func file(_ diagnostic: Diagnostic) -> Stop { Stop(status: 2, diagnostics: [diagnostic]) }

  /// The command line is wrong (EX_USAGE).
  static func usage(_ diagnostics: [Diagnostic]) -> Stop { Stop(status: 64, diagnostics: diagnostics) }
  static func usage(_ message: String, help: String? = nil) -> Stop {
    usage([Diagnostic(.error, message, help: help)])
  }
}

/// Problems of several files, gathered so that all are told at once.
struct FileProblems {
  private(set) var found: [Diagnostic] = []

  mutating func attempt<T>(_ work: () throws(Diagnostics) -> T) -> T? {
    do {
      return try work()
    } catch {
      for one in error.all where !found.contains(one) { found.append(one) }
      return nil
    }
  }

  /// How a command ends that has met them; nil where it has met none.
  var stop: Stop? { found.isEmpty ? nil : .file(Diagnostics(found)) }

  func finish() throws(Stop) {
    if let stop { throw stop }
  }
}
