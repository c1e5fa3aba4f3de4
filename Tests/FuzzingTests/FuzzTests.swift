import Foundation
import TestSupport
import Testing

/// Wrong files for every reader. A few in every test; with TRAINFARE_FUZZ_SECONDS or TRAINFARE_FUZZ_RUNS (`make fuzz`) as many as
/// there is time for, or so many, on TRAINFARE_FUZZ_THREADS. Each run has a number: TRAINFARE_FUZZ_RUN repeats one. A crash
/// leaves the numbers of the runs that were at work in the file that is named at the start.
@Suite struct FuzzTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
  }

  @Test("Whatever the bytes, a reader gives a value or says what is wrong, soon and in words that can be printed")
  func readers() throws {
    let seeds = Seeds()
    for reader in Reader.allCases { #expect(!seeds.of(reader).isEmpty, "\(reader) has no file to begin with") }
    let repeated = Self.number("TRAINFARE_FUZZ_RUN")
    let seconds = Self.number("TRAINFARE_FUZZ_SECONDS"), runs = Self.number("TRAINFARE_FUZZ_RUNS")
    let isLong = repeated == nil && (seconds != nil || runs != nil)
    let series = Series(
      first: repeated ?? Self.number("TRAINFARE_FUZZ_SEED") ?? 1,
      count: isLong ? runs : repeated == nil ? 10 * UInt64(Reader.allCases.count) : 1,
      seconds: isLong ? seconds : nil, threads: isLong ? Int(Self.number("TRAINFARE_FUZZ_THREADS") ?? 1) : 1)
    if isLong { print("the numbers of the runs that are at work stand in \(Series.last)") }
    let tally = try series.run(seeds)
    for problem in tally.problems { Issue.record("\(problem)") }
    #expect(tally.refused > 0 || tally.done < 50, "the mutations hit nothing")
    #expect(series.count.map { $0 == tally.done } != false || seconds != nil, "not all runs were made")
    if isLong { print(tally.text(from: series.first)) }
  }
}
