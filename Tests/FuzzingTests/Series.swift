import Foundation

/// Runs one after another, on several threads: each thread takes the next number and has a folder of its own.
struct Series {
  var first: UInt64
  /// How many; nil: as many as there is time for.
  var count: UInt64?
  /// How long; nil: until there were so many.
  var seconds: UInt64?
  var threads: Int

  /// Where the numbers of runs at work stand, a line a thread.
  static let last = NSTemporaryDirectory() + "trainfare-fuzz-last"

  func run(_ seeds: Seeds) throws -> Tally {
    let folder = NSTemporaryDirectory() + "trainfare-fuzz-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let numbers = open(Self.last, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(numbers) }
    let whole = Shared()
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      whole.add(work(seeds, thread, Desk(folder + "/\(thread)"), numbers))
    }
    return whole.tally
  }

  /// The runs of one thread.
  private func work(_ seeds: Seeds, _ thread: Int, _ desk: Desk, _ numbers: Int32) -> Tally {
    var tally = Tally()
    let clock = ContinuousClock(), start = clock.now
    var run = first + UInt64(thread)
    while count.map({ run - first < $0 }) ?? true, seconds.map({ clock.now - start < .seconds(Int64($0)) }) ?? true {
      var line = Array("\(run)".utf8)
      line += [UInt8](repeating: 32, count: max(0, 23 - line.count)) + [10]
      pwrite(numbers, line, line.count, off_t(24 * thread))
      let reader = Reader.allCases[Int(run % UInt64(Reader.allCases.count))]
      let bytes = seeds.wrong(reader, run: run)
      let begin = clock.now
      do {
        let found = try reader.problems(bytes, run: run, at: desk)
        if !found.isEmpty { tally.refused += 1 }
        for text in found where text.isEmpty || text.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" }) {
          tally.problems.append("run \(run), \(reader) says what cannot be printed: \(text)")
        }
      } catch {
        tally.problems.append("run \(run), \(reader): \(error)")
      }
      let took = clock.now - begin
      if took > .seconds(20) { tally.problems.append("run \(run), \(reader) is slow") }
      tally.times[reader, default: .zero] += took
      tally.slowest = max(tally.slowest, took)
      tally.done += 1
      run += UInt64(threads)
    }
    return tally
  }

  /// What the threads found, put together.
  private final class Shared: @unchecked Sendable {
    private let lock = NSLock()
    // Read when no thread is left.
    private(set) var tally = Tally()

    func add(_ part: Tally) {
      lock.withLock {
        tally.done += part.done
        tally.refused += part.refused
        tally.problems += part.problems
        tally.slowest = max(tally.slowest, part.slowest)
        tally.times.merge(part.times, uniquingKeysWith: +)
      }
    }
  }
}

/// What runs found.
struct Tally {
  var done: UInt64 = 0
  var refused = 0
  var problems: [String] = []
  var slowest = Duration.zero
  var times: [Reader: Duration] = [:]

  func text(from first: UInt64) -> String {
    let each = Double(done) / Double(Reader.allCases.count)
    let slow = times.sorted { $0.value > $1.value }.prefix(6).map { reader, time in
      "\(reader) \(Int((time / .microseconds(1) / each).rounded())) µs"
    }
    return "\(done) runs from \(first), \(refused) refused, \(problems.count) wrong; the slowest took \(slowest); "
      + "on average: \(slow.joined(separator: ", "))"
  }
}
