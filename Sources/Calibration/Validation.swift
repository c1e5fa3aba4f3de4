import Quantities
import Scenarios
import Simulation

/// Holds measured runs against predictions.
public enum Validation {
  /// One verdict for each run that is wanted, in their order, without intervals: `Doubt` adds them. Every run is resolved and
  /// asked for with its chip and stack, as far as they are known; only those that are wanted are predicted. Throws what is
  /// wrong with files of the catalog.
  public static func judge(
    _ measurements: [Measurement], catalog: Catalog,
    where isWanted: (_ row: Measurement, _ chip: String?, _ stack: String?) -> Bool = { _, _, _ in true }
  ) throws(Diagnostics) -> [Verdict] {
    let resolution = try Resolution(catalog)
    var verdicts: [Verdict] = []
    var unread: [String: Efficiency] = [:]
    for measurement in measurements {
      do throws(Skip) {
        let run = try resolution.resolve(measurement)
        guard run.hasProfile else {
          unread[run.efficiency.name] = run.efficiency
          throw .noProfile(run.efficiency.name)
        }
        if isWanted(measurement, run.instance.chip.name, run.efficiency.stack.name) {
          verdicts.append(judge(run, measurement))
        }
      } catch {
        let chip = resolution.chip(measurement)
        if isWanted(measurement, chip, nil) { verdicts.append(Verdict(measurement, chip: chip, .skipped(error))) }
      }
    }
    // A profile that is there and cannot be read is no reason to skip a run, but to say what is wrong with it.
    for name in catalog.names(.efficiency) {
      if let own = unread[name] { _ = try catalog.efficiency(chip: own.chip, stack: own.stack.name) }
    }
    return verdicts
  }

  private static func judge(_ run: MeasuredRun, _ measurement: Measurement) -> Verdict {
    func verdict(_ outcome: Verdict.Outcome) -> Verdict {
      Verdict(
        measurement, chip: run.instance.chip.name, stack: run.efficiency.stack.name, instance: run.instance.name,
        plan: run.plan, group: run.group, outcome)
    }
    do throws(Skip) {
      let question = try question(run)
      let simulator = question.simulator
      let work = simulator.work.perStep(globalBatch: run.job.globalBatch)
      let judged = Judged(
        id: measurement.id, series: measurement.series, chip: run.instance.chip.name, stack: run.efficiency.stack.name,
        grade: measurement.grade, planGroup: run.group, plan: run.plan, measured: run.stepTime.value,
        predicted: question.estimate().stepTime.value,
        work: work.value / (simulator.machine.peak.value * Double(run.plan.devices)))
      guard [judged.predicted, judged.work, judged.error].allSatisfy(\.isFinite), judged.work > 0 else {
        throw .beyondComputing
      }
      var used = verdict(.used(judged, assumptions: run.assumptions))
      used.resolved = (run, question)
      return used
    } catch {
      return verdict(.skipped(error))
    }
  }

  /// The question that a run answers.
  private static func question(_ run: MeasuredRun) throws(Skip) -> PlanCase {
    let simulator: Simulator
    do {
      simulator = try Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency)
    } catch {
      throw .unsupported(error)
    }
    let problems = problems(run, simulator.machine)
    guard problems.isEmpty else { throw .plan(problems) }
    return PlanCase(simulator, run.plan)
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
}
