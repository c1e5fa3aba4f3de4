import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What a checkpoint holds, counted by hand.
@Suite struct CheckpointSizeTests {
  /// Width 8, two heads, one layer, 16 words, 2,048 positions: 128 + 16,384 of embeddings; in the layer 192 + 24 of queries,
  /// keys and values, 64 + 8 of the projection, 256 + 32 and 256 + 8 of the feed-forward, 32 of two norms; 16 of the last norm.
  private static let model = Model.megatron(layers: 1, hidden: 8, heads: 2, vocabulary: 16)
  private static let parameters = 17_400.0

  private func sizes(
    _ precision: DataType = .bf16, _ optimizer: Optimizer = .adamw, rank: Int? = nil
  ) throws -> (checkpoint: Double, frozen: Double) {
    let job = Job(
      name: "job", model: Self.model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 8, precision: precision,
      optimizer: optimizer, loraRank: rank)
    let simulator = try Simulator(job: job, instance: .node(), efficiency: .perfect())
    return (simulator.checkpointSize.value, simulator.frozenSize.value)
  }

  @Test("a checkpoint has the optimizer's state besides the weights: 16-bit weights, a 32-bit copy, two 32-bit moments")
  func state() throws {
    #expect(Self.model.parameterCount.total == Self.parameters)
    #expect(try sizes().checkpoint == Self.parameters * (2 + 4 + 4 + 4))
    #expect(try sizes(.bf16, .adamwBF16).checkpoint == Self.parameters * (2 + 4 + 2 + 2))
    #expect(try sizes(.bf16, .sgd).checkpoint == Self.parameters * (2 + 4 + 4))
    // Weights of 32 bits are their own copy.
    #expect(try sizes(.fp32).checkpoint == Self.parameters * (4 + 4 + 4))
  }

  @Test("of adapters a checkpoint has their own state alone, and frozen weights are read at a restart")
  func adapters() throws {
    // Rank 4 on queries, keys, values and the projection, each of 8 inputs and 8 outputs.
    #expect(try sizes(rank: 4).checkpoint == 4 * 4 * 16 * 14.0)
    #expect(try sizes(rank: 4).frozen == Self.parameters * 2)
  }
}
