import Reporting
import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The rows of a run so far, in a file beside its results, so that a run that was stopped loses at most the case
/// it was at. One line a row, each with the fingerprint of what it says and of its number; the first line names
/// the run and what its results depend on.
struct Journal {
  let path: String
  private let descriptor: Int32
  /// Names this run in a store: a run resumed after it was stored is not stored twice.
  private(set) var run: String
  /// What an earlier run left.
  private(set) var rows: [SuiteRow] = []
  private var count = 0

  static let title = "trainfare suite journal 1"
  /// No other program's files end so.
  static let ending = ".trainfare-journal"

  /// - Parameters:
  ///   - version: what results depend on; rows of another version are never mixed with these.
  ///   - resume: keep the rows that are there.
  init(besides results: String, version: String, resume: Bool) throws(Stop) {
    let path = Journal.path(besides: results)
    let made = try OutputFile.makeFolder(OutputFile.split(path).folder, path)
    descriptor = try Journal.claim(path)
    self.path = path
    for folder in made { Unfinished.end(folder) }
    run = Journal.newName(version)
    let text = Journal.read(descriptor) ?? ""
    guard text.isEmpty || text.hasPrefix(Journal.title + " ") else {
      throw Journal.failed(path, "it is no journal of trainfare", help: "move it away, or choose another -o")
    }
    var kept = 0
    if resume {
      kept = try load(text, version)
    } else {
      try refuseLoss(text, version)
    }
    guard ftruncate(descriptor, off_t(kept)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw Journal.failed(path, Descriptor.reason(errno))
    }
    if kept == 0 { try write("\(Journal.title) \(version) \(run)\n") }
  }

  static func path(besides results: String) -> String {
    let whole = SideFile.path(besides: results, ending, keeping: 255 - ending.utf8.count)
    // Where the name had to be cut, its fingerprint keeps two of them apart.
    let name = OutputFile.split(results).name
    guard name.utf8.count + ending.utf8.count > 255 else { return whole }
    return SideFile.path(besides: results, "-" + Fingerprint(name).text + ending, keeping: 200)
  }

  /// Opens the journal that is there or makes one, and locks it. A link is never followed.
  private static func claim(_ path: String) throws(Stop) -> Int32 {
    // Whoever held the lock may have removed the file in the meantime: then there is another to be made.
    for _ in 0..<100 {
      var descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if descriptor < 0, errno == EEXIST {
        descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { continue }
      }
      guard descriptor >= 0 else {
        throw failed(path, errno == ELOOP ? "it is a link" : Descriptor.reason(errno), help: "choose another -o")
      }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw failed(path, "it is no file", help: "choose another -o")
      }
      // The lock goes with the process, however that ends.
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw failed(path, "another run is writing it", help: "wait for it, or choose another -o")
      }
      if SideFile.isSame(descriptor, path) { return descriptor }
      close(descriptor)
    }
    throw failed(path, "other runs make and remove it all the time", help: "choose another -o")
  }

  /// Rows that would be done again for nothing are not thrown away without a word.
  private func refuseLoss(_ text: String, _ version: String) throws(Stop) {
    var earlier = self
    guard (try? earlier.load(text, version)) != nil else {
      return Messages.show("\(path): rows of another state of the files or of the program are left out")
    }
    guard !earlier.rows.isEmpty else { return }
    throw .file(
      Diagnostic(
        .error, "a run of this was stopped, and left \(earlier.rows.count) rows",
        help: "add --resume to go on with it; to begin anew, remove the file", at: Place(file: path)))
  }

  /// Takes the rows that are whole, and says how many bytes they and the head take.
  private mutating func load(_ text: String, _ version: String) throws(Stop) -> Int {
    var kept = 0
    // What follows the last line break was being written when the run was stopped.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    for (number, bytes) in lines.enumerated() {
      guard let line = String(bytes) else { return kept }
      if number == 0 {
        let words = line.split(separator: " ")
        guard line.hasPrefix(Journal.title + " "), words.count == 6 else { return 0 }
        guard words[4] == version else {
          throw .file(
            Diagnostic(
              .error, "the suite, a file it uses or the program has changed since this run was stopped",
              help: "run it again without --resume", at: Place(file: path)))
        }
        run = String(words[5])
      } else {
        guard let row = Journal.row(line, number: number) else { return kept }
        rows.append(row)
      }
      kept += bytes.count + 1
      count = number
    }
    return kept
  }

  mutating func append(_ row: SuiteRow) throws(Stop) {
    count += 1
    let line = row.line
    try write("\(Journal.mark(line, count)) \(line)\n")
  }

  /// The results have their own file now.
  func remove() {
    if SideFile.isSame(descriptor, path) { unlink(path) }
    close(descriptor)
  }

  private static func row(_ line: String, number: Int) -> SuiteRow? {
    guard let blank = line.firstIndex(of: " ") else { return nil }
    let content = String(line[line.index(after: blank)...])
    return line[..<blank] == mark(content, number) ? SuiteRow(line: content) : nil
  }

  private static func mark(_ line: String, _ number: Int) -> String {
    var mark = Fingerprint("\(number)")
    mark.add(line)
    return mark.text
  }

  /// Unique enough: the time to a nanosecond and the process.
  private static func newName(_ version: String) -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Fingerprint("\(version) \(now.tv_sec) \(now.tv_nsec) \(getpid())").text
  }

  private func write(_ text: String) throws(Stop) {
    let code = Descriptor.write(text, to: descriptor)
    guard code == 0 else { throw Journal.failed(path, Descriptor.reason(code)) }
  }

  private static func read(_ descriptor: Int32) -> String? {
    var bytes: [UInt8] = []
    let code = Descriptor.read(descriptor) {
      bytes += $0
      return 0
    }
    // A row torn in the middle of a character is left out with its line, so it may be mended here.
    return code == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func failed(_ path: String, _ reason: String, help: String? = nil) -> Stop {
    .file(Diagnostic(.error, "cannot write '\(path)': \(reason)", help: help, at: Place(file: "-o")))
  }
}
