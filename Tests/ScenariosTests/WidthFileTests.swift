import Testing

@testable import Scenarios

@Suite struct WidthFileTests {
  private static let text = """
    kind: model
    version: 2
    source: a paper
    retrieved: 2026-01-31
    summary: two towers
    family: decoder
    hidden_size: 96
    attention_heads: 4
    feed_forward_size: 384
    vocabulary_size: 1000
    activation: gelu
    normalization: layernorm
    positions: rotary
    tied_embeddings: true
    blocks:
      - {repeat: 2, hidden_size: 128, attention_heads: 8, feed_forward_size: 512, length: 50, causal: false}
      - {repeat: 3}

    """

  private static func model(_ old: String = "", _ new: String = "") throws -> Model {
    let folder = try Folder.sample()
    try folder.write("models/w.yaml", old.isEmpty ? text : text.replacing(old, with: new))
    return try folder.catalog().model("w")
  }

  private static func heads(_ model: Model) -> [[Int]] {
    model.layout.kinds.map { kind in
      guard case .attention(let one) = kind.mixer else { return [] }
      return [one.heads, one.headDimension]
    }
  }

  private static func keyValueHeads(_ model: Model) -> [Int] {
    model.layout.kinds.compactMap { kind in
      if case .attention(let one) = kind.mixer { one.keyValueHeads } else { nil }
    }
  }

  @Test("A tower is read with its width, its heads are shares of it, and parameters are those counted by hand")
  func whole() throws {
    let model = try Self.model(), kinds = model.layout.kinds
    #expect(kinds.map(\.hiddenSize) == [128, nil] && kinds.map(\.length) == [50, nil])
    #expect(Self.heads(model) == [[8, 16], [4, 24]] && model.layout.counts == [2, 3])
    func layer(_ h: Int) -> Int { 12 * h * h + 4 * h }
    #expect(model.parameterCount.total == Double(2 * layer(128) + 3 * layer(96) + 1000 * 96 + 2 * 96))
  }

  @Test("Words may have another width than layers, of decoders") func words() throws {
    let same = try Self.model(), narrow = try Self.model("vocabulary_size", "embedding_size: 32\nvocabulary_size")
    // A layer in and one back, and fewer numbers a word.
    #expect(narrow.parameterCount.embedding == Double(1000 * 32 + 32 * 96))
    #expect(narrow.parameterCount.head == same.parameterCount.head + 32 * 96)
    #expect(narrow.parameterCount.layers == same.parameterCount.layers)
    let own = try Self.model("tied_embeddings: true", "embedding_size: 32\ntied_embeddings: false")
    #expect(own.parameterCount.head == narrow.parameterCount.head + 1000 * 32)
  }

  @Test("What a tower does not say is as beside the blocks, but for the size of its heads") func inherited() throws {
    let heads = try Self.model("attention_heads: 8, feed_forward_size: 512, ", "")
    #expect(Self.heads(heads) == [[4, 32], [4, 24]])
    let own = try Self.model("attention_heads: 8, ", "attention_heads: 8, head_dimension: 12, ")
    #expect(Self.heads(own) == [[8, 12], [4, 24]])
    let grouped = try Self.model("attention_heads: 4\n", "attention_heads: 4\nkey_value_heads: 2\n")
    #expect(Self.keyValueHeads(grouped) == [8, 2])
    let narrow = try Self.model("attention_heads: 8, ", "key_value_heads: 1, ")
    #expect(Self.keyValueHeads(narrow) == [1, 4])
    // Blocks inside a block have its width.
    let inside = try Self.model(
      "{repeat: 3}", "{hidden_size: 192, blocks: [{}, {hidden_size: 96}, {feed_forward: none}]}")
    #expect(inside.layout.kinds.map(\.hiddenSize) == [128, 192, nil, 192])
    #expect(Self.heads(inside) == [[8, 16], [4, 48], [4, 24], [4, 48]])
  }

  @Test("Where only blocks say how many heads they have, these share the model's width") func headless() throws {
    let top = "attention_heads: 4\n", rest = String(try #require(Self.text.split(separator: top).last))
    let model = try Self.model(top + rest, rest.replacing("{repeat: 3}", with: "{repeat: 3, attention_heads: 6}"))
    #expect(Self.heads(model) == [[8, 16], [6, 16]])
  }

  @Test("A block that says the model's own width is like one that says nothing") func same() throws {
    let model = try Self.model("- {repeat: 3}", "- {repeat: 2}\n  - {hidden_size: 96}")
    #expect(model.layout.counts == [2, 3])
    #expect(model.layout == (try Self.model()).layout)
  }

  @Test(
    "What makes no width is told at its place",
    arguments: [
      ("hidden_size: 128", "hidden_size: 0", "'hidden_size' is '0'", 16, 30),
      ("hidden_size: 128", "hidden_size: wide", "'hidden_size' takes a whole number, not 'wide'", 16, 30),
      ("hidden_size: 128", "hidden_sizes: 128", "key 'hidden_sizes' is unknown", 16, 17),
      ("attention_heads: 8", "attention_heads: 7", "7 attention heads do not divide the hidden size 128", 16, 52),
      ("hidden_size: 128, attention_heads: 8", "hidden_size: 129", "4 attention heads do not divide", 16, 30),
      (
        "{repeat: 3}", "{hidden_size: 8, convolution: {kernel: 1, inputs: 8, outputs: 8, positions: 4}}",
        "'hidden_size' is none of a convolution", 17, 19
      ),
      ("length: 50,", "adaptive_norm: true,", "a block of another width adapts to nothing", 16, 30),
      (
        "family: decoder", "family: encoder\nembedding_size: 32", "'embedding_size' is of decoders that give words", 7,
        17
      ),
      (
        "tied_embeddings: true", "tied_embeddings: false\noutputs: 2\nembedding_size: 32",
        "'embedding_size' is of decoders that give words", 16, 17
      ),
    ])
  func wrong(old: String, new: String, message: String, line: Int, column: Int) throws {
    let folder = try Folder.sample()
    try folder.write("models/w.yaml", Self.text.replacing(old, with: new))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.model("w") }
    let one = try #require(found.first { $0.message.contains(message) }, "\(found.map(\.rendered))")
    #expect(one.place?.line == line && one.place?.column == column, "\(one.rendered)")
  }

  private static let projected = """
      - {projection: {inputs: 12, outputs: 128, bias: true, norm: after, activation: gelu, vectors: 51}, length: 50}
      - {repeat: 2, hidden_size: 128, attention_heads: 8, feed_forward_size: 512, length: 50, causal: false}
      - {projection: {inputs: 128, outputs: 96, norm: before}}
    """

  private static func projecting(_ old: String = "", _ new: String = "") -> String {
    let tower =
      "  - {repeat: 2, hidden_size: 128, attention_heads: 8, feed_forward_size: 512, length: 50, causal: false}"
    let lines = old.isEmpty ? projected : projected.replacing(old, with: new)
    return text.replacing(tower, with: lines)
  }

  @Test("Projections are read with all that they have, and counted by hand") func projections() throws {
    let folder = try Folder.sample()
    try folder.write("models/w.yaml", Self.projecting())
    let model = try folder.catalog().model("w"), kinds = model.layout.kinds
    let first = Projection(inputs: 12, outputs: 128, bias: true, norm: .after, activation: .gelu, vectors: 51)
    #expect(kinds.map(\.mixer)[0] == .projection(first) && kinds.map(\.length) == [50, 50, nil, nil])
    #expect(kinds[2].mixer == .projection(Projection(inputs: 128, outputs: 96, norm: .before)))
    #expect(kinds.map(\.norms) == [0, 2, 0, 2] && kinds.map(\.standsAlone) == [true, false, true, false])
    let count = model.parameterCount.kinds.map(\.total)
    #expect(count[0] == Double(12 * 128 + 128 + 2 * 128 + 51 * 128) && count[2] == Double(128 * 96 + 2 * 128))
    // Adapters leave them alone.
    let adapted: Int = 2 * 4 * 2 * 128 + 3 * 4 * 2 * 96
    #expect(model.adapterParameters(rank: 1, .attention) == Double(adapted))
    #expect(model.ownLengths == [50])
  }

  @Test(
    "What makes no projection is told, with what would",
    arguments: [
      ("inputs: 12, ", "", "key 'inputs' is missing"), ("norm: after", "norm: around", "'norm' is 'around'"),
      ("activation: gelu", "activation: swiglu", "'activation' is 'swiglu'"),
      ("length: 50}", "hidden_size: 128}", "'hidden_size' is none of a projection"),
      ("length: 50}", "norms_per_layer: 2}", "'norms_per_layer' is none of a projection"),
      ("length: 50}", "convolution: {kernel: 1, inputs: 8, outputs: 8, positions: 4}}", "a block has one mixer"),
    ])
  func wrongProjection(old: String, new: String, message: String) throws {
    let folder = try Folder.sample()
    try folder.write("models/w.yaml", Self.projecting(old, new))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.model("w") }
    #expect(found.contains { $0.message.contains(message) }, "\(found.map(\.rendered))")
  }

  @Test("Tokens that are attended to may have a width of their own, and only those") func across() throws {
    let text = "{attends_to: 77, attends_to_width: 32, feed_forward: none}"
    let model = try Self.model("{repeat: 3}", text)
    guard case .attention(let one) = model.layout.kinds[1].mixer else {
      Issue.record("no attention")
      return
    }
    #expect(one.across == 77 && one.acrossWidth == 32)
    #expect(model.parameterCount.kinds[1].total == Double(2 * 96 * 96 + 2 * 32 * 96 + 2 * 96))
    let folder = try Folder.sample()
    try folder.write("models/w.yaml", Self.text.replacing("{repeat: 3}", with: "{attends_to_width: 32}"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.model("w") }
    #expect(found.map(\.message) == ["'attends_to_width' is of other tokens, and the block attends to its own"])
  }
}
