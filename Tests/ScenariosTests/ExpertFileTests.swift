import Testing

@testable import Scenarios

@Suite struct ExpertFileTests {
  private static func found(_ experts: String) throws -> (experts: Experts?, problems: [Diagnostic]) {
    let folder = try Folder.sample()
    try folder.write(
      "models/e.yaml",
      """
      kind: model
      version: 2
      source: a paper
      retrieved: 2026-01-31
      summary: experts
      family: decoder
      layers: 2
      hidden_size: 64
      attention_heads: 8
      feed_forward_size: 128
      vocabulary_size: 1000
      max_sequence_length: 512
      activation: swiglu
      normalization: rmsnorm
      positions: rotary
      tied_embeddings: false
      experts: {count: 8, per_token: 2, size: 32\(experts)}

      """)
    let catalog = try folder.catalog()
    let problems = problems { () throws(Diagnostics) in try catalog.model("e") }
    guard problems.isEmpty, case .experts(let read) = try catalog.model("e").layout.kinds[0].feedForward else {
      return (nil, problems)
    }
    return (read, [])
  }

  @Test("Groups that a token may go to are a part of all; where nothing is said it may go to any") func groups() throws
  {
    #expect(try Self.found("").experts?.within == 1)
    #expect(try Self.found(", groups: 4, groups_per_token: 1").experts?.within == 0.25)
  }

  @Test("Half of what groups need, and more groups than there are, are refused with what is missing") func halves()
    throws
  {
    #expect(try Self.found(", groups_per_token: 2").problems.map(\.message) == ["groups are not counted"])
    #expect(try Self.found(", groups: 4").problems.map(\.message) == ["how many groups a token goes to is not said"])
    #expect(
      try Self.found(", groups: 4, groups_per_token: 5").problems.map(\.message) == [
        "a token goes to more groups than there are"
      ])
  }

  @Test("Loads of experts are even, or as full as the fullest rank, or spread") func loads() throws {
    #expect(try Self.found("").experts?.loads == .fullestRank(1))
    #expect(try Self.found(", imbalance: 1.25").experts?.loads == .fullestRank(1.25))
    #expect(try Self.found(", spread: 0.3").experts?.loads == .spread(0.3))
    #expect(try Self.found(", spread: 0").experts?.loads == .spread(0))
  }

  @Test(
    "A load that is said twice, or of which no load can be, is refused where it stands",
    arguments: [
      (", imbalance: 1.2, spread: 0.3", "'imbalance' and 'spread' are given", 69),
      (", spread: 101", "'spread' is 101.0", 53),
      (", spread: -1", "'spread' takes a number of zero or more, not '-1'", 53),
      (", imbalance: 0.5", "'imbalance' is 0.5", 56),
    ])
  func wrongLoads(experts: String, message: String, column: Int) throws {
    let problems = try Self.found(experts).problems
    #expect(problems.map(\.message) == [message])
    let place = problems.first?.place
    #expect(place?.line == 17 && place?.column == column, "\(problems.map(\.rendered))")
  }
}
