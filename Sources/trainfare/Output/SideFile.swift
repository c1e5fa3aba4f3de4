#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that stand beside the one a user named: its content while it is written, the journal of a run.
///
/// Names end in a word that only this program uses. They are made anew or not at all, no link is followed, and a lock tells
/// whether anybody still writes one: numbers of processes repeat from container to container.
enum SideFile {
  static let part = ".trainfare-part"

  /// The folder and the name of what stands beside a file. A name may be as long as names get (255 bytes), so a long one is cut.
  static func path(besides file: String, _ ending: String, keeping limit: Int) -> String {
    let (folder, name) = OutputFile.split(file)
    return "\(folder == "/" ? "" : folder)/\(name.head(bytes: limit))\(ending)"
  }

  /// A new file under a name that nobody has, locked by this process until it is closed.
  static func make(besides file: String) -> (path: String, descriptor: Int32) {
    let (folder, name) = OutputFile.split(file)
    // A name is taken by chance once in 10^18 times; a folder where every new file is gone at once is none to write in.
    for _ in 0..<100 {
      let mark = String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
      let path = "\(folder == "/" ? "" : folder)/.\(name.head(bytes: 40)).\(mark)\(part)"
      Unfinished.begin(path)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if descriptor < 0 {
        let code = errno
        Unfinished.end(path)
        if code == EEXIST { continue }
        errno = code
        return (path, -1)
      }
      // Whoever sweeps may have taken it for a leftover before the lock was there.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, isSame(descriptor, path) { return (path, descriptor) }
      close(descriptor)
      Unfinished.end(path)
    }
    errno = EAGAIN
    return (file, -1)
  }

  /// Whether a path still leads to the open file itself.
  static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var open = stat(), named = stat()
    return fstat(descriptor, &open) == 0 && lstat(path, &named) == 0 && open.st_ino == named.st_ino
      && open.st_dev == named.st_dev
  }

  /// Takes away what runs that were killed left beside a file. Whoever still writes holds a lock, and is left alone.
  static func sweep(besides file: String) {
    let (folder, name) = OutputFile.split(file)
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    let head = ".\(name.head(bytes: 40))."
    while let entry = readdir(listing) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let mark = found.dropFirst(head.count).dropLast(part.count)
      guard found.hasPrefix(head), found.hasSuffix(part), UInt64(mark, radix: 16) != nil else { continue }
      let path = "\(folder)/\(found)"
      let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isSame(descriptor, path) { unlink(path) }
      close(descriptor)
    }
  }
}

extension String {
  /// The beginning, cut between characters.
  func head(bytes limit: Int) -> String {
    var kept = 0
    let end = unicodeScalars.firstIndex { scalar in
      kept += UTF8.width(scalar)
      return kept > limit
    }
    return end.map { String(self[..<$0]) } ?? self
  }
}
