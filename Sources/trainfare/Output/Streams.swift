import Quantities
import Reporting
import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What people are told: on standard error, never among the data.
enum Messages {
  static func show(_ diagnostics: [Diagnostic]) {
    if !diagnostics.isEmpty { show(Diagnostics(diagnostics).rendered) }
  }

  /// Nothing can be done where even this cannot be written.
  static func show(_ text: String) {
    _ = Descriptor.write(text.printableLines + (text.hasSuffix("\n") ? "" : "\n"), to: 2)
  }
}

enum StandardOutput {
  /// A reader that has seen enough, as `head` has, is no error.
  static func write(_ text: String) throws(Stop) { _ = try writeToReader(text) }

  /// False when nobody reads any more.
  static func writeToReader(_ text: String) throws(Stop) -> Bool {
    let code = Descriptor.write(text, to: 1)
    if code == 0 || code == EPIPE { return code == 0 }
    throw .file(
      Diagnostic(
        .error, "cannot write to standard output: \(Descriptor.reason(code))",
        help: "results go to a file with -o FILE"))
  }

  static var isTerminal: Bool { isatty(1) == 1 }

  /// Columns of the terminal, nil where there is none.
  static var width: Int? {
    guard isTerminal else { return nil }
    if let columns = Environment["COLUMNS"].flatMap({ Int($0) }), columns >= 20 { return columns }
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return nil }
    return Int(size.ws_col)
  }
}

enum Descriptor {
  /// Writes everything; 0, or the error that stopped it.
  static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { write($0, to: descriptor) }
  }

  private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafeWrite(descriptor, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest)))
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Somebody made the other end non-blocking: wait until it takes more.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Writes all that there is to read; 0, or the error that stopped it.
  static func copy(from source: Int32, to descriptor: Int32) -> Int32 {
    read(source) { write($0, to: descriptor) }
  }

  /// Hands over all that there is to read, piece by piece; 0, or the error that stopped it or that `take` gave.
  static func read(_ source: Int32, _ take: (UnsafeBufferPointer<UInt8>) -> Int32) -> Int32 {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { unsafeRead(source, $0) }
      if count == 0 { return 0 }
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      let code = chunk.withUnsafeBufferPointer { take(UnsafeBufferPointer(rebasing: $0[..<count])) }
      if code != 0 { return code }
    }
  }

  private static func unsafeRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.read(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func unsafeWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  static func reason(_ code: Int32) -> String {
    switch code {
    case ENOSPC: "there is no space left"
    case EACCES, EPERM: "there is no permission"
    case EROFS: "it is read-only"
    case EFBIG: "it would be larger than a file may be here"
    case EDQUOT: "the quota is used up"
    case EISDIR: "it is a folder"
    case ENOTDIR: "a part of the path is a file, not a folder"
    case ENAMETOOLONG: "the path is too long"
    case ENOENT: "there is no such folder"
    case EBADF: "it is closed"
    default: String(cString: strerror(code))
    }
  }
}

enum Environment {
  static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
