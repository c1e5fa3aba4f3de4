import Foundation
import Testing

/// The walls of docs/Architecture.md. SwiftPM forbids cycles but lets a room import what another one brought in.
struct WallTests {
  /// Rooms in the order a question walks through them; each may see those before it.
  static let line = [
    "Quantities", "Scenarios", "Simulation", "Operating", "Calibration", "Costing", "Planning", "Reporting",
    "trainfare",
  ]
  /// What a bill does not know: how a time was obtained, and so what it was held against. Nor does what surrounds the
  /// steps know how long one takes, or the fit of steps what surrounds them.
  static let hidden = [
    "Costing": ["Simulation", "Calibration", "Operating"], "Operating": ["Simulation"], "Calibration": ["Operating"],
  ]
  /// Rooms beside the line, which see none of the others, and who in the line sees them.
  static let apart = [
    "History": ["trainfare"], "Measuring": ["Reporting", "trainfare"], "Charts": ["Reporting"],
    "Workbooks": ["Reporting", "trainfare"],
  ]
  /// Who alone may see what comes from outside, and Foundation's place is nowhere near numbers.
  static let owners = [
    "Yams": ["Scenarios"], "CKernels": ["Simulation", "Operating", "Calibration", "Measuring"],
    "CWorkload": ["Measuring"],
    "ArgumentParser": ["trainfare"], "GRDB": ["History"], "CXlsxWriter": ["Workbooks"],
  ]
  static let headers: Set<String> = ["cblas.h", "float.h", "math.h", "stdint.h", "string.h", "stddef.h"]
  /// Work is timed, OpenBLAS asked what it has, and the system whether it disturbed.
  static let workHeaders: Set<String> = headers.union(["dirent.h", "dlfcn.h", "stdio.h", "sys/resource.h", "time.h"])
  static let system: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Darwin", "Musl"]

  static func imports(of room: String) throws -> [(file: String, module: String)] {
    let folder = URL(fileURLWithPath: Tool.repository + "/Sources/" + room)
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: [(String, String)] = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), at <= 1, at + 1 < words.count else { continue }
        found.append((file.lastPathComponent, String(words[at + 1])))
      }
    }
    return found
  }

  @Test(
    "a room imports only rooms before it, and outside packages only where they belong",
    arguments: line + apart.keys.sorted())
  func walls(room: String) throws {
    var earlier = Self.apart[room] == nil ? Array(Self.line.prefix { $0 != room }) : []
    earlier.removeAll { Self.hidden[room]?.contains($0) == true }
    earlier += Self.apart.filter { $0.value.contains(room) }.map(\.key)
    let found = try Self.imports(of: room)
    if room != "Quantities" { #expect(!found.isEmpty) }
    for (file, module) in found {
      let allowed =
        earlier.contains(module) || Self.owners[module]?.contains(room) == true
        || (Self.system.contains(module) && room != "Quantities")
      #expect(allowed, "\(room)/\(file) imports \(module)")
    }
  }

  @Test("every room is held by a test here and described in docs/Architecture.md")
  func rooms() throws {
    let page = try String(contentsOfFile: Tool.repository + "/docs/Architecture.md", encoding: .utf8)
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Tool.repository + "/Sources")
    for room in rooms where !room.hasPrefix(".") {
      #expect(page.contains("| `\(room)` |"), "\(room)")
      #expect(
        (Self.line + Self.apart.keys + ["CKernels", "CWorkload", "COpenBLAS", "CXlsxWriter"]).contains(room), "\(room)")
    }
  }

  @Test("C sees OpenBLAS and the C library only", arguments: [("CKernels", headers), ("CWorkload", workHeaders)])
  func kernels(room: String, headers: Set<String>) throws {
    let folder = Tool.repository + "/Sources/" + room
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".c") {
      let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("#include <") {
        let header = line.dropFirst(10).prefix { $0 != ">" }
        #expect(headers.contains(String(header)), "\(file): \(header)")
      }
    }
  }

  @Test("a comment that sends a reader to a section of a page sends them to one that exists")
  func sections() throws {
    let pages = try FileManager.default.contentsOfDirectory(atPath: Tool.repository + "/docs")
    var headings: [String: Set<String>] = [:]
    for page in pages where page.hasSuffix(".md") {
      let text = try String(contentsOfFile: Tool.repository + "/docs/" + page, encoding: .utf8)
      headings[page] = Set(
        text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { $0.drop { "# ".contains($0) }.description })
    }
    let files = FileManager.default.enumerator(atPath: Tool.repository + "/Sources")?.compactMap { $0 as? String } ?? []
    var cited = 0
    for file in files where [".swift", ".c", ".h"].contains(where: file.hasSuffix) {
      let text = try String(contentsOfFile: Tool.repository + "/Sources/" + file, encoding: .utf8)
      #expect(!text.contains("Model.md §"), "\(file): sections have names, not numbers")
      for match in text.matches(of: #/docs/([A-Za-z]+\.md), "([^"]+)"(?: and "([^"]+)")?/#) {
        for section in [match.2, match.3].compactMap({ $0 }) {
          cited += 1
          #expect(headings[String(match.1)]?.contains(String(section)) == true, "\(file): \(match.1) has no \(section)")
        }
      }
    }
    #expect(cited > 10)
  }
}
