import Foundation
import Quantities

/// A text to be read, with the name it has in messages and its lines for their carets.
final class SourceText {
  /// Path as shown to the user, or the option the text was given with.
  let name: String
  let text: String
  /// Options have no lines to number: `--set: error: …` with the caret under the option's text.
  let isOption: Bool
  /// What the user wrote, where `text` was made from it character by character.
  private let shownText: String

  init(name: String, text: String, isOption: Bool = false, shownText: String? = nil) {
    self.name = name
    self.text = text
    self.isOption = isOption
    self.shownText = shownText ?? text
  }

  /// Split as libyaml counts lines, so that its marks and these numbers agree.
  private lazy var lines: [Substring] = {
    var lines: [Substring] = []
    let scalars = shownText.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      var next = scalars.index(after: index)
      if ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
        lines.append(Substring(scalars[start..<index]))
        if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" {
          next = scalars.index(after: next)
        }
        start = next
      }
      index = next
    }
    lines.append(Substring(scalars[start...]))
    return lines
  }()

  func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }

  func place(line: Int, column: Int) -> Place {
    // A file may be one line of a megabyte; a copy of it in every diagnostic helps nobody.
    let shown = self.line(line).flatMap { $0.utf8.count <= 2000 ? String($0) : nil }
    return Place(file: name, line: isOption ? 0 : line, column: column, lineText: shown)
  }

  /// The whole file, where no line is to blame.
  var place: Place { Place(file: name, lineText: isOption ? text : nil) }
}

/// Reads files that somebody else wrote: whatever is at the path, the outcome is a text or a diagnostic.
enum SourceFile {
  /// Configuration files are a few kilobytes, the posterior a megabyte; what is much larger was not meant to be one.
  static let limit = 4_000_000

  /// - Parameter limit: bytes; what is larger is turned away.
  static func read(_ path: String, limit: Int = limit) throws(Diagnostics) -> SourceText {
    let name = shown(path)
    return try text(bytes(path, name, limit), name)
  }

  /// The same of a path, or of standard input where the path is `-`.
  static func readOrInput(_ path: String, limit: Int = limit) throws(Diagnostics) -> SourceText {
    try path == "-" ? readStandardInput(limit: limit) : read(path, limit: limit)
  }

  private static func readStandardInput(limit: Int) throws(Diagnostics) -> SourceText {
    let name = "<stdin>"
    var status = stat()
    if fstat(0, &status) == 0 { FilesRead.note(status, as: name) }
    return try text(bytes(of: 0, name, limit), name)
  }

  private static func text(_ read: [UInt8], _ name: String) throws(Diagnostics) -> SourceText {
    var bytes = read
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw failed(name, "the file is UTF-16 text", help: "save it as UTF-8")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if let zero = bytes.firstIndex(of: 0) {
      throw failed(name, "the file is binary: byte \(zero) is 0", help: "a text file in UTF-8 is expected here")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let offset = firstInvalidOffset(bytes)
      throw failed(name, "the file is not UTF-8: see byte \(offset)", help: "save it as UTF-8")
    }
    return SourceText(name: name, text: text)
  }

  private static func bytes(_ path: String, _ name: String, _ limit: Int) throws(Diagnostics) -> [UInt8] {
    // A NUL would end the path early in C, and name another file.
    guard !path.isEmpty, !path.utf8.contains(0) else { throw failed(name, "this is not a path") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(name, reason(errno), help: similarNames(path, errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed(name, reason(errno)) }
    FilesRead.note(status, as: name)
    if status.st_mode & S_IFMT == S_IFDIR {
      throw failed(name, "this is a folder", help: "name a file in it")
    }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size > off_t(limit) {
      throw failed(name, tooLarge(Double(status.st_size), limit), help: "is this the right file?")
    }
    return try self.bytes(of: descriptor, name, limit)
  }

  private static func bytes(of descriptor: Int32, _ name: String, _ limit: Int) throws(Diagnostics) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = chunk.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failed(name, reason(errno))
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      // Pipes and devices have no size to ask for beforehand.
      if bytes.count > limit { throw failed(name, tooLarge(nil, limit), help: "is this the right file?") }
    }
  }

  private static func failed(_ name: String, _ message: String, help: String? = nil) -> Diagnostics {
    Diagnostics(Diagnostic(.error, message, help: help, at: Place(file: name)))
  }

  private static func tooLarge(_ size: Double?, _ limit: Int) -> String {
    let known = size.map { "the file is \(Bytes($0).formatted)" } ?? "there is more"
    return "\(known); at most \(Bytes(Double(limit)).formatted) is read"
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file"
    case EACCES, EPERM: "there is no permission to read this file"
    case ELOOP: "its symbolic links go round in a circle"
    case EISDIR: "this is a folder"
    case ENOTDIR: "a part of this path is a file, not a folder"
    case ENAMETOOLONG: "this path is too long"
    default: "cannot be read: \(String(cString: strerror(code)))"
    }
  }

  private static func similarNames(_ path: String, _ code: Int32) -> String? {
    guard code == ENOENT else { return nil }
    let (folder, name) = split(path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let near = Spelling.nearest(to: name, among: names.sorted())
    return near.map { "did you mean '\(folder == "." ? $0 : folder + "/" + $0)'?" }
  }

  /// Folder and last part of a path; the folder is `.` where there is none.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  /// Paths below the current folder are shown from there, as a compiler would.
  static func shown(_ path: String) -> String {
    let here = FileManager.default.currentDirectoryPath
    guard here != "/", path.hasPrefix(here + "/") else { return path }
    return String(path.dropFirst(here.count + 1))
  }

  /// Offset of the first byte that is not part of a well-formed character.
  private static func firstInvalidOffset(_ bytes: [UInt8]) -> Int {
    var offset = 0
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: return offset
      }
    }
  }
}
