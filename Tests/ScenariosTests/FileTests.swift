import Foundation
import Testing

@testable import Scenarios

/// Whatever is at a path, the outcome is a value or a diagnostic that says what to do.
@Suite struct FileTests {
  private func chip(_ bytes: [UInt8]) throws -> [Diagnostic] {
    let folder = try Folder.sample()
    try folder.write("chips/c1.yaml", bytes)
    let catalog = try folder.catalog()
    return problems { () throws(Diagnostics) in try catalog.chip("c1") }
  }

  private func chip(_ text: String) throws -> [Diagnostic] { try chip(Array(text.utf8)) }

  @Test("A folder in a file's place is called a folder") func directory() throws {
    let folder = try Folder.sample()
    try folder.write("models/m2.yaml/inner.txt", "")
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.model("m2") }
    #expect(found.map(\.message) == ["this is a folder"])
    #expect(
      problems { () throws(Diagnostics) in try catalog.model(folder.path + "/models/") }.map(\.message) == [
        "the folder has no file that describes a model"
      ])
  }

  @Test("A file that is not there is missed, and a similar one suggested") func missing() throws {
    let folder = try Folder.sample()
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.job(folder.path + "/jobs/j2.yaml") }
    #expect(found.map(\.message) == ["there is no such file"])
    #expect(found.first?.help == "did you mean '\(folder.path)/jobs/j1.yaml'?")
    let below = problems { () throws(Diagnostics) in try catalog.job(folder.path + "/jobs/j1.yaml/x.yaml") }
    #expect(below.map(\.message) == ["a part of this path is a file, not a folder"])
  }

  @Test("An empty file is called empty", arguments: ["", "\n\n", "# a comment\n", "---\n...\n"])
  func empty(text: String) throws {
    let found = try chip(text)
    #expect(found.count == 1)
    #expect(
      found[0].message == "the file is empty" || found[0].message.contains("not nothing"),
      "\(found[0].rendered)")
  }

  @Test("A binary file is called binary, with the offset of the first zero") func binary() throws {
    let found = try chip(Array("kind: chip\n".utf8) + [0, 1, 2])
    #expect(found.map(\.message) == ["the file is binary: byte 11 is 0"])
    #expect(
      try chip([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]).map(\.message) == ["the file is binary: byte 7 is 0"])
  }

  @Test("A file that is not UTF-8 is told the offset of the first wrong byte") func notUTF8() throws {
    let found = try chip(Array("kind: chip # é\n".utf8) + [0xE9, 0x0A])
    #expect(found.map(\.message) == ["the file is not UTF-8: see byte 16"])
    #expect(try chip([0xFF, 0xFE, 0x6B, 0x00]).map(\.message) == ["the file is UTF-16 text"])
  }

  @Test("A byte-order mark and CR LF line ends change nothing") func windows() throws {
    #expect(try chip([0xEF, 0xBB, 0xBF] + Array(Samples.chip.utf8)).map(\.rendered) == [])
    #expect(try chip(Samples.chip.replacing("\n", with: "\r\n")).map(\.rendered) == [])
    let both = "\u{FEFF}" + Samples.chip.replacing("vendor", with: "vender").replacing("\n", with: "\r\n")
    let found = try chip(both)
    #expect(
      found.contains {
        $0.place == Place(file: $0.place?.file ?? "", line: 7, column: 1, lineText: "vender: Acme")
      })
  }

  @Test("A file of 100 MB is refused by its size, without being read") func large() throws {
    let folder = try Folder.sample()
    let path = try folder.write("chips/c1.yaml", "")
    #expect(truncate(path, 100_000_000) == 0)
    let catalog = try folder.catalog()
    let clock = ContinuousClock()
    var found: [Diagnostic] = []
    let time = clock.measure { found = problems { () throws(Diagnostics) in try catalog.chip("c1") } }
    #expect(found.map(\.message) == ["the file is 100 MB; at most 4 MB is read"])
    #expect(time < .seconds(1))
  }

  @Test("A file of exactly the limit is read, one byte more is not") func limit() throws {
    func padded(_ size: Int) -> [UInt8] {
      let text = Array((Samples.chip + "#").utf8)
      return text + [UInt8](repeating: UInt8(ascii: "x"), count: size - text.count)
    }
    #expect(try chip(padded(4_000_000)).map(\.rendered) == [])
    #expect(try chip(padded(4_000_001)).map(\.message) == ["the file is 4 MB; at most 4 MB is read"])
  }

  @Test("A device that never ends is given up at the limit") func endless() throws {
    let folder = try Folder.sample()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/models/m9.yaml", withDestinationPath: "/dev/zero")
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.model("m9") }
    #expect(found.map(\.message) == ["there is more; at most 4 MB is read"])
  }

  @Test("Symbolic links that lead in a circle or nowhere are told apart") func links() throws {
    let folder = try Folder.sample()
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.path + "/models/a.yaml", withDestinationPath: "b.yaml")
    try manager.createSymbolicLink(atPath: folder.path + "/models/b.yaml", withDestinationPath: "a.yaml")
    try manager.createSymbolicLink(
      atPath: folder.path + "/models/c.yaml", withDestinationPath: "nowhere.yaml")
    let catalog = try folder.catalog()
    let ring = problems { () throws(Diagnostics) in try catalog.model("a") }
    #expect(ring.map(\.message) == ["its symbolic links go round in a circle"])
    let lost = problems { () throws(Diagnostics) in try catalog.model("c") }
    #expect(lost.map(\.message) == ["there is no such file"])
  }

  @Test("A file without read permission says so", .enabled(if: geteuid() != 0)) func permission() throws {
    let folder = try Folder.sample()
    let path = try folder.write("chips/c1.yaml", Samples.chip)
    #expect(chmod(path, 0) == 0)
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.chip("c1") }
    #expect(found.map(\.message) == ["there is no permission to read this file"])
  }

  @Test("Two documents in one file are one too many") func documents() throws {
    let found = try chip(Samples.chip + "---\nkind: chip\n")
    #expect(found.map(\.message) == ["a second document begins here"])
    #expect(found.first?.place?.line == Samples.chip.split(separator: "\n").count + 1)
  }

  @Test("A key given twice is placed where it is given again") func duplicates() throws {
    let found = try chip(Samples.chip + "vendor: Other\n")
    #expect(found.map(\.message) == ["key 'vendor' is given twice, first on line 7"])
    #expect(found.first?.place?.line == Samples.chip.split(separator: "\n").count + 1)
    let flow = try chip(
      Samples.chip.replacing("{bf16: 550 TFLOP/s}", with: "{bf16: 550 TFLOP/s, bf16: 3 TFLOP/s}"))
    #expect(flow.map(\.message) == ["key 'bf16' is given twice"])
    let quotes = try chip(Samples.chip + "\"vendor\": Other\n")
    #expect(quotes.first?.message.contains("given twice") == true)
  }

  @Test(
    "Anchors and aliases are refused where they stand",
    arguments: [
      "vendor: ▸&a Acme", "vendor: ▸*a", "vendor: &a Acme\nsummary: ▸*a", "link: ▸&l {name: x}",
      "link: [1, ▸*x]",
      "vendor: 'R&D'\nlink:\n  - ▸*a",
    ])
  func anchors(marked: String) throws {
    let (text, places) = unmarked(marked)
    let found = try chip(text)
    #expect(found.map(\.message) == ["anchors and aliases are not used here"], "\(found.map(\.rendered))")
    #expect(found.first?.place.map { "\($0.line):\($0.column)" } == places.first)
  }

  @Test("Ampersands and asterisks in texts are only that") func prose() throws {
    let text = Samples.chip.replacing("summary: a chip", with: "summary: \"*bold* & R&D\"")
      .replacing(
        "note: some words", with: "note: see https://x.test/?a=1&b=2 for *all* & more\n  *and* &so on")
    #expect(try chip(text).map(\.rendered) == [])
  }

  @Test("A file that would expand to billions of nodes is refused at once") func bomb() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let alias = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\([String](repeating: alias, count: 10).joined(separator: ", "))]\n"
    }
    text += "? *a30\n: x\n"
    var found: [Diagnostic] = []
    let time = try ContinuousClock().measure { found = try chip(text) }
    #expect(found.map(\.message) == ["anchors and aliases are not used here"])
    #expect(found.first?.place?.line == 2)
    #expect(time < .seconds(1))
  }

  @Test(
    "Files nested without end are refused at once",
    arguments: ["[", "{", "- ", "? ", "{[a]: ", "[[x],", "k: {"])
  func nesting(part: String) throws {
    var found: [Diagnostic] = []
    let text = String(repeating: part, count: 900_000 / part.utf8.count)
    let time = try ContinuousClock().measure { found = try chip(text) }
    #expect(!found.isEmpty)
    #expect(time < .seconds(5))
  }

  @Test(
    "What is not YAML is told where and what to try",
    arguments: [
      ("vendor: Acme\n\tclass: cpu", "use spaces, not tabs"),
      ("summary: a: b", "quote a text that contains ': '"),
      ("vendor: @acme", "quote a text that begins with one of"), ("vendor: [a, b", nil), ("vendor: \"a", nil),
      ("a: b\n  c: d\n e", nil), ("%YAML 9.9\n---\na: b", nil), ("vendor: \"\\q\"", nil),
    ])
  func syntax(text: String, help: String?) throws {
    let found = try chip(text)
    #expect(found.count == 1)
    #expect(found.first?.message.hasPrefix("not valid YAML: ") == true, "\(found.map(\.rendered))")
    if let help { #expect(found.first?.help?.hasPrefix(help) == true, "\(found.map(\.rendered))") }
  }

  @Test("Control characters are refused where they stand") func control() throws {
    let found = try chip("kind: chip\nvendor: a\u{1B}[2J\n")
    #expect(found.count == 1)
    #expect(found.first?.place?.line == 2 && found.first?.place?.column == 10, "\(found.map(\.rendered))")
    #expect(found.map(\.rendered).joined().contains("\u{1B}") == false)
  }

  @Test(
    "A file that is one value or a list is told to begin with keys",
    arguments: ["just words", "- a\n- b", "3"])
  func notAMap(text: String) throws {
    let found = try chip(text)
    #expect(found.first?.message.contains("keys and values are due here") == true)
    #expect(found.first?.help == "begin with 'kind: chip'")
  }
}
