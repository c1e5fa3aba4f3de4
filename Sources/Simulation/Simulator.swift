import CKernels
import Quantities
import Scenarios

/// Evaluates plans of one job on one machine. A value: copy it to other threads freely.
public struct Simulator: Sendable {
  public let job: Job
  public let machine: Machine
  public let work: ModelWork
  /// What the job takes for each of its parameters.
  let each: ParameterBytes
  private let kernelMachine: tf_machine

  /// Throws `Unsupported` when the chip cannot do the job's arithmetic at all.
  public init(job: Job, instance: Instance, efficiency: Efficiency) throws(Unsupported) {
    var job = job
    job.model = job.headed
    if let ends = job.layersIn16Bits { job.model = job.model.keeping16Bits(ends) }
    if let frozen = job.frozenLayers { job.model = job.model.freezing(first: frozen) }
    job.model = job.model.predicting(job.predictedTokens)
    self.job = job
    machine = try Machine(instance: instance, efficiency: efficiency, precision: job.precision)
    work = ModelWork(job: job, stack: efficiency.stack)
    each = ParameterBytes(job, efficiency.stack)
    if each.waiting > 0 || job.offloadsActivations, machine.hostRate == nil {
      throw .hostLinkUnknown(chip: instance.chip.name)
    }
    kernelMachine = machine.kernelMachine(each, efficiency.values)
  }

  /// Operator times for many shapes; do this once and evaluate any number of plans against it.
  public func table(_ shapes: [BlockShape]) -> BlockTable { BlockTable(shapes: shapes, job: job, machine: machine) }

  /// One shape, for the plans of it that are asked one at a time.
  public func lowered(_ shape: BlockShape) -> LoweredShape { LoweredShape(self, shape) }

  /// Fills `results` for every plan of `batch` under the table's shape at `index`.
  public func evaluate(_ batch: PlanBatch, shape index: Int, of table: BlockTable, into results: inout PlanResults) {
    evaluate(batch, 0..<batch.count, shape: index, of: table, into: &results)
  }

  /// The same for a part of the batch; the first result is that of the range's first plan.
  ///
  /// - Parameter naively: by the kernel's twin, which tests hold it to.
  public func evaluate(
    _ batch: PlanBatch, _ range: Range<Int>, shape index: Int, of table: BlockTable, into results: inout PlanResults,
    naively: Bool = false
  ) {
    Simulator.evaluate(batch, range, table.blocks[index], kernelMachine, into: &results, naively: naively)
  }

  static func evaluate(
    _ batch: PlanBatch, _ range: Range<Int>, _ block: KernelBlock, _ machine: tf_machine,
    into results: inout PlanResults,
    naively: Bool = false
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= batch.count)
    var machine = machine
    results.withKernelResults(range.count) { columns in
      batch.withKernelPlans(from: range.lowerBound) { plans in
        var columns = columns, plans = plans
        let kernel = naively ? tf_evaluate_plans_naive : tf_evaluate_plans
        block.withKernelBlock { kernel(&columns, &plans, range.count, $0, &machine) }
      }
    }
  }

  /// One plan in full.
  public func estimate(_ plan: Plan) -> Estimate { PlanCase(self, plan).estimate() }

  /// Puts units back on the i-th result.
  public func estimate(_ plan: Plan, _ results: PlanResults, at i: Int) -> Estimate {
    let step = results.stepParts(i), memory = results.memoryParts(i)
    let time = step.total
    let tokens = job.tokensPerStep
    let available = machine.peak * Double(plan.devices)
    let useful = work.perStep(globalBatch: job.globalBatch)
    let executed = work.perStep(job, plan)
    return Estimate(
      plan: plan, step: step, memory: memory, memoryCapacity: machine.memoryCapacity,
      memorySpread: machine.efficiency.memorySpread, tokensPerStep: tokens,
      tokensPerSecond: CountRate(tokens / time.value),
      modelUtilization: useful.rate(over: time) / available,
      hardwareUtilization: executed.rate(over: time) / available,
      microBatches: job.globalBatch / (plan.microBatch * plan.data))
  }

  /// What a checkpoint holds: weights, master copy and moments of all that is trained; of tables their weights and the state
  /// of their rows.
  public var checkpointSize: Bytes {
    let model = job.model, saved = each.weight + each.state + each.waiting
    if let net = model.recommender {
      return Bytes(model.parameterCount.perLayer * saved + net.tableWeights + net.tableStates)
    }
    return Bytes(job.trainedParameters * saved)
  }

  /// What waits in the host's memory for one device. Gradients are of the same parameters, and sharded from stage 2 on.
  public func offloaded(_ e: Estimate) -> Bytes {
    let kept = job.offloadsActivations ? Bytes(offloadedActivations(e.plan)) : .zero
    guard each.waiting > 0 else { return kept }
    let ranks = e.plan.data * e.plan.context
    let sharing = e.plan.zero == 1 ? Double(min(ranks, e.plan.shard ?? ranks)) : 1
    return kept + e.memory.gradients * (each.waiting / each.gradient / sharing)
  }

  /// Of the stage that keeps most: what its layers keep, for all micro-batches in flight.
  private func offloadedActivations(_ plan: Plan) -> Double {
    let layout = job.model.layout
    let lowering = Lowering(job: job, stack: machine.efficiency.stack), shape = BlockShape(plan)
    let kept = lowering.activations(shape).layers
    let spared = shape.recompute.layers == nil ? kept : lowering.activations(shape.keepingAll).layers
    let rounds = Double(job.globalBatch / (plan.microBatch * plan.data))
    return (0..<plan.pipeline).reduce(0) { most, stage in
      let once = StageLayers(job.model, plan).sum(of: stage) { place, isRecomputed in
        (isRecomputed ? kept : spared)[layout.order[place]].kept
      }
      return max(most, once * min(rounds, StageLayers.inFlight(plan, stage: stage)))
    }
  }

  /// Weights that nothing trains: no checkpoint has them, but a restart reads them.
  public var frozenSize: Bytes {
    let all = job.model.parameterCount.total
    let frozen = job.loraRank == nil ? all - job.trainedParameters : all
    // A reference that is a model of its own stands in no checkpoint.
    let reference = job.hasReference && job.loraRank == nil ? job.trainedParameters * each.weight : 0
    return Bytes(frozen * each.held + reference)
  }

  /// What the step waits for most: the largest exposed part, compute split by which side of the roofline it is on.
  ///
  /// - Parameter memoryBoundShare: that of the plan's shape; asked for only where compute is the largest.
  public func bottleneck(of estimate: Estimate, memoryBoundShare: @autoclosure () -> Double) -> Bottleneck {
    let step = estimate.step
    let parts = StepParts.Part.allCases.filter { ![.compute, .own, .untried, .input, .checkpoint].contains($0) }
    if let worst = parts.max(by: { step[$0] < step[$1] }), step[worst] > step[.compute] { return Bottleneck(worst) }
    return memoryBoundShare() > 0.5 ? .memoryBandwidth : .compute
  }
}

extension PlanCase {
  public var bottleneck: Bottleneck {
    simulator.bottleneck(of: estimate(), memoryBoundShare: lowered.memoryBoundShare)
  }
}
