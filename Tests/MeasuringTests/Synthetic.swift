import TestSupport

@testable import Measuring

/// A machine that obeys the operator model to the letter, but for noise of a given size: what a fit must find again.
struct SyntheticMachine {
  /// Logarithms of the model's parameters, by whether it is a product.
  var product = [0.8, 24, 2e-6, 0.6].map { logarithm($0) }
  var pass = [0.7, 5e-7].map { logarithm($0) }
  var noise = 0.0
  var stepFactor = 1.1

  static let bandwidth = 2e10
  static func peak(_ threads: Int) -> Double { 1e11 * Double(threads) }

  func model(_ routine: Work.Routine, threads: Int) -> OperatorModel {
    OperatorModel(
      peak: SyntheticMachine.peak(threads), bandwidth: SyntheticMachine.bandwidth,
      units: routine == .product ? threads : 1, isProduct: routine.isProduct)
  }

  func seconds(_ work: Work, threads: Int) -> Double {
    if work.routine.isStream { return work.bytes / SyntheticMachine.bandwidth }
    let model = model(work.routine, threads: threads)
    return model.times([work], model.isProduct ? product : pass)[0]
  }

  func timing(_ seconds: Double, _ random: inout SplitMix64) -> Timing {
    var timing = Timing()
    let center = exponential(noise * random.between(-1, 1))
    for _ in 0..<5 { timing.add(seconds * center * (1 + 0.001 * random.between(-1, 1)), isDisturbed: false) }
    return timing
  }

  func measurement(_ grid: Grid, threads: [Int]) -> MachineMeasurement {
    var random = SplitMix64(seed: 21)
    var points: [MachineMeasurement.Point] = []
    var steps: [MachineMeasurement.StepPoint] = []
    for count in threads {
      for work in grid.works where work.routine != .bf16Product && (count == threads[0] || work.routine.isThreaded) {
        points.append(
          MachineMeasurement.Point(work: work, threads: count, timing: timing(seconds(work, threads: count), &random)))
      }
      for shape in grid.steps {
        steps.append(
          MachineMeasurement.StepPoint(
            shape: shape, threads: count, timing: timing(step(shape, threads: count), &random)))
      }
    }
    var facts = Facts.read()
    facts.host = "synthetic"
    return MachineMeasurement(
      facts: facts, threads: threads, isQuick: true, date: "2026-01-02", points: points, steps: steps)
  }

  func step(_ shape: StepShape, threads: Int) -> Double {
    stepFactor
      * shape.works.reduce(0) { sum, entry in
        sum + seconds(entry.work, threads: entry.work.routine.isThreaded ? threads : 1) * entry.count
      }
  }
}
