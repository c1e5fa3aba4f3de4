import Testing

@testable import Scenarios

@Suite struct ConvolutionFileTests {
  private static let text = """
    kind: model
    version: 2
    source: a paper
    retrieved: 2026-01-31
    summary: pictures
    family: encoder
    blocks:
      - {convolution: {kernel: 7, inputs: 3, outputs: 16, positions: 1024, stride: 2}}
      - {repeat: 2, convolution: {kernel: 3, inputs: 16, outputs: 16, positions: 1024, ending: sum}}
    hidden_size: 16
    vocabulary_size: 0
    normalization: plain
    positions: none
    tied_embeddings: false
    outputs: 10

    """

  private static func found(_ old: String = "", _ new: String = "") throws -> [String] {
    let folder = try Folder.sample()
    try folder.write("models/c.yaml", old.isEmpty ? text : text.replacing(old, with: new))
    let catalog = try folder.catalog()
    return problems { () throws(Diagnostics) in try catalog.model("c") }.map(\.message)
  }

  @Test("A net of convolutions is read as it stands, and counted by hand") func whole() throws {
    let folder = try Folder.sample()
    try folder.write("models/c.yaml", Self.text)
    let model = try folder.catalog().model("c")
    let first = Convolution(kernel: 7, inputs: 3, outputs: 16, positions: 1024, stride: 2)
    let second = Convolution(kernel: 3, inputs: 16, outputs: 16, positions: 1024, ending: .sum)
    #expect(model.layout.kinds.map(\.mixer) == [.convolution(first), .convolution(second)])
    #expect(model.layers == 3 && model.hasConvolutions && model.hasDataRanksAlone)
    #expect(model.layout.kinds.allSatisfy { $0.feedForward == .none && $0.norms == 0 })
    let layers: Int = 49 * 3 * 16 + 32 + 2 * (9 * 16 * 16 + 32)
    #expect(model.parameterCount.total == Double(layers + 10 * 17))
    #expect(model.matrices.reduce(0) { $0 + $1.parameters } == Double(layers - 3 * 32))
  }

  @Test("Groups, norms, biases and shared weights are read as they stand") func detector() throws {
    let folder = try Folder.sample()
    let second = "{repeat: 2, convolution: {kernel: 3, inputs: 16, outputs: 16, positions: 1024, ending: sum}}"
    let others = """
      {convolution: {kernel: 3, inputs: 16, outputs: 8, positions: 64, groups: 4, norm: frozen, ending: none}}
        - {convolution: {kernel: 3, inputs: 8, outputs: 6, positions: 64, norm: none, bias: true, ending: loss}}
        - {convolution: {kernel: 3, inputs: 8, outputs: 6, positions: 9, norm: none, bias: true, ending: loss, shared: true}}
      """
    try folder.write("models/c.yaml", Self.text.replacing(second, with: others))
    let model = try folder.catalog().model("c")
    var first = Convolution(kernel: 3, inputs: 16, outputs: 8, positions: 64, ending: .none)
    (first.groups, first.norm) = (4, .frozen)
    var head = Convolution(kernel: 3, inputs: 8, outputs: 6, positions: 64, ending: .loss)
    (head.norm, head.bias) = (.none, true)
    var other = head
    (other.positions, other.isShared) = (9, true)
    let mixers: [Mixer] = [.convolution(first), .convolution(head), .convolution(other)]
    #expect(Array(model.layout.kinds.map(\.mixer).dropFirst()) == mixers)
    let counts: [Double] = [288, 438, 0]
    #expect(Array(model.parameterCount.kinds.map(\.total).dropFirst()) == counts)
  }

  @Test(
    "What makes no convolution is told, with what would",
    arguments: [
      ("kernel: 7, ", "", "'kernel'"), ("kernel: 7", "kernel: 0", "'kernel' is '0'"),
      ("ending: sum", "ending: gelu", "'ending' is 'gelu'"), ("stride: 2", "strides: 2", "key 'strides' is unknown"),
      ("{repeat: 2, ", "{repeat: 2, feed_forward_size: 8, ", "'feed_forward_size' is none of a convolution"),
      ("{repeat: 2, ", "{repeat: 2, norms_per_layer: 1, ", "'norms_per_layer' is none of a convolution"),
      ("{repeat: 2, ", "{repeat: 2, state_space: {inner_size: 8, state_size: 8}, ", "a block has one mixer"),
      ("outputs: 10", "dropout: false", "without a vocabulary"),
      ("ending: sum", "groups: 5", "5 groups do not divide the 16 channels of 'inputs'"),
      ("ending: sum", "groups: 0", "'groups' is '0'"), ("ending: sum", "norm: layer", "'norm' is 'layer'"),
      ("ending: sum", "shared: true", "a convolution of 3 x 3 from 16 to 16 channels shares weights, and none before"),
      ("ending: sum", "bias: 3", "'bias' takes true or false"),
    ])
  func wrong(old: String, new: String, message: String) throws {
    let found = try Self.found(old, new)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("Its jobs have sequences of one, and no adapters") func jobs() throws {
    #expect(try Self.found().isEmpty)
    let folder = try Folder.sample()
    try folder.write("models/c.yaml", Self.text)
    func found(_ lines: String) throws -> [String] {
      try folder.write("jobs/c.yaml", "kind: job\nversion: 1\nmodel: c\ntokens: 1 M\nglobal_batch: 64\n" + lines)
      let catalog = try folder.catalog()
      return problems { () throws(Diagnostics) in try catalog.job("c") }.map(\.message)
    }
    #expect(try found("sequence_length: 1\n").isEmpty)
    #expect(
      try found("sequence_length: 224\n") == [
        "c is a convolutional net, whose samples are sequences of one, not of 224"
      ])
    let adapters = try found("sequence_length: 1\nlora_rank: 8\n")
    #expect(adapters == ["c is a convolutional net, which has no matrices for adapters"])
  }
}
