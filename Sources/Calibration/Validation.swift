import Quantities
import Scenarios
import Simulation

/// Holds measured runs against predictions.
public enum Validation {
  /// One verdict for each run, in their order. Throws what is wrong with files of the catalog.
  public static func judge(_ measurements: [Measurement], catalog: Catalog) throws(Diagnostics) -> [Verdict] {
    let resolution = try Resolution(catalog)
    var verdicts: [Verdict?] = Array(repeating: nil, count: measurements.count)
    // Runs that differ in the plan alone share a simulator and the times of their operators.
    var order: [Key] = []
    var batches: [Key: [(index: Int, run: MeasuredRun)]] = [:]
    var unread: [String: Efficiency] = [:]
    for (index, measurement) in measurements.enumerated() {
      do throws(Skip) {
        let run = try resolution.resolve(measurement)
        guard run.hasProfile else {
          unread[run.efficiency.name] = run.efficiency
          throw .noProfile(run.efficiency.name)
        }
        let key = Key(group: run.group, instance: run.instance.name, profile: run.efficiency.name)
        if batches[key] == nil { order.append(key) }
        batches[key, default: []].append((index, run))
      } catch {
        verdicts[index] = Verdict(measurement, chip: resolution.chip(measurement), .skipped(error))
      }
    }
    // A profile that is there and cannot be read is no reason to skip a run, but to say what is wrong with it.
    for name in catalog.names(.efficiency) {
      if let own = unread[name] { _ = try catalog.efficiency(chip: own.chip, stack: own.stack.name) }
    }
    var doubt = try Doubt(catalog)
    for key in order {
      let batch = batches[key] ?? []
      let outcomes = judge(batch.map { ($0.run, measurements[$0.index]) }, &doubt)
      for (one, outcome) in zip(batch, outcomes) {
        verdicts[one.index] = Verdict(
          measurements[one.index], chip: one.run.instance.chip.name, stack: one.run.efficiency.stack.name,
          instance: one.run.instance.name, plan: one.run.plan, group: one.run.group, outcome)
      }
    }
    return verdicts.compactMap { $0 }
  }

  private struct Key: Hashable {
    var group: String
    var instance: String
    var profile: String
  }

  /// Runs of one job on one kind of machine.
  private static func judge(
    _ batch: [(run: MeasuredRun, measurement: Measurement)], _ doubt: inout Doubt?
  ) -> [Verdict.Outcome] {
    guard let first = batch.first?.run else { return [] }
    let simulator: Simulator
    do {
      simulator = try Simulator(job: first.job, instance: first.instance, efficiency: first.efficiency)
    } catch {
      return batch.map { _ in .skipped(.unsupported(error)) }
    }
    let problems = batch.map { Validation.problems($0.run, simulator.machine) }
    let times = steps(batch.indices.map { problems[$0].isEmpty ? batch[$0].run.plan : nil }, simulator)
    let work = simulator.work.perStep(globalBatch: first.job.globalBatch)
    return batch.indices.map { i in
      let run = batch[i].run, measurement = batch[i].measurement
      guard let predicted = times[i] else {
        return .skipped(.plan(problems[i]))
      }
      var judged = Judged(
        id: measurement.id, series: measurement.series, chip: run.instance.chip.name, stack: run.efficiency.stack.name,
        grade: measurement.grade, planGroup: run.group, plan: run.plan, measured: run.stepTime.value,
        predicted: predicted, work: work.value / (simulator.machine.peak.value * Double(run.plan.devices)))
      doubt?.add(to: &judged, run, simulator)
      guard [judged.predicted, judged.work, judged.error].allSatisfy(\.isFinite), judged.work > 0 else {
        return .skipped(.beyondComputing)
      }
      return .used(judged, assumptions: run.assumptions)
    }
  }

  /// What is wrong with the plan of a run, but for what a run that took place shows to be possible: stages of unequal
  /// length, and chunks without a layer at the ends of a chain, where the embedding and the head stand for one.
  static func problems(_ run: MeasuredRun, _ machine: Machine) -> [PlanProblem] {
    let layers = run.job.model.layers, plan = run.plan
    return PlanRules(job: run.job, machine: machine).problems(plan).filter { problem in
      switch problem {
      case .pipelineUneven: plan.interleave > 1
      case .pipelineTooDeep(let chunks, _): plan.interleave == 1 || chunks - layers > min(2, plan.pipeline - 1)
      default: true
      }
    }
  }

  /// Seconds of a step by plan; nil where there is none.
  private static func steps(_ plans: [Plan?], _ simulator: Simulator) -> [Double?] {
    var shapes: [BlockShape] = []
    var members: [BlockShape: [Int]] = [:]
    for (i, plan) in plans.enumerated() {
      guard let shape = plan.map(BlockShape.init) else { continue }
      if members[shape] == nil { shapes.append(shape) }
      members[shape, default: []].append(i)
    }
    let table = simulator.table(shapes)
    var times: [Double?] = Array(repeating: nil, count: plans.count)
    var results = PlanResults()
    for (k, shape) in shapes.enumerated() {
      var batch = PlanBatch()
      let own = members[shape] ?? []
      for i in own { if let plan = plans[i] { batch.append(plan) } }
      simulator.evaluate(batch, shape: k, of: table, into: &results)
      for (j, i) in own.enumerated() { times[i] = results.step(j) }
    }
    return times
  }
}
