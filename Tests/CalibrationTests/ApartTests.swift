import Testing

@testable import Calibration
@testable import Scenarios

/// What stands apart in one architecture, as processors do, is no business of the others.
@Suite struct ApartTests {
  private static func fit(_ change: (inout Priors) -> Void) throws -> (space: ParameterSpace, fit: Fit) {
    var priors = try FitRows.priors.get()
    change(&priors)
    var families: [String: String] = [:]
    for name in Rows.catalog.names(.stacks) { families[name] = try Rows.catalog.stack(name).family }
    let space = ParameterSpace(priors, kin: try FitRows.kin(), families: families)
    return (space, Fitter(space, try FitRows.some(every: 60)).run())
  }

  private static let gpu = Subject(chip: "a100-80", architecture: "gpu", stack: "nemo", family: "megatron-core")
  private static let graviton = Subject(
    chip: "graviton5", architecture: "cpu", stack: "pytorch-cpu", family: "pytorch-cpu")

  @Test("What is believed of processors moves no accelerator, and moves them by all of it") func others() throws {
    let (space, fit) = try Self.fit { _ in }
    let (moved, other) = try Self.fit { priors in
      for parameter in (priors.apart["cpu"] ?? [:]).keys { priors.apart["cpu"]?[parameter]?.center += 1 }
    }
    let before = space.fitted(fit.coordinates, Self.gpu), after = moved.fitted(other.coordinates, Self.gpu)
    for (a, b) in zip(before, after) { #expect(abs(a - b) < 1e-9) }
    let own = space.fitted(fit.coordinates, Self.graviton), far = moved.fitted(other.coordinates, Self.graviton)
    let host = EfficiencyParameter.hostForward.rawValue
    #expect(abs(far[host] - own[host] - 1) < 1e-9)
  }

  @Test("A parameter that stands apart is drawn without the population's offset") func scopes() throws {
    let priors = try FitRows.priors.get()
    #expect(!Self.graviton.scopes(.hostForward, priors).contains(.population))
    #expect(Self.graviton.scopes(.scaleOut, priors).contains(.population))
    #expect(Self.gpu.scopes(.hostForward, priors).contains(.population))
    let own = try #require(priors.apart["cpu"]?[.hostForward])
    #expect(priors.spread(.hostForward, .architecture("cpu")) == own.spread)
    #expect(priors.spread(.hostForward, .architecture("gpu")) == priors[.hostForward].architecture)
  }
}
