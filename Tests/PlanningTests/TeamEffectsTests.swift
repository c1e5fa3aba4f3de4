import Testing

@testable import Planning

/// How values of teams are put together: between the mean of teams and the mean of all projects.
@Suite struct TeamEffectsTests {
  @Test("Teams of one project each count alike, and all of their scatter is between teams") func single() throws {
    let effects = try #require(TeamEffects([[0.1], [0.2], [0.6]]))
    #expect(abs(effects.mean - 0.3) < 1e-12 && effects.within == 0)
    #expect(abs(effects.between - 0.07) < 1e-12 && effects.variance == effects.between)
  }

  @Test("Where teams do not differ, projects count alike") func alike() throws {
    // Means of 0 and 0.1, less apart than projects of one team are.
    let effects = try #require(TeamEffects([[-0.4, 0.4, -0.3, 0.3], [0.1]]))
    #expect(effects.between == 0 && abs(effects.mean - 0.02) < 1e-12)
    #expect(abs(effects.within - 0.5 / 3) < 1e-12)
  }

  @Test("Where teams differ and projects of one do not, teams count alike") func apart() throws {
    let effects = try #require(TeamEffects([[0, 0, 0, 0, 0, 0], [1, 1]]))
    #expect(abs(effects.mean - 0.5) < 1e-12 && effects.within == 0 && abs(effects.between - 0.5) < 1e-12)
  }

  @Test("Between the two a team with many projects counts more, by the closed form of equal counts") func both() throws
  {
    // Two teams of two: mean squares 0.16 between and 0.02 within, so (0.16 − 0.02) ÷ 2 between.
    let effects = try #require(TeamEffects([[0, 0.2], [0.4, 0.6]]))
    #expect(abs(effects.within - 0.02) < 1e-12 && abs(effects.between - 0.07) < 1e-12)
    let many = try #require(TeamEffects([[0, 0.2], [0.4, 0.6, 0.4, 0.6, 0.4, 0.6]]))
    #expect(many.mean > 0.3 && many.mean < 0.4)
  }

  @Test("How projects of a team scatter may be known from elsewhere; one team says nothing of others") func known()
    throws
  {
    let effects = try #require(TeamEffects([[0.1], [0.2], [0.6]], within: 0.03))
    #expect(abs(effects.between - 0.04) < 1e-12 && abs(effects.variance - 0.07) < 1e-12)
    #expect(try #require(TeamEffects([[0.1], [0.2]], within: 1)).between == 0)
    #expect(try #require(TeamEffects([[0.3], [0.3]])).variance == 0)
    #expect(TeamEffects([[0.1, 0.2]]) == nil && TeamEffects([[], [0.1]]) == nil && TeamEffects([]) == nil)
  }
}
