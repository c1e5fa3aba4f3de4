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
  /// Folders that were not there.
  private var made: [String] = []
  private let guards: Guard

  /// What it may take the place of.
  enum Guard {
    /// No file that was read, no store, no journal, no configurations.
    case results
    /// Configurations are what is written; nothing else that has a name of ours.
    case configurations
  }

  init(_ path: String, guards: Guard = .results) throws(Stop) {
    self.path = path
    self.guards = guards
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
    if exists, let reason = Precious.reason(target, status, guards) {
      throw OutputFile.failed(path, reason, help: Precious.help)
    }
    made = try OutputFile.makeFolder(OutputFile.split(target).folder, path)
    SideFile.sweep(besides: target)
    let new = SideFile.make(besides: target)
    guard new.descriptor >= 0 else {
      let code = errno
      OutputFile.removeFolders(made)
      throw OutputFile.failed(path, Descriptor.reason(code))
    }
    (temporary, descriptor) = (new.path, new.descriptor)
    if exists { _ = fchmod(descriptor, status.st_mode & 0o7777) }
  }

  /// Writes a part; on failure nothing new remains.
  func append(_ text: String) throws(Stop) {
    let code = Descriptor.write(text, to: descriptor)
    guard code == 0 else { throw given(up: Descriptor.reason(code)) }
  }

  /// Writes all of it, or the rest, and gives the file its name; on failure nothing new remains.
  func finish(_ text: String) throws(Stop) {
    try stage(text)
    try commit()
  }

  /// Writes all of it, durably, still under the other name.
  func stage(_ text: String) throws(Stop) {
    var code = Descriptor.write(text, to: descriptor)
    // A disk may find only now that it is full. Pipes and devices need not know how to do this.
    if code == 0, temporary != nil, fsync(descriptor) != 0 { code = errno }
    guard code == 0 else { throw given(up: Descriptor.reason(code)) }
  }

  /// Where something else than `append` may write it; nil for a device or a pipe.
  var unfinishedPath: String? { temporary }

  /// The folder it will be in.
  var folder: String { OutputFile.split(target).folder }

  /// Writes what is in another file.
  func append(contentsOf other: String) throws(Stop) {
    let source = open(other, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw given(up: Descriptor.reason(errno)) }
    let code = Descriptor.copy(from: source, to: descriptor)
    close(source)
    guard code == 0 else { throw given(up: Descriptor.reason(code)) }
  }

  /// Gives what was staged its name.
  func commit() throws(Stop) {
    guard let temporary else {
      if close(descriptor) != 0 { throw OutputFile.failed(path, Descriptor.reason(errno)) }
      return
    }
    // What the name leads to may have been read, or made, since this began.
    var status = stat()
    if stat(target, &status) == 0, let reason = Precious.reason(target, status, guards) {
      throw given(up: reason, help: Precious.help)
    }
    guard rename(temporary, target) == 0 else { throw given(up: Descriptor.reason(errno)) }
    close(descriptor)
    Unfinished.end(temporary)
    for folder in made { Unfinished.end(folder) }
    OutputFile.syncFolder(OutputFile.split(target).folder)
  }

  /// Whether the name will be a file that is replaced, not a device or a pipe.
  var isFile: Bool { temporary != nil }

  /// Gives up without a trace: the path was only to be tried.
  func discard() {
    if let temporary {
      unlink(temporary)
      Unfinished.end(temporary)
    }
    close(descriptor)
    OutputFile.removeFolders(made)
  }

  func given(up reason: String, help: String? = nil) -> Stop {
    discard()
    return OutputFile.failed(path, reason, help: help)
  }

  static func failed(_ path: String, _ reason: String, help: String? = nil) -> Stop {
    .file(Diagnostic(.error, "cannot write '\(path)': \(reason)", help: help, at: Place(file: "-o")))
  }

  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Whether two paths lead to one file, or would if there were one.
  static func isSame(_ one: String, _ other: String) -> Bool {
    func place(_ path: String) -> String {
      let real = resolved(path), (folder, name) = split(real)
      return resolved(folder) + "/" + name
    }
    var a = stat(), b = stat()
    if stat(one, &a) == 0, stat(other, &b) == 0 { return a.st_dev == b.st_dev && a.st_ino == b.st_ino }
    return place(one) == place(other)
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  /// A name is durable when the folder that has it is.
  static func syncFolder(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  /// Missing folders are made, outermost first; they go again with a run that comes to nothing.
  static func makeFolder(_ folder: String, _ path: String) throws(Stop) -> [String] {
    var status = stat()
    if stat(folder, &status) == 0 {
      if status.st_mode & S_IFMT != S_IFDIR { throw failed(path, Descriptor.reason(ENOTDIR)) }
      return []
    }
    if errno != ENOENT { throw failed(path, Descriptor.reason(errno)) }
    let parent = split(folder).folder
    let made = parent != folder ? try makeFolder(parent, path) : []
    if mkdir(folder, 0o777) == 0 {
      Unfinished.begin(folder)
      return made + [folder]
    }
    let code = errno
    // Another process may have made it in between.
    if code == EEXIST { return made }
    removeFolders(made)
    throw failed(path, Descriptor.reason(code))
  }

  /// Folders that have come to have something in them stay.
  static func removeFolders(_ made: [String]) {
    for folder in made.reversed() {
      rmdir(folder)
      Unfinished.end(folder)
    }
  }
}
