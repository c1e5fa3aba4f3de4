import Foundation
import Testing

@testable import Calibration
@testable import Scenarios

/// The Gaussian process of what no parameter explains, against what can be worked out by hand.
@Suite struct ResidualFieldTests {
  private func features(_ tensor: Int = 1, chip: String = "c", stack: String = "s", parameters: Double = 8e9)
    -> RunFeatures
  {
    RunFeatures(
      texts: [chip, stack, "bf16", "none"],
      numbers: [parameters, 4096, 512, 64, Double(tensor), 1, 1, 1, 1, 1, 0, 0])
  }

  /// Every spread is zero but those given.
  private func likeness(_ spreads: [Likeness.Part: Double]) -> Likeness {
    var likeness = Likeness()
    for part in Likeness.Part.allCases { likeness[part] = spreads[part] ?? 0 }
    return likeness
  }

  private func field(_ likeness: Likeness, _ runs: [(String, RunFeatures, Double)]) -> ResidualField {
    ResidualField(likeness, runs.map { ($0.0, $0.1) }, residuals: runs.map(\.2))
  }

  @Test("For a stranger the parts add up as variances, and what is new of chip, stack and both adds its own")
  func stranger() {
    let l = likeness([.team: 0.2, .run: 0.1, .noise: 0.1, .newPair: 0.3, .newStack: 0.4, .newChip: 0.5])
    let base = 0.04 + 0.01 + 0.01
    let field = field(l, [("a", features(), 0.3), ("a", features(chip: "d", stack: "t"), 0)])
    let known = field.unexplained(features())
    // Another team's residuals say nothing where nothing is shared across teams.
    #expect(abs(known.spread * known.spread - base) < 1e-12 && known.shift == 0)
    func square(_ chip: String, _ stack: String) -> Double {
      let spread = field.unexplained(features(chip: chip, stack: stack)).spread
      return spread * spread
    }
    #expect(abs(square("c", "t") - base - 0.09) < 1e-12)
    #expect(abs(square("c", "u") - base - 0.09 - 0.16) < 1e-12)
    #expect(abs(square("e", "s") - base - 0.09 - 0.25) < 1e-12)
    #expect(abs(square("e", "u") - base - 0.09 - 0.16 - 0.25) < 1e-12)
  }

  @Test("Near a run of its own team a prediction bends to it and is surer; far from it only what teams share is left")
  func own() {
    let l = likeness([.team: 0.2, .run: 0.1, .noise: 0.05])
    let field = field(l, [("a", features(), 0.3)])
    // One run with residual r and variance V = 0.04 + 0.01 + 0.0025: the mean is k·r/V, the variance V − k²/V.
    let v = 0.0525
    let same = field.unexplained(features(), team: "a")
    #expect(abs(same.shift + 0.05 / v * 0.3) < 1e-9)
    #expect(abs(same.spread * same.spread - (v - 0.05 * 0.05 / v)) < 1e-9)
    let far = field.unexplained(features(1024), team: "a")
    #expect(abs(far.shift + 0.04 / v * 0.3) < 1e-6 && far.spread > same.spread)
    // One doubling of the tensor degree is 1 ÷ length of the way.
    let near = field.unexplained(features(2), team: "a"), s = exp(-0.5 / (l[.tensor] * l[.tensor]))
    // The micro-batches double with it.
    let m = exp(-0.5 / (l[.microBatches] * l[.microBatches]))
    #expect(abs(near.shift + (0.04 + 0.01 * s * m) / v * 0.3) < 1e-9)
  }

  @Test("A hundred questions at once are told what each alone is")
  func many() {
    let l = likeness([.team: 0.2, .run: 0.1, .across: 0.1, .noise: 0.05])
    let runs: [(String, RunFeatures, Double)] = (0..<40).map { i in
      let size = 1e9 * Double(1 + i)
      return ("\(i % 4)", features(1 << (i % 5), parameters: size), 0.01 * Double(i - 20))
    }
    let field = field(l, runs), asked = (0..<100).map { features(1 << ($0 % 7), parameters: 3e8 * Double(1 + $0)) }
    for (one, both) in zip(asked, field.unexplained(asked, team: "2")) {
      let alone = field.unexplained(one, team: "2")
      #expect(abs(alone.shift - both.shift) < 1e-12 && abs(alone.spread - both.spread) < 1e-12)
    }
  }

  @Test("A fit to teams that differ by 30% each says that teams do, and holds nine rows in ten")
  func fit() {
    var rows: [LikenessFit.Row] = []
    for team in 0..<20 {
      let off = team % 2 == 0 ? 0.3 : -0.3
      for k in 0..<5 {
        rows.append(
          LikenessFit.Row(
            team: "\(team)", features: features(1 << k, chip: "c\(team % 3)"), residual: off + 0.001 * Double(k),
            variance: 0, news: []))
      }
    }
    let found = LikenessFit(rows, usual: Likeness()).run()
    let whole = [Likeness.Part.team, .run, .across, .noise].reduce(0) { $0 + found[$1] * found[$1] }.squareRoot()
    #expect(Interval.halfWidth * whole >= 0.3 && found[.team] > 0.12 && whole < 0.6)
    #expect(found[.noise] < Likeness()[.noise])
    // Without rows nothing is learnt.
    #expect(LikenessFit([], usual: Likeness()).run() == Likeness())
  }
}
