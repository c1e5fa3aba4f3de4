import CWorkload

/// Samples of one time, and what they come to.
///
/// Something else running on this machine only ever adds to a time. So samples during which the system took a processor
/// away, or had none to give, count only where too few others are there to go by, and then the three fastest of all.
public struct Timing: Codable, Sendable {
  /// Seconds, in the order they were taken.
  private var quiet: [Double] = []
  private var disturbed: [Double] = []
  /// Samples that were interrupted, those among them whose own time is known all the same.
  private var interrupted = 0

  public init() {}

  public mutating func add(_ seconds: Double, isDisturbed: Bool, wasInterrupted: Bool? = nil) {
    if isDisturbed { disturbed.append(seconds) } else { quiet.append(seconds) }
    if wasInterrupted ?? isDisturbed { interrupted += 1 }
  }

  private var used: [Double] {
    if isQuiet || disturbed.isEmpty { return quiet }
    let all = (quiet + disturbed).sorted()
    return Array(all.prefix(3))
  }

  /// Samples that count, of those taken.
  public var count: Int { used.count }
  public var taken: Int { quiet.count + disturbed.count }
  public var interruptedShare: Double { Double(interrupted) / Double(max(1, taken)) }
  public var isEmpty: Bool { taken == 0 }
  /// Whether enough samples were quiet to speak of the machine rather than of what else ran on it.
  public var isQuiet: Bool { quiet.count >= 3 }
  public var seconds: Double { median(used) }
  /// Median absolute deviation, as a share of the median.
  public var spread: Double { deviation(used) / seconds }
}

/// Takes samples; knows the clocks and whether something else was running.
///
/// What runs in the calling thread alone and was interrupted is given the time that a processor worked for it. Of
/// several threads no clock says how long they would have taken.
struct Stopwatch {
  var threads: Int

  /// Share of a sample that threads may wait for processors: what waking up takes on a machine with nothing else to do.
  private static let mostWaiting = 0.01

  /// Runs `body` so often that a sample lasts about `least` seconds, and adds the time of one run. A disturbed sample is
  /// taken again, twice at most.
  func sample(_ timing: inout Timing, least: Double, _ body: () -> Void) {
    for _ in 0..<3 {
      // The first run warms caches and threads, the second says how many more there should be.
      body()
      let trial = tw_now()
      body()
      let repeats = max(1, min(10_000, Int((least / max(tw_now() - trial, 1e-8)).rounded(.up))))
      if time(&timing, repeats, body) { return }
    }
  }

  /// The same for something that is only ever run whole, as a training step.
  func sampleOnce(_ timing: inout Timing, _ body: () -> Void) {
    for _ in 0..<3 where time(&timing, 1, body) { return }
  }

  /// Whether the sample is one to go by.
  private func time(_ timing: inout Timing, _ repeats: Int, _ body: () -> Void) -> Bool {
    let before = tw_preemptions(), waited = tw_waited(), worked = tw_worked(), start = tw_now()
    for _ in 0..<repeats { body() }
    let passed = tw_now() - start, own = tw_worked() - worked
    let wasInterrupted = tw_preemptions() > before || tw_waited() - waited > Stopwatch.mostWaiting * passed
    let isKnown = !wasInterrupted || threads == 1
    timing.add(
      (wasInterrupted && isKnown ? own : passed) / Double(repeats), isDisturbed: !isKnown,
      wasInterrupted: wasInterrupted)
    return isKnown
  }
}
