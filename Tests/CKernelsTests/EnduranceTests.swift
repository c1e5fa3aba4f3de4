import CKernels
import TestSupport
import Testing

@Suite struct EnduranceTests {
  /// Failure rates and times of work for one remainder.
  static func columns(_ count: Int) -> (failures: [Double], work: [Double]) {
    var random = SplitMix64(seed: UInt64(90 + count))
    return (
      (0..<count).map { _ in power(random.between(-15, -1.3)) }, (0..<count).map { _ in random.between(1, 1000) }
    )
  }

  static func fast(_ count: Int, _ rest: tf_endurance, level: tf_level = TF_AVX512) -> [Double] {
    let (failures, work) = columns(count)
    var out = [Double](repeating: .nan, count: count), rest = rest
    tf_productive_at(level, &out, failures, work, count, &rest)
    return out
  }

  static func naive(_ count: Int, _ rest: tf_endurance) -> [Double] {
    let (failures, work) = columns(count)
    var out = [Double](repeating: .nan, count: count), rest = rest
    tf_productive_naive(&out, failures, work, count, &rest)
    return out
  }

  static let rests = [
    endurance(), endurance(stall: 20, recovery: 100),
    endurance(hard: 0.5, stall: 20, lag: 1e9, recovery: 100, replacement: 1e5, spares: 3),
    endurance(hard: 1, stall: 1e-6, lag: 1, replacement: 1e4, spares: 300), endurance(hard: 1, replacement: 1e12),
  ]

  @Test(
    "productive shares equal their naive twin's, which solves the chain", arguments: [0, 1, 2, 63, 64, 65, 5000], rests)
  func twin(count: Int, rest: tf_endurance) {
    let parted = differences(Self.fast(count, rest), Self.naive(count, rest), "share")
    #expect(parted.isEmpty, "\(parted.prefix(3))")
  }

  @Test("productive shares are the same bits at every instruction set", arguments: [TF_BASE, TF_AVX2], rests)
  func levels(level: tf_level, rest: tf_endurance) {
    #expect(sameBits(Self.fast(5001, rest, level: level), Self.fast(5001, rest)))
  }

  @Test("without failures only the stalls are lost, whatever else is true of the run")
  func sound() {
    #expect(productive(endurance(hard: 1, work: 300, stall: 100, lag: 50, recovery: 1e9, replacement: 1e9)) == 0.75)
    #expect(productive(endurance()) == 1)
  }

  @Test("hopeless runs get nothing done, and that is a number", arguments: [1, 10, 1e100, 1e300])
  func hopeless(failures: Double) {
    #expect(productive(endurance(failures: failures, work: 1000)) == 0)
    #expect(productive(endurance(failures: failures, hard: 1, work: 1e200, recovery: 1e10, replacement: 1e10)) == 0)
  }

  @Test("rare failures cost half a period, the recovery and the lag each")
  func rare() {
    for failures in [1e-12, 1e-10, 1e-8] {
      let lost = 1 - productive(endurance(failures: failures, work: 900, lag: 300, recovery: 100))
      #expect(abs(lost / (failures * (450 + 300 + 100)) - 1) < 1e3 * failures + 1e-3)
    }
  }

  // Source: any table of Erlang's loss formula.
  @Test(
    "what is lost to waiting is Erlang's",
    arguments: [(1, 1, 0.5), (2, 1, 0.2), (5, 3, 0.110054), (10, 10, 0.214582), (20, 12, 0.009796)]
      as [(Double, Double, Double)])
  func erlang(lines: Double, load: Double, lost: Double) {
    let failures = 1e-15
    let share = productive(
      endurance(failures: failures, hard: 1, replacement: load / failures, spares: lines - 1))
    #expect(abs(share - (1 - lost)) < 1e-6)
  }

  @Test("nothing that is worse makes a run more productive")
  func laws() {
    var random = SplitMix64(seed: 91)
    for _ in 0..<2000 {
      let run = randomEndurance(&random), share = productive(run)
      #expect(share >= 0 && share <= 1)
      let worse: [(String, WritableKeyPath<tf_endurance, Double>, Double)] = [
        ("failures", \.failures, run.failures * 1.1), ("hard", \.hard, (run.hard + 1) / 2),
        ("stall", \.stall, run.stall * 1.1 + 1), ("lag", \.lag, run.lag + 10),
        ("recovery", \.recovery, run.recovery + 10),
        ("replacement", \.replacement, run.replacement * 2), ("spares", \.spares, max(0, run.spares - 1)),
      ]
      for (name, field, value) in worse {
        var other = run
        other[keyPath: field] = value
        #expect(productive(other) <= share * (1 + 1e-13), "\(name) of \(run)")
      }
    }
  }

  @Test(
    "the share that is waited equals its naive twin's, and is what shares of a run have in them",
    arguments: [(0.0, 0.0), (0.3, 0), (2, 1), (8, 3), (40, 60), (1e-9, 2), (1e6, 5)])
  func waiting(load: Double, spares: Double) {
    let waited = tf_waiting(load, spares)
    #expect(abs(waited - tf_waiting_naive(load, spares)) <= 1e-12)
    var with = tf_endurance(
      failures: 1e-4, hard: 1, work: 1000, stall: 1, lag: 0, recovery: 10, replacement: load / 1e-4, spares: spares)
    var without = with
    without.replacement = 0
    var shares = (0.0, 0.0), failures = 1e-4, work = 1000.0
    tf_productive(&shares.0, &failures, &work, 1, &with)
    tf_productive(&shares.1, &failures, &work, 1, &without)
    #expect(abs(shares.0 - (1 - waited) * shares.1) <= 1e-12)
  }
}
