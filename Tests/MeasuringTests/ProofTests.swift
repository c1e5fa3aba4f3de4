import TestSupport
import Testing

@testable import Measuring

@Suite struct ProofTests {
  @Test("the operators of a step are the six products per parameter and token of the rule of thumb, and attention")
  func flops() {
    for shape in Proof.cases(threads: [1], isQuick: false).map(\.0) {
      let t = Double(shape.tokens), c = Double(shape.width), layers = Double(shape.layers)
      let weights = layers * 12 * c * c + 256 * c
      // Scores and values forward, four products backward, none skipped for the mask.
      let attention = layers * 12 * t * Double(shape.sequence) * c
      let expected = 6 * weights * t + attention
      #expect(abs(shape.flops / expected - 1) < 1e-12, "\(shape.name)")
    }
  }

  @Test("at least 24 steps are predicted, each once, none with a shape of the grid that is measured")
  func cases() {
    for threads in [[1], [1, 2], [1, 2, 4, 8]] {
      let cases = Proof.cases(threads: threads, isQuick: false)
      #expect(cases.count >= 24)
      #expect(Set(cases.map { "\($0.0.name) \($0.1)" }).count == cases.count)
    }
    for (grid, isQuick) in [(Grid.full, false), (Grid.quick, true)] {
      let measured = Set(grid.works.filter { $0.routine == .product || $0.routine == .headProduct })
      for (shape, _) in Proof.cases(threads: [1], isQuick: isQuick) {
        #expect(!grid.steps.contains(shape))
        #expect(shape.works.allSatisfy { !measured.contains($0.work) }, "\(shape.name)")
      }
    }
  }

  @Test("on a machine that obeys the model, predictions are right and ranges hold")
  func prediction() {
    var machine = SyntheticMachine()
    machine.noise = 0.03
    let profile = Profile(machine.measurement(.quick, threads: [1, 2]))
    #expect(abs(exponential(profile.factor(of: Grid.quick.steps[1], threads: 2).mean) - 1.1) < 0.03)
    let runs = Proof.cases(threads: [1, 2], isQuick: false).map { shape, threads in
      var run = Session.Run(shape: shape, threads: threads)
      run.timing.add(machine.step(shape, threads: threads), isDisturbed: false)
      run.firstLoss = 5
      run.lastLoss = 4
      return run
    }
    let proof = Proof(profile, runs)
    #expect(proof.isAccurate && proof.medianError < 0.05 && proof.coverage > 0.8)
    for row in proof.rows {
      #expect(row.prediction.low < row.prediction.seconds && row.prediction.seconds < row.prediction.high)
    }
    // Twice as slow as predicted is missed, and told.
    let slow = Proof(
      profile,
      runs.map { run in
        var run = run
        run.timing = Timing()
        run.timing.add(2 * machine.step(run.shape, threads: run.threads), isDisturbed: false)
        return run
      })
    #expect(!slow.holds && !slow.isAccurate && slow.coverage == 0)
  }

  @Test("the same measurement gives the same prediction, from its file too; a file that is none gives nothing")
  func file() throws {
    let measurement = SyntheticMachine().measurement(.quick, threads: [1])
    let profile = Profile(measurement), text = MeasurementFile.text(profile)
    let read = try #require(MeasurementFile.measurement(from: Array(text.utf8)))
    let (shape, threads) = Proof.cases(threads: [1], isQuick: true)[0]
    let a = Prediction(profile, shape, threads: threads), b = Prediction(Profile(read), shape, threads: threads)
    #expect(a.seconds == b.seconds && a.low == b.low && a.high == b.high)
    #expect(MeasurementFile.text(Profile(read)) == text)
    var random = SplitMix64(seed: 3)
    let bytes = Array(text.utf8)
    for _ in 0..<20 {
      var broken = bytes
      for _ in 0..<3 {
        broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(in: 32..<127, using: &random)
      }
      // Whatever it is: no trap.
      if let found = MeasurementFile.measurement(from: broken) { _ = Profile(found) }
    }
    for text in ["", "{}", "[1]", "kind: chip"] { #expect(MeasurementFile.measurement(from: Array(text.utf8)) == nil) }
    #expect(MeasurementFile.measurement(from: Array(bytes.prefix(bytes.count / 2))) == nil)
  }
}
