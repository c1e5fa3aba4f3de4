import Foundation
import Planning
import Quantities
import Testing

@testable import Reporting
@testable import Scenarios
@testable import Simulation

@Suite struct NotesTests {
  /// Swift files of a folder of sources, by their path.
  private static func sources(_ folder: String) throws -> [(file: String, text: String)] {
    let root = repository + "/Sources/" + folder
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") }.sorted().map {
      ("\(folder)/\($0)", try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8))
    }
  }

  @Test("Every case has a sample here, and no code stands for two cases") func codes() throws {
    var written: [String] = []
    for (_, text) in try Self.sources("Reporting/Notes") {
      written += text.matches(of: /(?:Wording|no|taken|\s)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)*)",/).map {
        String($0.output.1)
      }
    }
    #expect(written.count > 100 && Set(written).count == written.count)
    let sampled = Set(NoteSamples.wordings.map(\.code))
    #expect(sampled.symmetricDifference(written).isEmpty, "\(sampled.symmetricDifference(written))")
  }

  @Test("A note says its figures in a sentence without its period") func sentences() {
    // A way to buy has words of its own, and problems of a plan have theirs.
    let worded = ["pricing", "problems"]
    for note in NoteSamples.wordings {
      let text = note.text
      #expect(!text.isEmpty && !text.hasSuffix(".") && !text.contains("\n"), "\(note.code)")
      for (name, figure) in note.figures where !worded.contains(name) {
        let said =
          switch figure {
          case .text(let word): text.contains(word)
          case .texts(let words): words.allSatisfy(text.contains)
          case .integer(let value): text.contains("\(value)")
          case .integers(let values): values.allSatisfy { text.contains("\($0)") }
          case .number: text.contains(where: \.isNumber)
          }
        #expect(said, "\(note.code): \(name) is not in '\(text)'")
      }
    }
    #expect(Set(NoteSamples.wordings.map(\.kind)) == Set(Wording.Kind.allCases))
  }

  @Test("Every problem of a plan says a way out") func help() {
    #expect(NoteSamples.plans.allSatisfy { !$0.help.isEmpty })
    #expect(
      PlanProblem.tensorDoesNotDivideHeads(16, heads: 40).help == "use one of: 1, 2, 4, 5, 8, 10, 20, 40")
    #expect(RefusalReason.plan([.zeroNeedsRanks(3), .devices(product: 4, available: 8)]).text.contains("one; tp × pp"))
  }

  @Test("JSON carries of each note its code, kind, figures and sentence, and CSV the codes alone") func files() throws {
    let notes = [
      Note.run(.memoryTight(instance: "toy.8", probability: 0.75)),
      .set(AppliedOverride(path: "a.b", value: "\"1\"", before: nil)),
    ]
    let row = Sample.row(run: Sample.run("toy.8", notes: notes))
    let data = Data(JSON.text(ResultColumns.all, [row]).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let written = try #require((object["rows"] as? [[String: Any]])?.first)
    let all = try #require(written["notes"] as? [[String: Any]])
    #expect(all.map { $0["code"] as? String } == ["profile-extrapolated", "memory-tight", "figure-set"])
    #expect(all.map { $0["kind"] as? String } == ["assumption", "warning", "assumption"])
    #expect((all[1]["figures"] as? [String: Any])?["probability"] as? Double == 0.75)
    #expect((all[2]["figures"] as? [String: Any])?["value"] as? String == "\"1\"")
    #expect(written["warnings"] as? String == all[1]["text"] as? String)
    #expect(written["note_codes"] as? String == "profile-extrapolated;memory-tight;figure-set")
    let csv = CSV.text(ResultColumns.all, [row])
    #expect(csv.contains(",profile-extrapolated;memory-tight;figure-set,"))
    #expect(csv.contains(",note_codes,") && !csv.contains("\"code\""))
  }

  @Test("A row that does not run carries why, and a skipped run its reason") func refused() throws {
    let refusal = Refusal(.plan([.zeroNeedsRanks(3), .sequenceParallelNeedsTensor]))
    let row = ResultRow(job: Sample.job(), result: Sample.option("toy.8", .cannot(refusal)))
    #expect(row.wordings.codes == "zero-needs-ranks;sequence-parallel-needs-tensor")
    #expect(row.wordings.map(\.text).joined(separator: "; ") == refusal.reason.text)
    let line = CSV.records(VerdictColumns.all, [ValidationTextTests.skipped("a-1", .offloading)])
    #expect(line.hasSuffix(",offloading-not-modelled\r\n"))
  }

  @Test("A row of a suite reads back with its notes") func suiteRow() throws {
    let result = Sample.option(
      "toy.8", .runs(Sample.run("toy.8", notes: [.run(.checkpointRateUnknown(instance: "\t\"a\n"))])))
    let row = SuiteRow(result, job: Sample.job(), suite: "s", name: "c")
    #expect(row["notes"] != .unknown && SuiteRow(line: row.line) == row)
  }

  @Test("No room but Reporting words what it finds") func worded() throws {
    // The lines of a bill have labels; they are no notes.
    let labels = "Costing/Owning.swift"
    let old = [
      ".formatted", "reason: String", "warnings: [String]", "assumptions: [String]", "gaps: [String]",
      "notes: [String]", ".sentence",
    ]
    for room in ["Simulation", "Operating", "Costing", "Calibration", "Planning"] {
      let files = try Self.sources(room)
      #expect(!files.isEmpty)
      for (file, text) in files where file != labels {
        let found = old.filter(text.contains)
        #expect(found.isEmpty, "\(file) has \(found)")
      }
    }
  }
}
