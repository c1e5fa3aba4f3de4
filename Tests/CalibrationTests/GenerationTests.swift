import Scenarios
import Testing

@testable import Calibration

/// Chips of one design share what is known of them, and no others do.
@Suite struct GenerationTests {
  private static func subject(_ chip: String) throws -> Subject {
    Subject(try Rows.catalog.chip(chip), try Rows.catalog.stack("nemo"))
  }

  @Test("An H200 has the offset of an H100's generation, a B200 another; a chip alone has its own")
  func scopes() throws {
    let space = try FitRows.space()
    func generations(_ chip: String) throws -> [ParameterScope] {
      try space.terms(.gemm16bit, Self.subject(chip)).map { space.elements[$0].scope }.filter {
        if case .generation = $0 { true } else { false }
      }
    }
    #expect(try generations("h100") == [.generation("hopper")] && generations("h200") == [.generation("hopper")])
    #expect(try generations("gb300") == generations("b200") && generations("b200") != generations("h100"))
    #expect(try generations("trainium2") == [.generation("trainium2")])
  }

  @Test("What is measured of one chip is believed of its sisters more than of others") func sisters() throws {
    let rows = try FitRows.some(every: 60)
    var priors = try FitRows.priors.get()
    let before = try Self.fitted(priors, rows)
    let place = try #require(priors.observations.firstIndex { $0.scope == .chip("b300") && $0.parameter == .gemm16bit })
    priors.observations[place].value = 0.5
    priors.observations[place].spread = 0.01
    let after = try Self.fitted(priors, rows)
    let moved = zip(before, after).map { $0 - $1 }
    // B300 itself, its sister GB300, and the H100 of another generation.
    #expect(moved[0] > moved[1] && moved[1] > 3 * max(0, moved[2]) && moved[1] > 0.05)
  }

  private static func fitted(_ priors: Priors, _ rows: [FitRow]) throws -> [Double] {
    var families: [String: String] = [:]
    for name in Rows.catalog.names(.stacks) { families[name] = try Rows.catalog.stack(name).family }
    let space = ParameterSpace(priors, kin: try FitRows.kin(), families: families)
    let fit = Fitter(space, rows).run()
    return try ["b300", "gb300", "h100"].map {
      space.fitted(fit.coordinates, try subject($0))[EfficiencyParameter.gemm16bit.rawValue]
    }
  }
}
