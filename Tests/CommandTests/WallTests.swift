import Foundation
import Testing

/// docs/Architecture.md says what each room may know; the `import` lines say what it does.
@Suite struct WallTests {
  /// Room → the rooms of ours that it may import, and the outside modules.
  static let allowed: [String: Set<String>] = [
    "Quantities": [],
    "Scenarios": ["Quantities", "Yams", "Foundation"],
    "Simulation": ["Quantities", "Scenarios", "CKernels"],
    "Costing": ["Quantities", "Scenarios", "Simulation"],
    "Planning": ["Quantities", "Scenarios", "Simulation", "Costing"],
    "Reporting": ["Quantities", "Scenarios", "Simulation", "Costing", "Planning"],
    "History": ["GRDB", "Foundation"],
    "trainfare": [
      "Quantities", "Scenarios", "Simulation", "Costing", "Planning", "Reporting", "History",
      "ArgumentParser",
    ],
  ]
  /// The C library, which every room may call.
  static let system: Set<String> = ["Glibc", "Musl", "Darwin"]

  static func imports(of room: String) throws -> [(file: String, module: String)] {
    let root = Tool.repository + "/Sources/" + room
    let files = (FileManager.default.enumerator(atPath: root)?.allObjects ?? []).compactMap { $0 as? String }
    return try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
      try String(contentsOfFile: root + "/" + file, encoding: .utf8).components(separatedBy: "\n").compactMap
      {
        line -> (file: String, module: String)? in
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ $0.hasPrefix("@") }),
          at + 1 < words.count
        else { return nil }
        return ("\(room)/\(file)", words[at + 1].split(separator: ".").first.map(String.init) ?? "")
      }
    }
  }

  @Test("No room imports what it must not know", arguments: allowed.keys.sorted()) func walls(room: String)
    throws
  {
    let found = try Self.imports(of: room)
    for (file, module) in found where !Self.system.contains(module) {
      #expect(Self.allowed[room]?.contains(module) == true, "\(file) imports \(module)")
    }
  }

  @Test("Every room is in the table here and in docs/Architecture.md") func rooms() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Tool.repository + "/Sources")
    let page = try String(contentsOfFile: Tool.repository + "/docs/Architecture.md", encoding: .utf8)
    for room in rooms where !room.hasPrefix(".") {
      #expect(page.contains("| `\(room)` |"), "\(room)")
      #expect(Self.allowed[room] != nil || ["COpenBLAS", "CKernels"].contains(room), "\(room)")
    }
  }
}
