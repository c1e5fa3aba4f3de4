import Foundation
import Quantities
import Scenarios
import Simulation
import Testing

/// Published training of a convolutional net, to which nothing is fitted: how far predictions of one can be trusted.
@Suite struct ConvolutionTrainingTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])

  /// A row of NVIDIA's tables: pictures a second of all GPUs, and pictures of one GPU in a step.
  struct Published: Sendable, CustomTestStringConvertible {
    var software: String
    var machine: String
    var gpus: Int
    var each: Int
    var precision = DataType.fp16
    var rate: Double
    /// Between which predicted ÷ measured lies; docs/Model.md has the ratios.
    var bounds: ClosedRange<Double>
    var testDescription: String { "\(software), \(gpus) × \(machine), \(precision.rawValue)" }
  }

  /// NVIDIA/DeepLearningExamples: PyTorch/Classification/ConvNets/resnet50v1.5 @291f0d0 (21.03) and MxNet/Classification/RN50v1.5
  /// @134510b (20.12), training performance on DGX A100 with 80 GB and DGX-1 with V100 of 16 GB. PyTorch's batch is the default of its
  /// script.
  static let published = [
    Published(software: "PyTorch", machine: "dgx-a100", gpus: 1, each: 256, rate: 2470, bounds: 0.7...1.0),
    Published(software: "PyTorch", machine: "dgx-a100", gpus: 8, each: 256, rate: 16_621, bounds: 0.8...1.1),
    Published(software: "MXNet", machine: "dgx-a100", gpus: 1, each: 256, rate: 2180, bounds: 0.8...1.1),
    Published(software: "MXNet", machine: "dgx-a100", gpus: 8, each: 256, rate: 16_925, bounds: 0.8...1.1),
    Published(software: "PyTorch", machine: "p3.16xlarge", gpus: 1, each: 256, rate: 1200, bounds: 0.8...1.1),
    Published(software: "PyTorch", machine: "p3.16xlarge", gpus: 8, each: 256, rate: 8322, bounds: 0.8...1.1),
    Published(software: "MXNet", machine: "p3.16xlarge", gpus: 1, each: 192, rate: 1376, bounds: 0.7...0.85),
    Published(software: "MXNet", machine: "p3.16xlarge", gpus: 8, each: 192, rate: 10_723, bounds: 0.7...0.85),
    Published(
      software: "MXNet", machine: "p3.16xlarge", gpus: 8, each: 96, precision: .fp32, rate: 3005, bounds: 0.5...0.65),
  ]

  /// The predicted rate by the measured one, with the chip's own software or another.
  private func ratio(_ job: Job, _ row: Published, _ stack: String? = nil) throws -> Double {
    let instance = try Self.catalog.instance(row.machine)
    let simulator = try Simulator(
      job: job, instance: instance, efficiency: try Self.catalog.efficiency(chip: instance.chip.name, stack: stack))
    let found = simulator.estimate(Plan(data: row.gpus, microBatch: row.each))
    #expect(found.memory.total < found.memoryCapacity)
    return found.tokensPerSecond.value / row.rate
  }

  @Test("ResNet-50 by NVIDIA is predicted as docs/Model.md says, though nothing is fitted to it", arguments: published)
  func resnet(row: Published) throws {
    var job = Job(
      name: "resnet-50", model: try Self.catalog.model("resnet-50"), tokens: Count(115e6), sequenceLength: 1,
      globalBatch: row.gpus * row.each, precision: row.precision)
    job.optimizer = Optimizer(.sgd)
    let usual = try ratio(job, row), other = try ratio(job, row, "megatron-deepspeed")
    print("ResNet-50, \(row.testDescription): \(Int(row.rate)) pictures/s measured, ratios \(usual) and \(other)")
    #expect(row.bounds.contains(usual))
  }

  /// NVIDIA's RetinaNet in MLPerf Training, throughput of the logs in pictures a second: 2.0 on one DGX A100
  /// (training_results_v2.0 @a6ae3e1, dgxa100_ngc22.04_pytorch/ssd, result_0) and 2.1 on eight (training_results_v2.1 @9b4d2df,
  /// dgxa100_n8_ngc22.09_pytorch/ssd, result_0); global batch of 256 on both.
  static let detectors = [
    Published(software: "MLPerf 2.0", machine: "dgx-a100", gpus: 8, each: 32, rate: 969, bounds: 0.7...1.0),
    Published(software: "MLPerf 2.1", machine: "dgx-a100", gpus: 64, each: 4, rate: 6375, bounds: 0.25...0.45),
  ]

  @Test("RetinaNet by NVIDIA is predicted as docs/Model.md says, though nothing is fitted to it", arguments: detectors)
  func retinanet(row: Published) throws {
    var job = Job(
      name: "retinanet", model: try Self.catalog.model("retinanet"), tokens: Count(5.85e6), sequenceLength: 1,
      globalBatch: row.gpus * row.each, precision: row.precision)
    job.training = Training(.frozen(11))
    let usual = try ratio(job, row), other = try ratio(job, row, "megatron-deepspeed")
    print("RetinaNet, \(row.testDescription): \(Int(row.rate)) pictures/s measured, ratios \(usual) and \(other)")
    #expect(row.bounds.contains(usual))
  }

  /// NVIDIA's Stable Diffusion 2 in MLPerf Training 3.1 on eight DGX H100, the median of the log's throughputs in pictures a second
  /// (training_results_v3.1 @f33f944, eos_n8_ngc23.09_nemo_mm/stable_diffusion, result_0; 32 pictures a GPU). Its text encoder, which is
  /// not trained, works in the same step: 2% of the U-Net's work, which is not counted here.
  @Test("Stable Diffusion by NVIDIA is predicted as docs/Model.md says, though nothing is fitted to it")
  func stableDiffusion() throws {
    let row = Published(
      software: "MLPerf 3.1", machine: "dgx-h100", gpus: 64, each: 32, rate: 6780, bounds: 0.8...1.15)
    let job = Job(
      name: "sd", model: try Self.catalog.model("stable-diffusion-2"), tokens: Count(4.6e6), sequenceLength: 1,
      globalBatch: row.gpus * row.each, precision: row.precision)
    let usual = try ratio(job, row)
    print("Stable Diffusion 2, \(row.testDescription): \(Int(row.rate)) pictures/s measured, ratio \(usual)")
    #expect(row.bounds.contains(usual))
  }
}
