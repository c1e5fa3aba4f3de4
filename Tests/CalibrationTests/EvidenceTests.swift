import Testing

@testable import Calibration
@testable import Scenarios

/// What grade a prediction has.
@Suite struct EvidenceTests {
  private let run = RunFeatures(
    texts: ["chip", "stack", "bf16", "none"], numbers: [8e9, 4096, 256, 64, 1, 1, 1, 1, 1, 1, 0, 0])

  /// - Parameters:
  ///   - ends: the longest step of the interval over the shortest.
  ///   - change: in what the question differs from the only fitted run.
  private func grade(
    _ ends: Double, fitted: Bool = true, sold: Bool = true, _ change: (inout RunFeatures) -> Void = { _ in }
  ) -> Evidence {
    let known = FittedRun(id: "a-1", team: "a", features: run, memory: 0.5, measured: 1, predicted: 1)
    var asked = run
    change(&asked)
    // Nothing but tensor degrees makes a difference of their own.
    var likeness = Likeness()
    for feature in Likeness.Feature.allCases { likeness[feature] = feature == .tensor ? 1 : 100 }
    return Evidence(
      Nearest([known], to: asked, likeness), isChipFitted: fitted, isSold: sold,
      steps: Interval(low: 10, median: 10 * ends.squareRoot(), high: 10 * ends))
  }

  @Test("A grade follows from the interval's width, and measured needs a run near it besides") func grades() {
    #expect(grade(1.6) == .measured)
    #expect(grade(1.8) == .calibrated)
    #expect(grade(2.6) == .extrapolated)
    #expect(grade(1.6, sold: false) == .calibrated)
    #expect(grade(1.6, fitted: false) == .extrapolated)
  }

  @Test("A run of other degrees, of many more devices, with adapters or experts measures nothing of this one")
  func unlike() {
    #expect(grade(1.6) { $0.tensor = 2 } == .measured && grade(1.6) { $0.tensor = 4 } == .calibrated)
    #expect(grade(1.6) { $0.devices = 512 } == .measured && grade(1.6) { $0.devices = 1024 } == .calibrated)
    #expect(grade(1.6) { $0.adapters = true } == .calibrated && grade(1.6) { $0.expert = 1 } == .calibrated)
    #expect(grade(1.6) { $0.stack = "other" } == .calibrated && grade(1.6) { $0.chip = "other" } == .calibrated)
  }
}
