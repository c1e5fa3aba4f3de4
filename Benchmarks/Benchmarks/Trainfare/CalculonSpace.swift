import Planning
import Scenarios
import Simulation

/// The search space of Calculon (commit caa4b11, 2024-02), dimension by dimension, so that both do the same work: tensor,
/// pipeline, interleave, data; three recompute modes; sharding on or off; tensor communication by all-reduce, scattered
/// at pipeline edges, or sequence parallel with inputs gathered again or kept; micro-batches. Its free choice of a network
/// tier for each group is left out: here the placement decides.
struct CalculonSpace {
  let simulator: Simulator
  let devices: Int
  let shapes: [BlockShape]

  init(simulator: Simulator, devices: Int) {
    self.simulator = simulator
    self.devices = devices
    let job = simulator.job
    let tensors = divisors(devices).filter { job.model.hiddenSize % $0 == 0 && job.model.heads % $0 == 0 }
    shapes = tensors.flatMap { t in
      divisors(job.globalBatch).filter { $0 * job.sequenceLength % t == 0 }.flatMap { b in
        Recompute.allCases.flatMap { mode in CalculonSpace.communications(t, b, mode) }
      }
    }
  }

  private static func communications(_ t: Int, _ b: Int, _ mode: Recompute) -> [BlockShape] {
    var all = BlockShape(tensor: t, microBatch: b, recompute: mode)
    all.scattersAtEdges = false
    let edges = BlockShape(tensor: t, microBatch: b, recompute: mode)
    let sequence = BlockShape(tensor: t, microBatch: b, recompute: mode, sequenceParallel: true)
    var kept = sequence
    kept.keepsGathered = true
    return mode == .full ? [all, edges, kept] : [all, edges, sequence, kept]
  }

  /// Plans of one shape: pipelines that divide the layers, every interleaving of them, sharding on and off.
  func plans(of shape: BlockShape, into batch: inout PlanBatch) {
    let layers = simulator.job.model.layers
    let rest = devices / shape.tensor
    for p in divisors(min(rest, layers)) where rest % p == 0 && layers % p == 0 {
      let data = rest / p
      let share = shape.microBatch * data
      guard share <= simulator.job.globalBatch, simulator.job.globalBatch % share == 0 else { continue }
      for v in p == 1 ? [1] : divisors(layers / p) {
        batch.append(pipeline: p, interleave: v, data: data, zero: 0)
        if data > 1 { batch.append(pipeline: p, interleave: v, data: data, zero: 1) }
      }
    }
  }

  struct Found {
    var plans = 0
    var fitting = 0
    var bestStep = Double.infinity
  }

  /// Everything from the loaded catalog on: lowering, operator times, every plan, the best that fits.
  func search() -> Found {
    let table = simulator.table(shapes)
    let capacity = simulator.machine.memoryCapacity.value
    var found = Found()
    var batch = PlanBatch()
    var results = PlanResults()
    for (index, shape) in shapes.enumerated() {
      batch.removeAll()
      plans(of: shape, into: &batch)
      simulator.evaluate(batch, shape: index, of: table, into: &results)
      found.plans += batch.count
      for i in 0..<batch.count where results.memory(i) <= capacity {
        found.fitting += 1
        found.bestStep = min(found.bestStep, results.step(i))
      }
    }
    return found
  }

  /// The same answer by estimating every plan on its own: what a search without the factoring costs.
  func searchOneByOne() -> Found {
    var found = Found()
    for shape in shapes {
      var batch = PlanBatch()
      plans(of: shape, into: &batch)
      for i in 0..<batch.count {
        let estimate = simulator.estimate(batch.plan(i, shape))
        found.plans += 1
        guard estimate.fits else { continue }
        found.fitting += 1
        found.bestStep = min(found.bestStep, estimate.stepTime.value)
      }
    }
    return found
  }
}
