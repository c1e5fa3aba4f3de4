import Testing

@testable import Scenarios

/// What logs print of the job, and where that is not what was said.
@Suite struct LogFactsTests {
  private static let pace = (1...6).map { " iteration \($0)/ 9 | elapsed time per iteration (ms): 1000.\($0) |\n" }
    .joined()

  private func job(_ batch: Int = 1024, _ length: Int = 8192) throws -> Job {
    var job = try shipped.job("llama-3.1-8b-1t")
    (job.globalBatch, job.sequenceLength) = (batch, length)
    return job
  }

  private func problems(_ lines: String, _ plan: Plan = Plan(tensor: 2, data: 32)) throws -> [String] {
    let log = try TrainingLog.read(Folder().write("train.log", lines + "\n" + Self.pace))
    return log.facts.contradictions(try job(), plan).map(\.message)
  }

  @Test(
    "Each project's way of printing an amount is read, and held against the job with both numbers",
    arguments: [
      ("  global_batch_size ............................... 1536", "1536 sequences in a step", "1024"),
      (" iteration 10/ 500 | global batch size:  1,536 | lm loss: 8.1E+00 |", "1536 sequences", "1024"),
      (
        "training starts at step 1, with local batch size 1, global batch size 512, sequence length 8192", "512", "1024"
      ),
      ("global_train_batch_size: 256", "256 sequences", "1024"),
      ("  seq_length ...... 4096", "4096 tokens in a sequence", "8192"),
      ("'encoder_seq_length': 2048,", "2048 tokens", "8192"),
      ("  world_size ..... 128", "128 devices", "64"),
      ("using world size: 32, data-parallel size: 16, tensor-model-parallel size: 2", "32 devices", "64"),
      ("tensor_model_parallel_size: 8", "8 tensor-parallel ranks", "2"),
      ("using world size: 64, pipeline-model-parallel size: 4 ", "4 pipeline stages", "1"),
      ("  context_parallel_size ..... 2", "2 context-parallel ranks", "1"),
      ("\"micro_batch_size\": 4", "4 sequences in a micro-batch", "1"),
      ("tokens_per_step=4194304", "4194304 tokens in a step", "8388608"),
      (
        " iteration 1/ 9 | consumed samples: 100 |\n iteration 3/ 9 | consumed samples: 300 |",
        "100 sequences in a step",
        "1024"
      ),
    ])
  func printed(_ line: String, _ there: String, _ stated: String) throws {
    let found = try problems(line)
    #expect(found.count == 1 && found[0].contains(there) && found[0].contains("\(stated) is stated"), "\(found)")
  }

  @Test(
    "What agrees, is part of a longer word or is no whole number is no contradiction",
    arguments: [
      "global_batch_size ..... 1024\nworld_size=64\nseq_length: 8,192", "local_world_size: 8",
      "global batch size: none",
      "seq_length: 0.5", "world_size: 1e3", "global batch size", "my_seq_length: 5", "world_size: -1",
      "micro_batch_size: 0",
      "world_size: 99999999999999999999", "seq_length: 4096x", " iteration 5/ 9 | consumed samples: 5120 |",
    ])
  func agreeing(_ line: String) throws { #expect(try problems(line).isEmpty) }

  @Test("While a batch grows the one printed most often counts, and all contradictions are told at once")
  func several() throws {
    let ramp = "global batch size: 256\n" + String(repeating: "global batch size: 1024\n", count: 3)
    #expect(try problems(ramp).isEmpty)
    #expect(try problems("world_size: 8\nseq_length: 1\nglobal_batch_size: 2").count == 3)
  }

  @Test("llm-foundry's rates tell the devices and the tokens of a step") func rates() throws {
    func lines(_ devices: Double, _ tokens: Double) -> String {
      """
      Train throughput/device/tokens_per_sec: \(1000.5)
      Train throughput/tokens_per_sec: \(1000.5 * devices)
      Train throughput/batches_per_sec: \(1000.5 * devices / tokens)
      """
    }
    #expect(try problems(lines(64, 8_388_608)).isEmpty)
    let found = try problems(lines(32, 4_194_304))
    #expect(found.count == 2 && found.contains { $0.contains("32 devices") }, "\(found)")
  }

  @Test("A log knows how steady it is, and the same text has the same fingerprint") func steadiness() throws {
    func log(_ values: [Double]) -> TrainingLog { TrainingLog(kind: .iteration, values: values) }
    let even = log((0..<200).map { 1000 + ($0 % 2 == 0 ? 20.0 : -20) })
    #expect(abs((even.jitter ?? 0) - 1.4826 * 0.02) < 0.002)
    #expect(abs((even.uncertainty ?? 0) / ((even.jitter ?? 1) * 1.2533 / 180.0.squareRoot()) - 1) < 1e-9)
    #expect(log([1, 2, 3, 4]).jitter == nil && log([1, 1, 1, 1, 1]).jitter == 0)
    let folder = try Folder()
    let (a, b) = (
      try TrainingLog.read(folder.write("a.log", Self.pace)), try TrainingLog.read(folder.write("b.log", Self.pace))
    )
    let c = try TrainingLog.read(folder.write("c.log", Self.pace + Self.pace))
    #expect(a.fingerprint == b.fingerprint && a.fingerprint != c.fingerprint && !a.fingerprint.isEmpty)
  }
}
