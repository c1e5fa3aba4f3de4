import Foundation

/// A path that is to be a store, looked at before SQLite sees it: SQLite takes an empty name for a file of its own choosing,
/// and makes files beside the one it only reads.
struct StoreFile {
  enum State { case missing, empty, database }

  let state: State
  /// What SQLite cannot take for a word of its own, such as `:memory:`.
  let plainPath: String
  private let isWriteAhead: Bool

  init(_ path: String) throws(StoreProblem) {
    func failed(_ reason: String) -> StoreProblem {
      StoreProblem(
        message: "cannot use the store '\(path)': \(reason)",
        help: "name a file that 'suite run --store' made, or a new one")
    }
    guard !path.isEmpty, !path.utf8.contains(0) else { throw failed("this is not a path") }
    plainPath = path.hasPrefix("/") ? path : "./" + path
    var status = stat()
    guard stat(plainPath, &status) == 0 else {
      guard errno == ENOENT else { throw failed(String(cString: strerror(errno))) }
      (state, isWriteAhead) = (.missing, false)
      return
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failed("it is no file") }
    guard let file = FileHandle(forReadingAtPath: plainPath) else { throw failed("there is no permission to read it") }
    let head = (try? file.read(upToCount: 20)) ?? Data()
    try? file.close()
    guard !head.isEmpty else {
      (state, isWriteAhead) = (.empty, false)
      return
    }
    guard head.count == 20, head.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw failed("it is not a database")
    }
    // File format, sqlite.org/fileformat2.html, 1.3.3: 2 is write-ahead mode, 1 is not.
    (state, isWriteAhead) = (.database, head[18] == 2)
  }

  /// Opens it so that nothing is written beside it. In write-ahead mode SQLite would make two files, so a copy that is not is
  /// read in its place, unless a writer has left something in those files.
  func reading<T>(_ open: (String) throws -> T) throws -> T {
    guard isWriteAhead, (try? FileManager.default.attributesOfItem(atPath: plainPath + "-wal")[.size] as? Int) ?? 0 == 0
    else { return try open(plainPath) }
    let copy = NSTemporaryDirectory() + "trainfare-\(UUID().uuidString).sqlite"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    var data = try Data(contentsOf: URL(fileURLWithPath: plainPath))
    (data[18], data[19]) = (1, 1)
    try data.write(to: URL(fileURLWithPath: copy), options: .withoutOverwriting)
    return try open(copy)
  }
}
