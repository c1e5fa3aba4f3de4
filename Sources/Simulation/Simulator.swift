import CKernels
import Quantities
import Scenarios

/// Evaluates plans of one job on one machine. A value: copy it to other threads freely.
public struct Simulator: Sendable {
  public let job: Job
  public let machine: Machine
  public let work: ModelWork
  private let kernelMachine: tf_machine

  /// Throws `Unsupported` when the chip cannot do the job's arithmetic at all.
  public init(job: Job, instance: Instance, efficiency: Efficiency) throws(Unsupported) {
    self.job = job
    machine = try Machine(instance: instance, efficiency: efficiency, precision: job.precision)
    work = ModelWork(job: job, stack: efficiency.stack)
    kernelMachine = machine.kernelMachine(optimizer: job.optimizer, efficiency.values)
  }

  /// Operator times for many shapes; do this once and evaluate any number of plans against it.
  public func table(_ shapes: [BlockShape], keepDetails: Bool = false) -> BlockTable {
    BlockTable(shapes: shapes, job: job, machine: machine, keepDetails: keepDetails)
  }

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
    _ batch: PlanBatch, _ range: Range<Int>, _ block: tf_block, _ machine: tf_machine, into results: inout PlanResults,
    naively: Bool = false
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= batch.count)
    results.reserve(range.count)
    let count = range.count, start = range.lowerBound
    var block = block, machine = machine
    machine.shard_ranks = batch.shard.map(Double.init) ?? machine.shard_ranks
    batch.pipeline.withUnsafeBufferPointer { pipeline in
      batch.interleave.withUnsafeBufferPointer { interleave in
        batch.data.withUnsafeBufferPointer { data in
          batch.zero.withUnsafeBufferPointer { zero in
            var plans = tf_plans(
              pipeline: pipeline.baseAddress.map { $0 + start }, interleave: interleave.baseAddress.map { $0 + start },
              data: data.baseAddress.map { $0 + start }, zero: zero.baseAddress.map { $0 + start })
            results.withKernelResults { columns in
              var columns = columns
              let kernel = naively ? tf_evaluate_plans_naive : tf_evaluate_plans
              kernel(&columns, &plans, count, &block, &machine)
            }
          }
        }
      }
    }
  }

  /// One plan in full.
  public func estimate(_ plan: Plan) -> Estimate {
    let table = table([BlockShape(plan)])
    var batch = PlanBatch(shard: plan.shard)
    batch.append(plan)
    var results = PlanResults()
    evaluate(batch, shape: 0, of: table, into: &results)
    return estimate(plan, results, at: 0)
  }

  /// Puts units back on the i-th result.
  public func estimate(_ plan: Plan, _ results: PlanResults, at i: Int) -> Estimate {
    let t = results.stepParts(i), b = results.memoryParts(i)
    let step = StepParts(
      compute: Seconds(t[0]), recompute: Seconds(t[1]), tensor: Seconds(t[2]), context: Seconds(t[3]),
      pipeline: Seconds(t[4]), data: Seconds(t[5]), bubble: Seconds(t[6]), optimizer: Seconds(t[7]),
      host: Seconds(t[8]), straggling: Seconds(t[9]))
    let memory = MemoryParts(
      weights: Bytes(b[0]), gradients: Bytes(b[1]), optimizer: Bytes(b[2]), activations: Bytes(b[3]),
      logits: Bytes(b[4]), workspace: Bytes(b[5]), reserve: machine.efficiency.memoryReserve)
    let time = step.total
    let tokens = job.tokensPerStep
    let available = machine.peak * Double(plan.devices)
    let useful = work.perStep(globalBatch: job.globalBatch)
    let executed = work.perStep(
      globalBatch: job.globalBatch, recompute: plan.recompute, attention: attentionForward)
    return Estimate(
      plan: plan, step: step, memory: memory, memoryCapacity: machine.memoryCapacity, tokensPerStep: tokens,
      tokensPerSecond: CountRate(tokens / time.value),
      modelUtilization: useful.rate(over: time) / available,
      hardwareUtilization: executed.rate(over: time) / available,
      microBatches: job.globalBatch / (plan.microBatch * plan.data))
  }

  /// What a checkpoint holds: weights, master copy and moments of all that is trained; of tables their weights and the state
  /// of their rows.
  public var checkpointSize: Bytes {
    let model = job.model
    if let net = model.recommender {
      let nets = model.parameterCount.perLayer * (kernelMachine.weight_bytes + kernelMachine.optimizer_state_bytes)
      return Bytes(nets + net.tableWeights + net.tableStates)
    }
    let trained =
      job.loraRank.map { model.adapterParameters(rank: $0, job.loraTargets) * Double(model.layers) }
      ?? model.parameterCount.total
    return Bytes(trained * (kernelMachine.weight_bytes + kernelMachine.optimizer_state_bytes))
  }

  /// Weights that nothing trains: no checkpoint has them, but a restart reads them.
  public var frozenSize: Bytes {
    job.loraRank == nil ? .zero : Bytes(job.model.parameterCount.total * kernelMachine.weight_bytes)
  }

  /// Forward scores and values of one layer and sequence: what selective recomputation repeats where it repeats anything.
  private var attentionForward: FLOPs {
    guard machine.efficiency.stack.attention == .unfused else { return .zero }
    let s = Double(job.sequenceLength)
    return FLOPs(4 * s * s * Double(job.model.heads * job.model.headDimension))
  }

  /// What the step waits for most: the largest exposed part, compute split by which side of the roofline it is on.
  public func bottleneck(of estimate: Estimate) -> Bottleneck {
    bottleneck(of: estimate, memoryBoundShare: memoryBoundShare)
  }

  /// - Parameter memoryBoundShare: that of the plan's shape, for callers that know it already.
  public func bottleneck(of estimate: Estimate, memoryBoundShare: (Plan) -> Double) -> Bottleneck {
    let step = estimate.step
    let parts: [(Bottleneck, Seconds)] = [
      (.recompute, step.recompute), (.tensorCommunication, step.tensor), (.contextCommunication, step.context),
      (.pipelineCommunication, step.pipeline), (.dataCommunication, step.data), (.bubble, step.bubble),
      (.optimizer, step.optimizer), (.host, step.host), (.straggling, step.straggling),
    ]
    if let worst = parts.max(by: { $0.1 < $1.1 }), worst.1 > step.compute { return worst.0 }
    return memoryBoundShare(estimate.plan) > 0.5 ? .memoryBandwidth : .compute
  }

  /// Share of a layer's compute time, and of that of a recommender's tables, spent in operators that memory bandwidth limits.
  public func memoryBoundShare(_ plan: Plan) -> Double {
    let detail = table([BlockShape(plan)], keepDetails: true).details[0]
    let tables: ComponentSet = job.model.recommender == nil ? [] : [.embeddingForward, .embeddingBackward]
    let counted = tables.union([.layerForward, .layerBackward])
    var bound = 0.0, all = 0.0
    for (one, time) in zip(detail.operators, detail.times)
    where !one.components.isDisjoint(with: counted) {
      all += time
      let memory = one.bytes / (machine.memoryRate.value * machine.efficiency[.elementwise])
      if one.flops == 0 || memory > one.flops / machine.matrixRate.value { bound += time }
    }
    return all > 0 ? bound / all : 0
  }
}
