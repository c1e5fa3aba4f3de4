import Foundation
import TestSupport
import Testing

import struct Scenarios.Measurement

@testable import Scenarios

@Suite struct MeasurementTests {
  static let columns = MeasurementColumn.allCases.map(\.rawValue)
  static let header = columns.joined(separator: ",") + "\n"

  /// A line of the file from the cells that are not empty.
  static func line(_ changes: [String: String] = [:]) -> String {
    var cells = [
      "id": "set-a-001", "source": "a page", "model": "m", "accelerator": "C1", "metric": "step_time_s",
      "value": "2.5", "notes": "[B] rounded",
    ]
    cells.merge(changes) { _, new in new }
    return columns.map { cells[$0] ?? "" }.joined(separator: ",") + "\n"
  }

  private func read(_ text: String) -> (rows: [Measurement], problems: [Diagnostic]) {
    var rows: [Measurement] = []
    let found = problems { () throws(Diagnostics) in
      rows = try Measurement.read(SourceText(name: "runs.csv", text: text))
    }
    return (rows, found)
  }

  @Test("Every column of a row arrives, typed") func everything() throws {
    let cells = [
      "source_location": "p. 3", "year": "2024", "params_b": "6.7", "hidden": "4096", "layers": "32", "heads": "30",
      "kv_heads": "6", "ffn": "16384", "vocab": "50257", "seq_len": "2048", "moe": "8/2", "instance": "box",
      "accelerators": "0.5", "precision": "bf16", "tp": "2", "pp": "3", "cp": "4", "ep": "5", "dp": "7", "vp": "9",
      "zero_or_fsdp": "ZeRO-1", "micro_batch": "11", "global_batch_sequences": "13.0", "recompute": "full",
      "seq_parallel": "yes", "derived_tokens_per_s_total": "1234.5",
    ]
    let (rows, found) = read(Self.header + Self.line(cells))
    #expect(found.map(\.rendered) == [])
    let run = try #require(rows.first)
    #expect(run.id == "set-a-001" && run.source == "a page" && run.sourceLocation == "p. 3" && run.year == 2024)
    #expect(run.model == "m" && run.billionParameters == 6.7 && run.hiddenSize == 4096 && run.layers == 32)
    #expect(run.heads == 30 && run.keyValueHeads == 6 && run.feedForwardSize == 16384 && run.vocabularySize == 50257)
    #expect(run.sequenceLength == 2048 && run.experts == "8/2" && run.accelerator == "C1" && run.instance == "box")
    #expect(run.accelerators == 0.5 && run.precision == "bf16" && run.tensor == 2 && run.pipeline == 3)
    #expect(run.context == 4 && run.expert == 5 && run.data == 7 && run.interleave == 9 && run.sharding == "ZeRO-1")
    #expect(run.microBatch == 11 && run.globalBatch == 13 && run.recompute == "full" && run.sequenceParallel == "yes")
    #expect(run.metric == .stepTime && run.value == 2.5 && run.derivedTokensPerSecond == 1234.5)
    #expect(run.notes == "[B] rounded" && run.grade == .usable && run.series == "set-a" && run.line == 2)
  }

  @Test("What a source does not say is nil, and no error") func unknown() throws {
    let run = try #require(read(Self.header + Self.line(["notes": ""])).rows.first)
    #expect(run.hiddenSize == nil && run.accelerators == nil && run.precision == nil && run.tensor == nil)
    #expect(run.notes.isEmpty && run.grade == nil)
  }

  @Test("Columns may stand in any order, others beside them, and some may be left out")
  func order() throws {
    let names = ["extra"] + MeasurementColumn.allCases.filter(\.isRequired).map(\.rawValue).reversed()
    let cells = ["value": "7", "metric": "mfu", "source": "s", "id": "x-1", "model": "m", "accelerator": "C"]
    let text = names.joined(separator: ",") + "\n" + names.map { cells[$0] ?? "" }.joined(separator: ",") + "\n"
    let (rows, found) = read(text)
    #expect(found.isEmpty)
    #expect(rows.first?.metric == .utilization && rows.first?.value == 7 && rows.first?.context == nil)
  }

  @Test("Each missing column is told, with the one that was perhaps meant") func missing() {
    let text = Self.header.replacing("micro_batch", with: "micro_batchs").replacing(",pp,", with: ",")
    let found = read(text + Self.line()).problems
    #expect(found.map(\.message) == ["column 'pp' is missing", "column 'micro_batch' is missing"])
    #expect(found.last?.help == "is 'micro_batchs' meant to be it?")
    #expect(found.first?.place.map { "\($0.line):\($0.column)" } == "1:1")
  }

  @Test(
    "What cannot be read is placed at its cell",
    arguments: [
      ("tp", "two", "does not start with a number"), ("tp", "-2", "minus sign"), ("pp", "1.5", "'pp' is '1.5'"),
      ("dp", "0", "is not above zero"), ("layers", "1e12", "'layers' is '1e12'"),
      ("value", "nan", "not a finite"), ("value", "inf", "not a finite"), ("value", "-0.5", "minus sign"),
      ("value", "1e999", "too large"), ("value", "", "'value' is empty"), ("value", "0", "is not above zero"),
      ("value", "3 s", "is time"), ("params_b", "0x10", "0x10"), ("accelerators", "NaN", "not a finite"),
      ("metric", "step_tiem_s", "which is not known"), ("metric", "", "'metric' is empty"),
      ("id", "", "'id' is empty"), ("source", " ", "'source' is empty"),
    ])
  func wrongCells(column: String, text: String, message: String) {
    let line = Self.line([column: text])
    let place = Self.columns.firstIndex(of: column) ?? 0
    let before = line.split(separator: ",", omittingEmptySubsequences: false).prefix(place)
    let start = before.reduce(1) { $0 + $1.count + 1 }
    let found = read(Self.header + line).problems
    #expect(found.count == 1)
    #expect(found.first?.message.contains(message) == true, "\(found.map(\.rendered))")
    #expect(found.first?.help?.isEmpty == false)
    #expect(found.first?.place.map { "\($0.line):\($0.column)" } == "2:\(start)")
  }

  @Test("All that is wrong is told at once, up to a hundred problems") func allAtOnce() {
    let bad = Self.line(["tp": "x", "value": "nan", "metric": "speed"])
    #expect(read(Self.header + bad).problems.count == 3)
    let many = (0..<500).map { Self.line(["id": "a-\($0)", "tp": "x"]) }.joined()
    let found = read(Self.header + many).problems
    #expect(found.count == Reading.limit + 1)
    #expect(found.last?.message.contains("there may be more problems") == true)
  }

  @Test("An id given twice names the line where it was first") func twice() {
    let found = read(Self.header + Self.line() + Self.line(["id": "b"]) + Self.line() + Self.line()).problems
    #expect(found.map { $0.place?.line } == [4, 5])
    #expect(found.allSatisfy { $0.message.contains("first in line 2") })
  }

  @Test(
    "A file without a run is told so",
    arguments: [
      ("", "the file is empty"), ("\n\n", "the file is empty"), (MeasurementTests.header, "there is no run"),
      ("a,b\n1,2\n", "does not name the columns"),
    ])
  func empty(text: String, message: String) {
    let found = read(text).problems
    #expect(found.count == 1 && found[0].message.contains(message), "\(found.map(\.rendered))")
    #expect(found.first?.help?.isEmpty == false)
  }

  @Test("A line with too few or too many fields, or a column named twice, is told") func width() {
    #expect(read(Self.header + "a,b\n").problems.first?.message.contains("2 fields, and there are 38") == true)
    #expect(read(Self.header + Self.line(["notes": "a,b"])).problems.first?.message.contains("39 fields") == true)
    let doubled = Self.header.dropLast() + ",tp\n"
    #expect(read(String(doubled)).problems.map(\.message) == ["column 'tp' is named twice"])
  }

  @Test(
    "The series is the id without its number",
    arguments: [("vtrain-multi-0027", "vtrain-multi"), ("a100-8", "a100"), ("x7", "x"), ("12", "12"), ("run", "run")])
  func series(id: String, series: String) {
    #expect(read(Self.header + Self.line(["id": id])).rows.first?.series == series)
  }

  @Test(
    "The grade is the letter that opens the note",
    arguments: [
      ("[A] x", Measurement.Grade.clean), ("[C]", .weak), ("[D] x", nil), ("A", nil), ("see [A]", nil), ("", nil),
    ])
  func grade(notes: String, grade: Measurement.Grade?) {
    #expect(read(Self.header + Self.line(["notes": notes])).rows.first?.grade == grade)
  }

  @Test("The shipped runs are read, and each has a description of its source") func shippedRuns() throws {
    let runs = try Measurement.read(shipped.measurementsFile())
    #expect(runs.count == 2526)
    #expect(Set(runs.map(\.metric)) == Set(Measurement.Metric.allCases))
    #expect(runs.allSatisfy { $0.grade != nil })
    let sources = try shipped.measurementSources()
    for series in Set(runs.map(\.series)) { #expect(sources.isKnown(series), "\(series)") }
  }

  @Test("docs/Files.md names every column, and which may be left out") func page() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    let section = page.components(separatedBy: "## measurements").last ?? ""
    var named: [String] = []
    for line in section.split(separator: "\n") where line.hasPrefix("| ") && !line.hasPrefix("| column") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      for name in cells[0].components(separatedBy: ", ") {
        named.append(name)
        let column = MeasurementColumn(rawValue: name)
        #expect(column?.isRequired == !cells[1].hasSuffix("?"), "\(name)")
      }
    }
    #expect(Set(named) == Set(Self.columns) && named.count == Self.columns.count)
  }

  @Test("The first folder's runs are the ones that count, and where none has any it is said") func roots() throws {
    let mine = try Folder.sample()
    let catalog = try mine.catalog()
    #expect(problems { () throws(Diagnostics) in try catalog.measurementsFile() }.count == 1)
    let file = try mine.write("measurements/runs.csv", Self.header + Self.line())
    #expect(try Catalog(roots: [mine.path, repository + "/configs"]).measurementsFile() == file)
    try mine.write("measurements/runs.csv", Self.header + Self.line(["tp": "x"]))
    #expect(try mine.catalog().check().contains { $0.message.contains("'tp'") })
  }

  @Test("Bytes of a run gone wrong give a row or a problem, never a trap") func fuzz() {
    var random = SplitMix64(seed: 9)
    let text = Array((Self.header + Self.line(["tp": "8", "notes": "\"[A] \"\"so\"\", é\""])).utf8)
    for _ in 0..<2000 {
      var bytes = text
      for _ in 0..<3 {
        let place = Int(random.next() % UInt64(bytes.count))
        bytes[place] = Array("\",\n\r-x0.é".utf8)[Int(random.next() % 10)]
      }
      let (rows, found) = read(String(decoding: bytes, as: UTF8.self))
      #expect(!rows.isEmpty || !found.isEmpty)
      #expect(found.allSatisfy { !$0.rendered.isEmpty })
    }
  }
}
