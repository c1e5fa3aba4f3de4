import Foundation
import Testing

@testable import Scenarios

/// The repository's own folder, found from this file so that tests run from anywhere.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The configurations that are shipped.
let shipped = Catalog(roots: [repository + "/configs"])

/// A folder of configurations for one test; all are removed when the tests end.
struct Folder {
  let path: String

  private static let root: String = {
    let root = NSTemporaryDirectory() + "trainfare-tests-\(UUID().uuidString)"
    atexit { try? FileManager.default.removeItem(atPath: Folder.root) }
    return root
  }()

  init() throws {
    path = Self.root + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// One with a small valid file of every kind in it.
  static func sample() throws -> Folder {
    let folder = try Folder()
    for (file, text) in Samples.all { try folder.write(file, text) }
    return folder
  }

  /// The sample with a table of these rows in it.
  static func catalog(_ table: String, _ columns: [String], _ rows: [String]) throws -> Catalog {
    let folder = try sample()
    try folder.write(table, ([columns.joined(separator: ",")] + rows).joined(separator: "\n") + "\n")
    return try folder.catalog()
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  func catalog(_ overrides: String...) throws -> Catalog {
    Catalog(roots: [path], overrides: try Override.parse(overrides))
  }
}

/// Every problem of a piece of work, empty when it succeeded.
func problems<T>(_ work: () throws(Diagnostics) -> T) -> [Diagnostic] {
  do {
    _ = try work()
    return []
  } catch {
    return error.all
  }
}

/// A text with `▸` before each character that a diagnostic should point at: the text without them, and where
/// they were, as `line:column`.
func unmarked(_ marked: String) -> (text: String, places: [String]) {
  var text = ""
  var places: [String] = []
  var (line, column) = (1, 1)
  for scalar in marked.unicodeScalars {
    if scalar == "▸" {
      places.append("\(line):\(column)")
      continue
    }
    text.unicodeScalars.append(scalar)
    (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
  }
  return (text, places)
}
