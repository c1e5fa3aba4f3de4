import Foundation
import Quantities
import Scenarios
import Simulation
import Testing

/// Training on processors that was published, since none on a Graviton was: how far the model of processors can be trusted.
///
/// Measured runs of Intel's MLPerf are among those that are fitted; fine-tuning with plain PyTorch is not.
@Suite struct ProcessorTrainingTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])

  private static func job(_ model: String, length: Int, batch: Int) throws -> Job {
    Job(
      name: model, model: try catalog.model(model), tokens: Count(1e9), sequenceLength: length, globalBatch: batch,
      precision: .bf16)
  }

  /// MLPerf Training 2.1, Intel: BERT-large at 543.8 and 1,045.8 sequences a second on 8 and 16 nodes of two sockets of
  /// Sapphire Rapids, half of the 512 tokens being padding that is left out (Krell and others 2021, arXiv:2107.02027).
  @Test(
    "BERT-large on nodes of two Xeons is predicted to a third, after the fit",
    arguments: [(8, 2048, 543.8), (16, 3072, 1045.8)])
  func bert(nodes: Int, batch: Int, measured: Double) throws {
    let job = try Self.job("bert-large", length: 256, batch: batch)
    let simulator = try Simulator(
      job: job, instance: try Self.catalog.instance("xeon-8480-node"),
      efficiency: try Self.catalog.efficiency(chip: "xeon-8480", stack: "tpp-cpu"))
    let found = simulator.estimate(Plan(data: 2 * nodes, microBatch: batch / (2 * nodes)))
    let rate = found.tokensPerSecond.value / 256
    print(
      "BERT-large, \(nodes) nodes: \(Int(rate)) sequences/s predicted, \(measured) measured, ratio \(rate / measured)")
    #expect(abs(rate / measured - 1) < 0.33)
  }

  /// Hugging Face, blog intel-sapphire-rapids (2022-12-15): DistilBERT on SQuAD, 88,524 features of 384 tokens, batch 32,
  /// one epoch in 26 min on r7iz.metal-16xl: one socket of 32 cores. 384 is the default of its script and 3.9 GHz what AWS
  /// says that all cores turn at; under AMX they turn slower, which is part of the difference.
  @Test("Fine-tuning with plain PyTorch on a Xeon, which nothing was fitted to, comes out three to four times too fast")
  func distilbert() throws {
    var job = try Self.job("distilbert", length: 384, batch: 32)
    // Question answering has two outputs in place of the vocabulary's.
    job.model.vocabularySize = 2
    var instance = try Self.catalog.instance("xeon-8480-node")
    instance.chips = 1
    instance.chip.peak[.bf16]?.value = FLOPRate(32 * 1024 * 3.9e9)
    instance.chip.matrixUnit.units = 32
    let simulator = try Simulator(
      job: job, instance: instance, efficiency: try Self.catalog.efficiency(chip: "xeon-8480", stack: "pytorch-cpu"))
    let rate = simulator.estimate(Plan(microBatch: 32)).tokensPerSecond.value / 384, measured = 88_524.0 / (26 * 60)
    print("DistilBERT: \(rate) sequences/s predicted, \(measured) measured, ratio \(rate / measured)")
    // A bound on how wrong it is, not a margin to be proud of: docs/Graviton.md says what follows from it.
    #expect(rate / measured > 1 && rate / measured < 4)
  }
}
