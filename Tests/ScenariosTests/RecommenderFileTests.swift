import Testing

@testable import Scenarios

@Suite struct RecommenderFileTests {
  private static let text = """
    kind: model
    version: 1
    source: somewhere
    retrieved: 2026-11-25
    summary: a recommender
    family: recommender
    bottom: [4, 16, 8]
    top: [18, 32, 1]
    interaction: dot
    embedding_dimension: 8
    tables: [{rows: 1 k, lookups: 2, count: 3}, {rows: 10}]

    """

  private static func found(_ old: String = "", _ new: String = "") throws -> [Diagnostic] {
    let folder = try Folder.sample()
    try folder.write("models/r.yaml", old.isEmpty ? text : text.replacing(old, with: new))
    let catalog = try folder.catalog()
    return problems { () throws(Diagnostics) in try catalog.model("r") }
  }

  @Test("A recommender's file is read as it stands") func whole() throws {
    let folder = try Folder.sample()
    try folder.write("models/r.yaml", Self.text)
    let model = try folder.catalog().model("r")
    let net = try #require(model.recommender)
    #expect(model.family == .recommender && model.summary == "a recommender")
    #expect(net.bottom == [4, 16, 8] && net.top == [18, 32, 1] && net.dimension == 8)
    #expect(net.tableCount == 4 && net.rows == 3010 && net.lookups == 7)
  }

  @Test(
    "What of a file makes no recommender is told, with what would",
    arguments: [
      ("bottom: [4, 16, 8]\n", "", "key 'bottom' is missing"),
      ("[4, 16, 8]", "[4, 16, 9]", "gives 9 values beside vectors of 8"),
      ("[18, 32, 1]", "[19, 32, 1]", "takes 19 values and interaction gives 18"),
      ("[18, 32, 1]", "[18]", "'top' has no layer"),
      ("interaction: dot", "interaction: cross", "needs 'crosses' and 'cross_rank'"),
      ("interaction: dot", "interaction: dot\ncrosses: 3", "is of 'interaction: cross'"),
      ("interaction: dot", "interaction: sum", "'interaction' is 'sum'"),
      ("[{rows: 1 k, lookups: 2, count: 3}, {rows: 10}]", "[]", "'tables' is empty"),
      ("{rows: 10}", "{row: 10}", "key 'row' is unknown"),
      ("lookups: 2", "lookups: 0", "'lookups' is '0'"),
    ])
  func wrong(old: String, new: String, message: String) throws {
    let found = try Self.found(old, new)
    #expect(found.contains { $0.message.contains(message) }, "\(found.map(\.rendered))")
  }

  @Test("Keys of a transformer are none of a recommender, nor the reverse") func keys() throws {
    #expect(try Self.found().isEmpty)
    let layers = try Self.found("interaction: dot", "interaction: dot\nlayers: 2")
    #expect(layers.map(\.message) == ["key 'layers' is unknown"])
    let folder = try Folder.sample()
    try folder.write("models/m1.yaml", Samples.model + "tables: [{rows: 10}]\n")
    let catalog = try folder.catalog()
    let tables = problems { () throws(Diagnostics) in try catalog.model("m1") }
    #expect(tables.map(\.message) == ["key 'tables' is unknown"])
    let decoder = try Self.found("family: recommender", "family: decoder")
    #expect(decoder.contains { $0.message.contains("'layers'") && $0.message.contains("are missing") })
  }

  @Test("A job of a recommender has sequences of one, and no adapters") func jobs() throws {
    let folder = try Folder.sample()
    try folder.write("models/r.yaml", Self.text)
    func found(_ lines: String) throws -> [String] {
      try folder.write(
        "jobs/r.yaml", "kind: job\nversion: 1\nmodel: r\ntokens: 1 M\nglobal_batch: 64\n" + lines)
      let catalog = try folder.catalog()
      return problems { () throws(Diagnostics) in try catalog.job("r") }.map(\.message)
    }
    #expect(try found("sequence_length: 1\n").isEmpty)
    #expect(
      try found("sequence_length: 8\n") == ["r is a recommender, whose samples are sequences of one, not of 8"])
    #expect(
      try found("sequence_length: 1\nlora_rank: 8\n") == ["r is a recommender, which has no matrices for adapters"])
  }

  @Test(
    "The shipped recommenders have the published number of parameters, and rows",
    arguments: [
      ("dlrm-small", 4.2e9, 32_709_138.0), ("dlrm-criteo", 24.04e9, 187_767_399), ("dlrm-dcnv2", 26.12e9, 204_184_588),
      ("dlrm-whole", 113e9, 882_774_575),
    ])
  func shippedRecommenders(name: String, parameters: Double, rows: Double) throws {
    let model = try shipped.model(name)
    #expect(model.recommender?.tableCount == 26 && model.recommender?.rows == rows)
    let counted = model.parameterCount.total
    #expect(abs(counted / parameters - 1) < 0.005, "\(counted)")
  }

  @Test("A count that is off the published one is a finding of check") func offCount() throws {
    let folder = try Folder.sample()
    try folder.write("models/r.yaml", Self.text + "published_parameters: 30 M\n")
    let found = try folder.catalog().check()
    #expect(found.contains { $0.message.contains("off the published 30 M") }, "\(found.map(\.rendered))")
  }
}
