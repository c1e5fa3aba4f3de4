import Scenarios
import Simulation

/// A cut of a pipeline by hand, by which its stages take more nearly the same time than where all have as many layers.
struct EvenerStages {
  let ends: ChunkEnds
  /// Of the time of a step.
  let saved: Double

  /// Less is not worth a word. Judgement: it is what predictions of like plans are off from each other.
  private static let worthTelling = 0.03

  /// Nil where no cut saves enough, or where the plan is cut by hand.
  init?(_ simulator: Simulator, _ found: Estimate) {
    let plan = found.plan, chunks = plan.pipeline * plan.interleave
    guard plan.pipeline > 1, plan.ends == nil else { return nil }
    let cuts = EvenerStages.cuts(layers: simulator.job.model.ownLayers, chunks: chunks)
    // What a search adds to a step, for own runs or for what nobody tried, is the same for all cuts and counts in none.
    let even = simulator.estimate(plan).stepTime.value
    let table = simulator.table(
      cuts.map { cut in
        var shape = BlockShape(plan)
        shape.ends = cut
        return shape
      })
    var batch = PlanBatch(), results = PlanResults(), best: (ends: ChunkEnds, step: Double)?
    batch.append(plan)
    for (i, cut) in cuts.enumerated() {
      simulator.evaluate(batch, shape: i, of: table, into: &results)
      let step = results.step(0), fits = simulator.estimate(plan, results, at: 0).fitProbability
      if fits >= min(found.fitProbability, Efficiency.fit.probability), step < best?.step ?? .infinity {
        best = (cut, step)
      }
    }
    guard let best else { return nil }
    (ends, saved) = (best.ends, 1 - best.step / even)
    if saved < EvenerStages.worthTelling { return nil }
  }

  /// Cuts in which the chunks between the ends have about as many layers as come out even, and the ends no more than one more.
  private static func cuts(layers: Int, chunks: Int) -> [ChunkEnds] {
    let even = (layers + chunks - 1) / chunks
    guard chunks > 2 else {
      return (max(0, layers / 2 - even / 2)...layers / 2).map { ChunkEnds(first: layers - $0, last: $0) }
    }
    return (max(1, even - 1)...even + 2).flatMap { each in
      let rest = layers - each * (chunks - 2), least = max(0, rest - each - 1), most = min(rest, each + 1)
      return least <= most ? (least...most).map { ChunkEnds(first: rest - $0, last: $0) } : []
    }
  }
}
