import Calibration
import Operating
import Planning
import Quantities
import Scenarios
import Simulation

// The branch of an explanation about what surrounds the steps: input, checkpoints, failures.

extension Explanation {
  /// Nil where nothing is known of it.
  func around(_ notes: inout Footnotes) -> TreeNode? {
    guard let operation = run.operation else { return nil }
    let nodes = [input(operation, &notes), saving(operation, &notes), failing(operation)].compactMap { $0 }
    return TreeNode(
      "Around the steps: goodput \(Figures.percent(run.course.goodput)) of \(run.wallTime.formatted)", children: nodes)
  }

  private func input(_ operation: Operation, _ notes: inout Footnotes) -> TreeNode? {
    guard let feeding = operation.feeding else { return nil }
    var nodes: [TreeNode] = []
    if let delivery = feeding.delivery, let rate = feeding.rate {
      nodes.append(
        TreeNode(
          "\(feeding.bytes.formatted) a step from \(feeding.storage.name): \(delivery.formatted) at \(rate.value.formatted) an "
            + "instance\(mark(rate.origin, &notes))"))
    }
    if let host = feeding.host, let work = feeding.coreTime, let cores = feeding.cores {
      let factor = feeding.coreFactor == 1 ? "" : " × \(Figures.significant(feeding.coreFactor)) as fast"
      nodes.append(
        TreeNode(
          "\(work.formatted) of core time a step: \(host.formatted) on \(Figures.grouped(Int(cores))) free cores an instance"
            + "\(factor)\(mark(feeding.data.origin, &notes))"))
    }
    let wait = run.course.inputWait
    return TreeNode(
      "input, \(feeding.data.name): " + (wait > .zero ? "a step waits \(wait.formatted)" : "ready before the step is"),
      children: nodes)
  }

  private func saving(_ operation: Operation, _ notes: inout Footnotes) -> TreeNode? {
    guard let saving = operation.saving else { return nil }
    let store = mark(saving.rate.origin, &notes)
    let rates = operation.hazards.rollbacks
    var nodes = [
      TreeNode(
        "\(saving.bytesPerInstance.formatted) an instance, written in \(saving.write.formatted) at \(saving.rate.value.formatted)"
          + store),
      TreeNode("\(saving.bytesPerChip.formatted) a chip, copied to the host in \(saving.snapshot.formatted)"),
      TreeNode("delays steps by \(saving.stall.formatted), safe \(saving.lag.formatted) later"),
    ]
    if let interval = run.course.interval, rates > 0, saving.stall > .zero {
      let asked = row.job.operating.checkpoint.interval.map { wish in
        interval > wish * 1.001 ? ", for \(wish.formatted) asked: no sooner is one safe, or a step over" : ", as asked"
      }
      nodes.append(
        TreeNode(
          "every \(interval.formatted) of steps\(asked ?? ", the best"); Young's estimate \(operation.young.formatted), "
            + "Daly's \(operation.daly.formatted)"))
    }
    return TreeNode("checkpoint, \(saving.mode.rawValue): \(saving.bytes.formatted)", children: nodes)
  }

  private func failing(_ operation: Operation) -> TreeNode? {
    let hazards = operation.hazards, rate = hazards.all
    guard rate > 0 else { return nil }
    let logs = hazards.logs.isEmpty ? "" : " (logs \(hazards.logs.joined(separator: ", ")) and the population)"
    var nodes = [
      TreeNode(
        "\(Figures.significant(run.course.failures)) expected; a factor of "
          + "\(Figures.significant(Logarithm.exponential(Interval.halfWidth * hazards.spread))) either way nine times in ten\(logs)"
      ),
      TreeNode("back in \(Seconds(hazards.recovery).formatted): noticed, restarted, loaded"),
      TreeNode("\(counted(run.course.spares, "instance")) standing by"),
    ]
    if let played = operation.simulated(step: run.course.bareStep) {
      nodes.append(
        TreeNode(
          "played event by event: \(played.runs) runs took \(played.mean.formatted) ± \(played.standardError.formatted), one in "
            + "ten less than \(played.low.formatted) or more than \(played.high.formatted)"))
    } else {
      let reason = hazards.announced > 0 ? "interruptions are announced" : "too many failures to play it quickly"
      nodes.append(TreeNode("not played event by event: \(reason)"))
    }
    return TreeNode("failures: one in \(Seconds(1 / rate).formatted)", children: nodes)
  }
}
