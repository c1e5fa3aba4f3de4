#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A command that has something to show when it is stopped asks for the first Ctrl-C; a second one ends it at once.
enum Interruption {
  // Written by a signal handler, which may do no more than this.
  nonisolated(unsafe) fileprivate static let flag: UnsafeMutablePointer<sig_atomic_t> = {
    let flag = UnsafeMutablePointer<sig_atomic_t>.allocate(capacity: 1)
    flag.initialize(to: 0)
    return flag
  }()

  static var requested: Bool { flag.pointee != 0 }

  static func catchFirst() {
    _ = flag
    let before = signal(SIGINT, noted)
    // A job put in the background by a shell must go on ignoring Ctrl-C.
    if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
      _ = signal(SIGINT, SIG_IGN)
    }
  }
}

private func noted(_ number: Int32) {
  if Interruption.requested {
    Unfinished.remove()
    _exit(128 + number)
  }
  Interruption.flag.pointee = 1
}
