import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file for results: opened before work begins, written under another name beside its own, then renamed, so that
/// whoever looks at its own name sees the old content or the new, never a part.
struct OutputFile {
  private let path: String
  /// Where links lead: renaming onto a link would replace the link.
  private let target: String
  private let descriptor: Int32
  /// Nil for a device or a pipe, which is written straight.
  private let temporary: String?

  init(_ path: String) throws(Stop) {
    self.path = path
    guard !path.isEmpty, !path.utf8.contains(0) else { throw OutputFile.failed(path, "this is not a path") }
    target = OutputFile.resolved(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    if !exists, errno != ENOENT { throw OutputFile.failed(path, Descriptor.reason(errno)) }
    let type = status.st_mode & S_IFMT
    if exists, type == S_IFDIR {
      throw OutputFile.failed(path, Descriptor.reason(EISDIR), help: "name a file in it")
    }
    if path.hasSuffix("/") { throw OutputFile.failed(path, "the name of a file is missing") }
    if exists, type != S_IFREG {
      descriptor = open(target, O_WRONLY | O_CLOEXEC)
      temporary = nil
      guard descriptor >= 0 else { throw OutputFile.failed(path, Descriptor.reason(errno)) }
      return
    }
    if exists, access(target, W_OK) != 0 { throw OutputFile.failed(path, Descriptor.reason(errno)) }
    let (folder, name) = OutputFile.split(target)
    try OutputFile.makeFolder(folder, path)
    OutputFile.sweep(folder, name)
    // The whole name may be as long as names get, so the temporary one takes only some of it.
    let temporary = "\(folder)/.\(name.prefix(40)).\(getpid()).part"
    Unfinished.begin(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      Unfinished.end()
      throw OutputFile.failed(path, Descriptor.reason(code))
    }
    self.temporary = temporary
    if exists { _ = fchmod(descriptor, status.st_mode & 0o7777) }
  }

  /// Writes a part; on failure nothing new remains.
  func append(_ text: String) throws(Stop) {
    let code = Descriptor.write(text, to: descriptor)
    guard code == 0 else {
      close(descriptor)
      Unfinished.remove()
      Unfinished.end()
      throw OutputFile.failed(path, Descriptor.reason(code))
    }
  }

  /// Writes all of it, or the rest, and gives the file its name; on failure nothing new remains.
  func finish(_ text: String) throws(Stop) {
    var code = Descriptor.write(text, to: descriptor)
    // A disk may find only now that it is full. Pipes and devices need not know how to do this.
    if code == 0, temporary != nil, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, let temporary, rename(temporary, target) != 0 { code = errno }
    guard code == 0 else {
      Unfinished.remove()
      Unfinished.end()
      throw OutputFile.failed(path, Descriptor.reason(code))
    }
    Unfinished.end()
  }

  /// Whether the name will be a file that is replaced, not a device or a pipe.
  var isFile: Bool { temporary != nil }

  /// Gives up without a trace: the path was only to be tried.
  func discard() {
    close(descriptor)
    if temporary != nil { Unfinished.remove() }
    Unfinished.end()
  }

  private static func failed(_ path: String, _ reason: String, help: String? = nil) -> Stop {
    .file(Diagnostic(.error, "cannot write '\(path)': \(reason)", help: help, at: Place(file: "-o")))
  }

  /// What runs that were killed left under another name for this file. Those that still run are left alone.
  private static func sweep(_ folder: String, _ name: String) {
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    let head = ".\(name.prefix(40))."
    while let entry = readdir(listing) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard found.hasPrefix(head), found.hasSuffix(".part"),
        let process = pid_t(found.dropFirst(head.count).dropLast(5)), process > 0
      else { continue }
      if kill(process, 0) != 0, errno == ESRCH { unlink("\(folder)/\(found)") }
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  /// Missing folders are made, outermost first.
  static func makeFolder(_ folder: String, _ path: String) throws(Stop) {
    var status = stat()
    if stat(folder, &status) == 0 {
      if status.st_mode & S_IFMT != S_IFDIR { throw failed(path, Descriptor.reason(ENOTDIR)) }
      return
    }
    if errno != ENOENT { throw failed(path, Descriptor.reason(errno)) }
    let parent = split(folder).folder
    if parent != folder { try makeFolder(parent, path) }
    // Another process may have made it in between.
    if mkdir(folder, 0o777) != 0, errno != EEXIST { throw failed(path, Descriptor.reason(errno)) }
  }
}
