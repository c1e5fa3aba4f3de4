import Calibration

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What this process owes the rest of the system.
enum Process {
  static func prepare() {
    // A descriptor that came closed would be given to the next file opened, and receive what is meant for people.
    // Opened for the wrong direction, it still fails as a closed one should.
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
    Unfinished.prepare()
    LinearAlgebra.keepToCaller()
    // Writing to a pipe that nobody reads, or beyond the size a file may have, is an error to look at, not a death.
    for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM] {
      let before = signal(number, interrupted)
      // A job put in the background by a shell must go on ignoring Ctrl-C.
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        _ = signal(number, SIG_IGN)
      }
    }
    // Whoever asks Swift for backtraces gets those instead.
    guard Environment["SWIFT_BACKTRACE"] == nil else { return }
    // Memory that is not to be had ends in SIGABRT.
    for number in [SIGILL, SIGTRAP, SIGFPE, SIGSEGV, SIGBUS, SIGABRT] { _ = signal(number, crashed) }
  }

  /// EX_SOFTWARE: a bug of ours.
  static let bug: Int32 = 70

  static func end(_ status: Int32) -> Never {
    Unfinished.remove()
    exit(status)
  }

  /// The place of an argument that is no UTF-8: Swift would mend it, and another file would be read or written.
  static var unreadableArgument: Int? {
    (1..<max(1, Int(CommandLine.argc))).first { index in
      guard let text = CommandLine.unsafeArgv[index] else { return false }
      return String(validatingCString: text) == nil
    }
  }

  /// The folder of `/proc` knows a program started through a path or a link; elsewhere its first argument must do.
  static var executable: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    guard count > 0 else { return CommandLine.arguments.first ?? "trainfare" }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }
}

/// Runs on a signal: only what POSIX allows there. 128 + the signal's number is what shells report.
private func interrupted(_ number: Int32) {
  Unfinished.remove()
  _exit(128 + number)
}

/// A precondition of ours that did not hold; Swift has said which before it stops here.
private func crashed(_ number: Int32) {
  Unfinished.remove()
  let words: StaticString = """
    trainfare had to stop: it has a bug, too little memory, or OPENBLAS_CORETYPE names kernels of another processor

    """
  _ = write(2, words.utf8Start, words.utf8CodeUnitCount)
  _exit(Process.bug)
}
