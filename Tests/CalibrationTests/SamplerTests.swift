import Foundation
import Simulation
import Testing

@testable import Calibration
@testable import Scenarios

@Suite struct SamplerTests {
  private let posterior: Posterior
  private let priors: Priors
  private let h100: Efficiency
  private let subject: Subject

  init() throws {
    posterior = try #require(try Rows.catalog.posterior())
    priors = try Rows.catalog.priors()
    h100 = try Rows.catalog.efficiency(chip: "h100", stack: "nemo")
    subject = Subject(try Rows.catalog.chip("h100"), h100.stack)
  }

  @Test("the same seed gives the same draws, another seed others, and none leaves its range") func seeds() {
    let a = Sampler(posterior, priors: priors, count: 200).values(around: h100.values, subject)
    let b = Sampler(posterior, priors: priors, count: 200).values(around: h100.values, subject)
    let c = Sampler(posterior, priors: priors, count: 200, seed: 2).values(around: h100.values, subject)
    #expect(a == b && a != c)
    for values in a {
      for parameter in EfficiencyParameter.allCases {
        let value = values[parameter]
        let isFraction = parameter.scale == .fraction || parameter.scale == .overlap
        #expect(value.isFinite && value >= 0 && (!isFraction || value <= 1), "\(parameter.key) \(value)")
      }
    }
  }

  @Test("the median draw is the profile's own value, and draws spread as the posterior says") func medians() throws {
    let sampler = Sampler(posterior, priors: priors, count: 4000)
    let draws = sampler.values(around: h100.values, subject)
    for parameter in [EfficiencyParameter.gemm16bit, .hostForward, .scaleOut] {
      let fitted = draws.map { parameter.scale.fitted($0[parameter]) }.sorted()
      #expect(abs(fitted[2000] - parameter.scale.fitted(h100[parameter])) < 0.1 * (fitted[3800] - fitted[200]))
      let expected = deviation(parameter)
      let found = (fitted[3800] - fitted[200]) / (2 * Interval.halfWidth)
      #expect(abs(found / expected - 1) < 0.1, "\(parameter.key): \(found) \(expected)")
    }
  }

  /// Standard deviation of a parameter of the subject: offsets that hang together by the factor's rows, the others alone.
  private func deviation(_ parameter: EfficiencyParameter) -> Double {
    let size = posterior.correlated
    var along = [Double](repeating: 0, count: size), alone = 0.0
    for scope in subject.scopes(parameter, priors) {
      let element = Posterior.Element(parameter, scope)
      if let i = posterior.elements.firstIndex(of: element) {
        let spread = posterior.spreads[i]
        if i < size {
          for k in 0...i { along[k] += spread * posterior.factor[i * size + k] }
        } else {
          alone += spread * spread
        }
      } else {
        alone += priors.spread(element) * priors.spread(element)
      }
    }
    return along.reduce(alone) { $0 + $1 * $1 }.squareRoot()
  }

  @Test("two types of one chip share their draws; two chips do not") func common() throws {
    let sampler = Sampler(posterior, priors: priors, count: 2000)
    let a100 = try Rows.catalog.efficiency(chip: "a100-80", stack: "nemo")
    let other = Subject(try Rows.catalog.chip("a100-80"), a100.stack)
    let x = sampler.values(around: h100.values, subject).map { log($0[.gemm16bit]) }
    let y = sampler.values(around: a100.values, other).map { log($0[.gemm16bit]) }
    #expect(sampler.values(around: h100.values, subject).map { log($0[.gemm16bit]) } == x)
    #expect(sampler.unexplained(subject) == sampler.unexplained(subject))
    #expect(sampler.unexplained(subject) != sampler.unexplained(other))
    // Stack, family and population are common to both.
    let r = try #require(Structure.spearman(x, y))
    #expect(abs(r) < 0.99)
  }

  @Test("a chip that no run was fitted to has wider draws than one with many") func extrapolated() throws {
    let sampler = Sampler(posterior, priors: priors, count: 1000)
    func width(_ chip: String, _ stack: String, _ parameter: EfficiencyParameter) throws -> Double {
      let profile = try Rows.catalog.efficiency(chip: chip, stack: stack)
      let draws = sampler.values(
        around: profile.values, Subject(try Rows.catalog.chip(chip), profile.stack))
      let fitted = draws.map { parameter.scale.fitted($0[parameter]) }.sorted()
      return fitted[950] - fitted[50]
    }
    #expect(
      try width("trainium3", "neuronx-distributed", .gemm16bit) > 1.2 * width("h100", "nemo", .gemm16bit))
  }
}
