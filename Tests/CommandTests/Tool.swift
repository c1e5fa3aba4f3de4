import Foundation
import TestSupport
import Testing

/// The built program, run as a user's shell would run it.
enum Tool {
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Beside the test bundle, whatever the scratch folder and configuration are; or the one that TRAINFARE_TOOL names, as CI does
  /// with the one that is shipped.
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["TRAINFARE_TOOL"], !named.isEmpty {
      return named.hasPrefix("/") ? named : repository + "/" + named
    }
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let candidates = [beside, Bundle.main.bundleURL].map { $0.appendingPathComponent("trainfare").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
  }()

  struct Result {
    var out: String
    var err: String
    var status: Int32
  }

  /// Where the two streams of a run go instead of being caught.
  enum Stream {
    case caught
    case file(String)
    /// Nobody will ever read it.
    case closedPipe
    case closed
  }

  static func run(
    _ arguments: String..., environment: [String: String] = [:], out: Stream = .caught,
    in folder: String? = nil
  ) throws -> Result {
    let running = try start(arguments, environment: environment, out: out, in: folder)
    return try running.finish()
  }

  static func start(
    _ arguments: [String], environment: [String: String] = [:], out: Stream = .caught,
    in folder: String? = nil
  ) throws -> Running {
    let scratch = try Scratch()
    let (outFile, errFile) = (scratch.path + "/out", scratch.path + "/err")
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let create = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    var ends: [Int32] = []
    switch out {
    case .caught: posix_spawn_file_actions_addopen(&actions, 1, outFile, create, 0o600)
    case .file(let path): posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY, 0)
    case .closed: posix_spawn_file_actions_addclose(&actions, 1)
    case .closedPipe:
      ends = [0, 0]
      #expect(pipe(&ends) == 0)
      close(ends[0])
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    }
    posix_spawn_file_actions_addopen(&actions, 2, errFile, create, 0o600)

    // Whoever runs the tests may ignore Ctrl-C; the program must start as from a terminal.
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // Test threads block signals, and a child inherits that.
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    let variables = Shell.environment.merging(environment) { _, new in new }
    var child: pid_t = 0
    // The shell only changes folder: the program takes its place.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder ?? repository, path]
    let code = withCStrings(shell + arguments) { arguments in
      withCStrings(variables.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, variables)
      }
    }
    if ends.count == 2 { close(ends[1]) }
    try #require(code == 0, "\(path) starts: \(code)")
    return Running(child: child, scratch: scratch)
  }

  private static func withCStrings<T>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }

  /// A program on its way.
  struct Running {
    let child: pid_t
    let scratch: Scratch

    func signal(_ number: Int32) { kill(child, number) }

    /// Until a sign of the program is there, or it has ended: how fast a machine is decides nothing.
    func wait(until sign: () -> Bool) {
      for _ in 0..<12_000 {
        if sign() || hasEnded { return }
        usleep(5_000)
      }
    }

    /// Until it has written these words on its error stream.
    func wait(untilSaid words: String) { wait { scratch.read("err").contains(words) } }

    /// Whether it is over; its status stays for `finish`.
    private var hasEnded: Bool {
      var info = siginfo_t()
      return waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    func finish() throws -> Result {
      var status: Int32 = 0
      // Nothing here takes seconds; what hangs must fail, not hang whoever runs the tests.
      for _ in 0..<6000 {
        let ended = waitpid(child, &status, WNOHANG)
        if ended == child { return result(status) }
        usleep(10_000)
      }
      kill(child, SIGKILL)
      waitpid(child, &status, 0)
      Issue.record("still running after a minute")
      return result(status)
    }

    private func result(_ status: Int32) -> Result {
      // WIFEXITED and WEXITSTATUS are macros; a death by signal is told as shells do.
      let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
      return Result(out: scratch.read("out"), err: scratch.read("err"), status: code)
    }
  }
}

/// A folder of one test, gone with it.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "trainfare-command-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func read(_ name: String) -> String {
    // As it is: Foundation's readers of texts take away a byte order mark.
    String(decoding: FileManager.default.contents(atPath: path + "/" + name) ?? Data(), as: UTF8.self)
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
    return path + "/" + name
  }

  /// What all its files have written.
  var bytes: Int {
    names.reduce(0) { sum, name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
      return sum + ((attributes?[.size] as? Int) ?? 0)
    }
  }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
