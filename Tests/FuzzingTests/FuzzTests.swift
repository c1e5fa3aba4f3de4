import Foundation
import TestSupport
import Testing

/// Wrong files for every reader. A few in every test; with TRAINFARE_FUZZ_SECONDS (`make fuzz`) as many as there is time for.
/// Each run has a number: TRAINFARE_FUZZ_RUN repeats one. A crash leaves its number in the file that is named at the start.
@Suite struct FuzzTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
  }

  @Test("Whatever the bytes, a reader gives a value or says what is wrong, soon and in words that can be printed")
  func readers() throws {
    let folder = NSTemporaryDirectory() + "trainfare-fuzz-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let seeds = Dictionary(uniqueKeysWithValues: Reader.allCases.map { ($0, $0.seeds()) })
    for (reader, own) in seeds { #expect(!own.isEmpty, "\(reader) has no file to begin with") }
    let all = Array(seeds.values.joined()), seconds = Self.number("TRAINFARE_FUZZ_SECONDS")
    let first = Self.number("TRAINFARE_FUZZ_RUN") ?? Self.number("TRAINFARE_FUZZ_SEED") ?? 1
    let last = NSTemporaryDirectory() + "trainfare-fuzz-last"
    if seconds != nil { print("the number of the run that is at work stands in \(last)") }
    let clock = ContinuousClock(), start = clock.now
    var done: UInt64 = 0, refused = 0, slowest = Duration.zero
    func goesOn() -> Bool {
      if Self.number("TRAINFARE_FUZZ_RUN") != nil { return done == 0 }
      return seconds.map { clock.now - start < .seconds(Int64($0)) } ?? (done < 10 * UInt64(Reader.allCases.count))
    }
    while goesOn() {
      let run = first + done
      var mutation = Mutation(seed: run, others: all)
      let reader = Reader.allCases[Int(run % UInt64(Reader.allCases.count))]
      let bytes = mutation.changed(mutation.pick(seeds[reader] ?? []))
      if seconds != nil { try "\(run)".write(toFile: last, atomically: false, encoding: .utf8) }
      let begin = clock.now
      do {
        let found = try reader.problems(bytes, in: folder)
        if !found.isEmpty { refused += 1 }
        for text in found {
          let isPlain = !text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" }
          #expect(!text.isEmpty && isPlain, "run \(run), \(reader): \(text)")
        }
      } catch {
        Issue.record("run \(run), \(reader): \(error)")
      }
      slowest = max(slowest, clock.now - begin)
      #expect(clock.now - begin < .seconds(20), "run \(run), \(reader) is slow")
      done += 1
    }
    #expect(refused > 0 || done < 50, "the mutations hit nothing")
    if seconds != nil { print("\(done) runs from \(first), \(refused) refused, the slowest took \(slowest)") }
  }
}
