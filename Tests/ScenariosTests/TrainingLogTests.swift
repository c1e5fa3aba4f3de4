import Quantities
import Testing

@testable import Scenarios

@Suite struct TrainingLogTests {
  private func read(_ lines: String) throws -> TrainingLog {
    try TrainingLog.read(Folder().write("train.log", lines))
  }

  @Test(
    "each project's own line is read",
    arguments: [
      (
        " iteration       10/   500000 | consumed samples:        15360 | elapsed time per iteration (ms): 14803.2 | "
          + "throughput per GPU (TFLOP/s/GPU): 400.1 | global batch size:  1536 | lm loss: 8.1E+00 |",
        TrainingLog.Kind.iteration, 14803.2
      ),
      (
        "\u{1B}[31mstep: 10  \u{1B}[32mloss:  8.0223  \u{1B}[33mmemory: 45.3GiB(47.7%)  \u{1B}[34mtps: 6,667  "
          + "\u{1B}[36mtflops: 381.1  \u{1B}[35mmfu: 38.5%\u{1B}[0m", .titan, 6667
      ),
      ("[rank0] step: 20  loss:  4.9  wps: 5,762  mfu: 33.3%", .titanBefore, 5762),
      ("\t Train throughput/device/tokens_per_sec: 10643.5", .deviceTokens, 10643.5),
      ("\t Train throughput/tokens_per_sec: 85144.1", .allTokens, 85144.1),
      ("Epoch 0:   3%| | 12/400, v_num=1, reduced_train_loss=6.1, train_step_timing in s=11.80", .stepTiming, 11.8),
      (
        "LOG Fri Nov 10 02:11:37 2023 - (0, 10) step_loss : 8.3125 throughput : 6.43 learning_rate : 0", .sequences,
        6.43
      ),
    ])
  func projects(_ line: String, _ kind: TrainingLog.Kind, _ value: Double) throws {
    let log = try read(line + "\n")
    #expect(log.kind == kind && log.values == [value])
  }

  @Test("the first steps are left out, and the median of the rest counts") func warmUp() throws {
    let lines = [60, 30, 10, 11, 12, 13, 90].map { "elapsed time per iteration (ms): \($0)000.0" }
    #expect(try read(lines.joined(separator: "\n")).typical == 12_000)
  }

  @Test("rates become the seconds of a step") func seconds() throws {
    var job = try shipped.job("llama-3.1-8b-1t")
    (job.sequenceLength, job.globalBatch) = (1000, 8)
    #expect(TrainingLog(kind: .iteration, values: [2000]).stepTime(job, devices: 4) == 2)
    #expect(TrainingLog(kind: .titan, values: [1000]).stepTime(job, devices: 4) == 2)
    #expect(TrainingLog(kind: .allTokens, values: [4000]).stepTime(job, devices: 4) == 2)
    #expect(TrainingLog(kind: .sequences, values: [4]).stepTime(job, devices: 4) == 2)
  }

  @Test(
    "a log without a pace, or with nonsense for one, is an error that names what would have worked",
    arguments: [
      "", "step: 10 loss: 3", "tps: none", "mytps: 100", "tps 100", "tps: -5", "tps: 0",
    ])
  func nothing(_ text: String) throws {
    let problems = #expect(throws: Diagnostics.self) { try read(text) }
    #expect(problems?.all.first?.help?.contains("elapsed time per iteration (ms)") ?? false)
  }
}
