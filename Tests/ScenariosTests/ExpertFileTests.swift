import Testing

@testable import Scenarios

@Suite struct ExpertFileTests {
  private static func found(_ experts: String) throws -> (within: Double?, problems: [String]) {
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
    let problems = problems { () throws(Diagnostics) in try catalog.model("e") }.map(\.message)
    guard problems.isEmpty, case .experts(let read) = try catalog.model("e").layout.kinds[0].feedForward else {
      return (nil, problems)
    }
    return (read.within, [])
  }

  @Test("Groups that a token may go to are a part of all; where nothing is said it may go to any") func groups() throws
  {
    #expect(try Self.found("").within == 1)
    #expect(try Self.found(", groups: 4, groups_per_token: 1").within == 0.25)
  }

  @Test("Half of what groups need, and more groups than there are, are refused with what is missing") func halves()
    throws
  {
    #expect(try Self.found(", groups_per_token: 2").problems == ["groups are not counted"])
    #expect(try Self.found(", groups: 4").problems == ["how many groups a token goes to is not said"])
    #expect(
      try Self.found(", groups: 4, groups_per_token: 5").problems == ["a token goes to more groups than there are"])
  }
}
