import Quantities
import Testing

@testable import Scenarios

@Suite struct ParameterCountTests {
  // Hidden, heads, key/value heads, feed-forward, rank and what PEFT prints as trainable parameters with adapters on all
  // linear layers: Llama 3 8B (unsloth notebooks, r 16) and Llama 2 7B (QLoRA, arXiv:2305.14314, r 64).
  @Test(
    "Low-rank adapters on every matrix have rank × (inputs + outputs) parameters, as published",
    arguments: [(4096, 32, 8, 14_336, 16, 41_943_040.0), (4096, 32, 32, 11_008, 64, 159_907_840)])
  func adapters(hidden: Int, heads: Int, keyValueHeads: Int, feedForward: Int, rank: Int, published: Double) throws {
    let model = Model(
      name: "llama", summary: "", family: .decoder, layers: 32, hiddenSize: hidden, heads: heads,
      keyValueHeads: keyValueHeads, headDimension: hidden / heads, feedForwardSize: feedForward,
      vocabularySize: 32_000, maxSequenceLength: 4096, activation: .swiglu, normalization: .rmsnorm,
      positions: .rotary, queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: false, outputBias: false,
      feedForwardBias: false, tiedEmbeddings: false, dropout: false, tokenTypes: 0, publishedParameters: nil,
      origin: Origin(source: "", retrieved: "", location: ""))
    #expect(model.adapterParameters(rank: rank, .all) == published)
    var plain = model
    plain.activation = .gelu
    let gate = Double(rank * (hidden + feedForward))
    #expect(model.adapterParameters(rank: rank, .attention) < model.adapterParameters(rank: rank, .all) - 2 * gate)
    #expect(plain.adapterParameters(rank: rank, .all) == model.adapterParameters(rank: rank, .all) - 32 * gate)
  }

  /// Sums of the published checkpoints' tensors (Hugging Face safetensors metadata), or the paper's figure
  /// where no weights are published: GPT-3 (Brown et al. 2020, table 2.1, 175 B by the formula's rounding).
  static let published: [(model: String, parameters: Double)] = [
    ("gpt2", 124.44e6), ("gpt2-xl", 1557.6e6), ("gpt3-175b", 174.6e9), ("llama-2-7b", 6.738e9),
    ("llama-2-13b", 13.016e9), ("llama-2-70b", 68.977e9), ("llama-3.1-8b", 8.030e9),
    ("llama-3.1-70b", 70.554e9),
    ("llama-3.1-405b", 405.853e9), ("llama-3.2-1b", 1.236e9), ("llama-3.2-3b", 3.213e9),
    ("mistral-7b", 7.242e9),
    ("qwen3-8b", 8.19e9), ("qwen3-32b", 32.76e9), ("olmo-2-7b", 7.30e9), ("bert-large", 335.2e6),
  ]

  @Test("The shipped models have the published number of parameters", arguments: published)
  func shippedModels(name: String, parameters: Double) throws {
    let counted = try shipped.model(name).parameterCount.total
    #expect(abs(counted / parameters - 1) < 0.001, "\(counted)")
  }

  private let tiny = try? Folder.sample().catalog().model("m1")

  @Test("A small model's parameters are those counted by hand") func byHand() throws {
    var model = try #require(tiny)
    // h 64, a 8, a_kv 4, d 8, f 128, gated, four norms, biases everywhere, a norm of 8 for queries and for keys.
    let matrices: Int = 64 * 128 + 64 * 64 + 3 * 64 * 128
    let split: Int = matrices + 128 + 256
    let layer: Int = split + 64 + 64 + 256 + 16
    let total: Int = 2 * layer + 1002 * 64 + 64 + 64_000
    #expect(model.parameterCount.kinds.first?.split == Double(split))
    #expect(model.parameterCount.perLayer == Double(layer))
    #expect(model.parameterCount.embedding == 64_128)
    #expect(model.parameterCount.head == 64_064)
    #expect(model.parameterCount.total == Double(total))

    model.tiedEmbeddings = true
    #expect(model.parameterCount.head == 64)
    model.positions = .learned
    #expect(model.parameterCount.embedding == 96_896)
    model.normalization = .layernorm
    #expect(model.parameterCount.perLayer == Double(layer + 272))
    model.queryKeyNorm = .full
    #expect(model.parameterCount.perLayer == Double(layer + 272 - 32 + 192))
  }

  @Test("Plain feed-forward nets have two matrices, gated ones three") func gating() throws {
    var model = try #require(tiny)
    model.feedForwardBias = false
    let gated = model.parameterCount.perLayer
    model.activation = .gelu
    #expect(gated - model.parameterCount.perLayer == 64 * 128)
  }

  @Test("An encoder has an embedding norm and a head of its own, and no final norm") func encoder() throws {
    var model = try #require(tiny)
    model.normalization = .layernorm
    model.tiedEmbeddings = true
    let decoder = model.parameterCount
    model.family = .encoder
    #expect(model.parameterCount.embedding - decoder.embedding == 2 * 64)
    #expect(model.parameterCount.head - decoder.head == 64 * 64 + 64 + 1000)
  }

  @Test("A shape that does not give the published count is reported by check") func offCount() throws {
    let folder = try Folder.sample()
    try folder.write("models/m1.yaml", Samples.model.replacing("203.5 k", with: "206 k"))
    let found = try folder.catalog().check()
    #expect(found.count == 1)
    #expect(found.first?.message.contains("off the published 206 k") == true, "\(found.map(\.rendered))")
    #expect(found.first?.place?.file == "models/m1.yaml:26")
  }
}
