import Calibration
import Foundation
import Testing

@testable import Planning
@testable import Scenarios

/// Whole projects beside what would have been told of them.
@Suite struct ProjectReplayTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])

  @Test("Every shipped project is read or says what it lacks, and days are those published or hours over accelerators")
  func reading() throws {
    let all = try Self.catalog.projects()
    #expect(all.count == 39)
    let found = all.compactMap { try? $0.1.get() }
    #expect(found.count >= 20 && Set(found.map(\.team)).count >= 9)
    let smollm = try #require(found.first { $0.id == "total-smollm3-01" })
    #expect(smollm.days == 24 && smollm.units == 48 && smollm.stack == "nanotron" && smollm.kind == .experienced)
    #expect(abs(smollm.job.model.parameterCount.total / 3.075e9 - 1) < 0.01)
    let large = try #require(found.first { $0.id == "total-llama3-05" })
    #expect(abs(large.days - 3.084e7 / 16384 / 24) < 1e-9)
    for project in found {
      #expect(try project.stack.map { try Self.catalog.stack($0).name } == project.stack)
    }
    for (id, one) in all where id == "total-gpt3-01" {
      guard case .failure(let gap) = one else {
        Issue.record("\(id) is graded [C]")
        continue
      }
      #expect(gap == .weak)
    }
  }

  @Test("Shapes of projects have the parameters that were published") func shapes() throws {
    let text = try String(
      contentsOfFile: MeasuredPlansTests.repository + "/configs/measurements/projects.csv", encoding: .utf8)
    for project in try Self.catalog.projects().compactMap({ try? $0.1.get() }) {
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(project.id + ",") })
      let counted = project.job.model.parameterCount.total / 1e9
      // The published count is a number of billions in the row.
      let near = line.split(separator: ",").compactMap { Double($0) }.contains { abs($0 / counted - 1) < 0.07 }
      #expect(near, "\(project.id): \(counted)")
    }
  }

  @Test(
    "Of every project days are expected, each inside an interval of its own, and the shipped practice is what they say")
  func replay() throws {
    let facts = try Self.catalog.operatingFacts(), practice = try #require(facts.practice)
    let posterior = try #require(try Self.catalog.posterior())
    let knowledge = Knowledge(
      posterior, priors: try Self.catalog.priors(), runs: try Self.catalog.fittedRuns(), untried: practice.untried,
      samples: 200)
    var told = 0
    let replay = try #require(
      try ProjectReplay(Self.catalog, facts: facts, knowledge: knowledge, shipped: practice) { _, _ in
        told += 1
        return true
      })
    #expect(replay.lines.count == told && told >= 20)
    for line in replay.lines {
      #expect(line.interval.low < line.interval.median && line.interval.median < line.interval.high)
      #expect(line.tuned > 0 && line.expected >= line.tuned)
    }
    // The bars of the project: most are inside, and expected days are right in the middle.
    let inside = Double(replay.lines.count { $0.isInside }) / Double(replay.lines.count)
    // A third of the projects are one team's, so that its pace moves the median of all: 1.10, where teams are at 0.98.
    let middles = replay.middles
    #expect(inside >= 0.85 && (0.93...1.07).contains(middles.teams), "\(inside) \(middles)")
    #expect((0.93...1.12).contains(middles.projects), "\(middles)")
    for (name, own, shipped) in [
      ("experienced", replay.practice.experienced, practice.experienced),
      ("first", replay.practice.first, practice.first), ("software", replay.practice.software, practice.software),
    ] {
      #expect(abs(own.factor / shipped.factor - 1) < 0.02 && abs(own.spread - shipped.spread) < 0.03, "\(name): \(own)")
    }
    #expect(
      try ProjectReplay(Self.catalog, facts: facts, knowledge: knowledge, shipped: practice) { _, _ in false } == nil)
  }
}
