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

  @Test("ResNet-50 by NVIDIA is predicted as docs/Model.md says, though nothing is fitted to it", arguments: published)
  func resnet(row: Published) throws {
    var job = Job(
      name: "resnet-50", model: try Self.catalog.model("resnet-50"), tokens: Count(115e6), sequenceLength: 1,
      globalBatch: row.gpus * row.each, precision: row.precision)
    job.optimizer = Optimizer(.sgd)
    let instance = try Self.catalog.instance(row.machine)
    func ratio(_ stack: String?) throws -> Double {
      let simulator = try Simulator(
        job: job, instance: instance,
        efficiency: try Self.catalog.efficiency(chip: instance.chip.name, stack: stack))
      let found = simulator.estimate(Plan(data: row.gpus, microBatch: row.each))
      #expect(found.memory.total < found.memoryCapacity)
      return found.tokensPerSecond.value / row.rate
    }
    let usual = try ratio(nil), other = try ratio("megatron-deepspeed")
    print("ResNet-50, \(row.testDescription): \(Int(row.rate)) pictures/s measured, ratios \(usual) and \(other)")
    #expect(row.bounds.contains(usual))
  }
}
