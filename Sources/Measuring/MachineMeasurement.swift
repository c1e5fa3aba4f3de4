/// What was measured, as it is kept in a file: times only. What follows from them is worked out anew from these.
public struct MachineMeasurement: Codable, Sendable {
  public struct Point: Codable, Sendable {
    public var work: Work
    public var threads: Int
    public var timing: Timing
  }
  public struct StepPoint: Codable, Sendable {
    public var shape: StepShape
    public var threads: Int
    public var timing: Timing
  }

  public var facts: Facts
  /// Thread counts, ascending.
  public var threads: [Int]
  public var isQuick: Bool
  /// ISO day.
  public var date: String
  public var points: [Point]
  /// Training steps run whole.
  public var steps: [StepPoint]

  public func timing(_ routine: Work.Routine, threads: Int) -> [(work: Work, timing: Timing)] {
    points.filter { $0.work.routine == routine && $0.threads == threads && !$0.timing.isEmpty }
      .map { ($0.work, $0.timing) }
  }

  /// The same whatever the number of threads.
  public func bestRate(_ routine: Work.Routine) -> Double? {
    threads.compactMap { bestRate(routine, threads: $0) }.max()
  }

  /// FLOP/s of the fastest product of a kind; nil where none was measured.
  public func bestRate(_ routine: Work.Routine, threads: Int) -> Double? {
    timing(routine, threads: threads).map { $0.work.flops / $0.timing.seconds }.max()
  }

  /// Bytes/s of copy or triad in any number of threads, whichever is fastest.
  public var bandwidth: Double {
    threads.flatMap { count in [Work.Routine.copy, .triad].flatMap { timing($0, threads: count) } }
      .map { $0.work.bytes / $0.timing.seconds }.max() ?? 1
  }

  /// Seconds that sharing a product costs: the least one that every thread count shared, beyond its even part of the
  /// time in one thread; nil with one thread.
  public func forkJoin(threads: Int) -> Double? {
    guard threads > 1, self.threads.contains(1) else { return nil }
    let alone = Dictionary(uniqueKeysWithValues: timing(.product, threads: 1).map { ($0.work, $0.timing.seconds) })
    // OpenBLAS keeps products of at most 2^18 multiply-additions to one thread (its interface/gemm.c, 0.3.21).
    let shared = timing(.product, threads: threads).filter { $0.work.flops > 2 * 262_144 }
    guard let least = shared.min(by: { $0.work.flops < $1.work.flops }), let one = alone[least.work] else { return nil }
    return least.timing.seconds - one / Double(threads)
  }

  /// Median over all points of how far repetitions spread, as a share.
  public var noise: Double { median(points.filter { !$0.timing.isEmpty }.map(\.timing.spread)) }
  /// Share of samples during which something else took a processor.
  public var interrupted: Double {
    let all = points.map(\.timing.interruptedShare)
    return all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count)
  }
}
