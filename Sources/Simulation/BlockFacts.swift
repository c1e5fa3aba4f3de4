import CKernels
import Quantities
import Scenarios

/// What of a block does not depend on efficiency, and the composition of the components of a shape into a `tf_block`.
struct BlockFacts {
  private let lowering: Lowering
  private let job: Job
  private let machine: Machine
  private let parameters: DeviceParameters.Source

  init(_ lowering: Lowering, _ job: Job, _ machine: Machine) {
    self.lowering = lowering
    self.job = job
    self.machine = machine
    parameters = DeviceParameters.Source(job)
  }

  /// - Parameter column: time of each component, by its raw value.
  func block(_ shape: BlockShape, _ column: [Double], _ e: EfficiencyValues) -> tf_block {
    var block = constants(shape)
    fill(&block, shape, column, e)
    return block
  }

  /// What the shape fixes whatever the efficiency: sizes and amounts.
  func constants(_ shape: BlockShape) -> tf_block {
    let kept = lowering.activations(shape)
    let held = parameters.perDevice(tensor: shape.tensor)
    var block = tf_block()
    block.layers = Double(job.model.layers)
    block.tensor = Double(shape.tensor)
    block.context = Double(shape.context)
    block.micro_batch = Double(shape.microBatch)
    block.global_batch = Double(job.globalBatch)
    let tokens = Double(shape.microBatch) * Double(job.sequenceLength) / Double(shape.context)
    let boundary = tokens * Double(job.model.hiddenSize) * machine.precision.activationBytes
    // Every tensor rank sends its share to its counterpart, which gathers the shares again, or the whole.
    block.boundary_bytes = sendsWhole(shape) ? boundary : boundary / Double(shape.tensor)
    block.layer_parameters = held.layer
    block.embedding_parameters = held.embedding
    block.head_parameters = held.head
    block.tied_parameters = held.tied
    block.trained = parameters.trained
    block.layer_activation = kept.layer
    block.embedding_activation = kept.embedding
    block.head_logits = kept.head
    block.workspace = kept.workspace
    if let net = job.model.recommender {
      let vector = Double(shape.microBatch) * Double(net.dimension) * machine.precision.activationBytes
      block.table_weights = net.tableWeights
      block.table_states = net.tableStates
      block.exchange_pooled = vector * Double(net.tableCount)
      block.exchange_rows = vector * net.lookups
    }
    return block
  }

  private func sendsWhole(_ shape: BlockShape) -> Bool { !shape.sequenceParallel && !shape.scattersAtEdges }

  /// The times of a block whose constants are set.
  ///
  /// - Parameter note: told each term of a layer's communication and host time, where somebody wants to know.
  func fill(
    _ block: inout tf_block, _ shape: BlockShape, _ column: [Double], _ e: EfficiencyValues,
    note: ((Trace.Term) -> Void)? = nil
  ) {
    times(&block, shape, column, e, note)
    block.boundary_gather = sendsWhole(shape) ? 0 : column[Component.boundaryGather.rawValue]
  }

  private func times(
    _ block: inout tf_block, _ shape: BlockShape, _ column: [Double], _ e: EfficiencyValues,
    _ note: ((Trace.Term) -> Void)?
  ) {
    func time(_ c: Component) -> Double { column[c.rawValue] }
    let contention = e[.contention]
    let full = shape.recompute == .full ? 1.0 : 0
    /// Of one layer and micro-batch, `times` over.
    func exposed(
      _ components: [Component], behind window: Double, _ part: StepParts.Part, _ what: String, _ formula: String,
      times: Double = 1
    ) -> Double {
      let communication = components.reduce(0) { $0 + time($1) }
      let left = max(0, communication - window)
      let cost = left + contention * (communication - left)
      if communication > 0 {
        note?(
          Trace.Term(
            part: part, components: components, what: what, formula: formula, times: times, raw: Seconds(communication),
            window: Seconds(window), hidden: Seconds(communication - left), contention: contention,
            amount: Seconds(times * cost)))
      }
      return cost
    }
    let unfused = machine.efficiency.stack.attention == .unfused
    // What selective recomputation repeats; fused attention already does so inside its backward kernel.
    let repeated: Double =
      switch shape.recompute {
      case .none: 0
      case .selective: unfused ? time(.attentionForward) : 0
      case .full: time(.layerForward)
      }
    // Column-parallel gradients travel while weight gradients are computed, re-gathered inputs while data gradients are.
    let window = time(.columnWeightGradient) + (shape.sequenceParallel ? time(.columnDataGradient) : 0)
    let tensorForward = exposed(
      [.tensorForward], behind: e[.tensorForwardOverlap] * time(.products), .tensor, "collectives forward",
      "behind ω·forward products", times: 1 + full)
    let tensorBackward =
      exposed([.tensorBackward], behind: 0, .tensor, "collectives backward, rows", "behind nothing")
      + exposed(
        [.tensorColumn] + (shape.keepsGathered ? [] : [.tensorRegather]), behind: e[.tensorOverlap] * window, .tensor,
        "collectives backward, columns", "behind ω·gradient products")
    let contextForward = exposed(
      [.contextForward], behind: e[.contextOverlap] * time(.attentionForward), .context, "exchange forward",
      "behind ω·attention", times: 1 + full)
    let contextBackward = exposed(
      [.contextBackward], behind: e[.contextOverlap] * time(.attentionBackward), .context, "exchange backward",
      "behind ω·attention's gradient")

    block.layer_forward = time(.layerForward)
    block.layer_backward = time(.layerBackward)
    block.layer_recompute = repeated
    block.layer_tensor = (1 + full) * tensorForward + tensorBackward
    block.layer_context = (1 + full) * contextForward + contextBackward
    block.layer_wait_forward = tensorForward + contextForward
    // A layer takes the larger of its time on the device and its host's time to launch it, forward and backward apart;
    // what is recomputed is launched again within backward.
    let host = hostTimes(shape, e)
    func waited(_ what: String, device: Double, host: Double) -> Double {
      let wait = HostLaunch.wait(device: device, host: host)
      if host > 0 {
        note?(
          Trace.Term(
            part: .host, components: [], what: what, formula: "smooth max(device, host) − device", times: 1,
            raw: Seconds(host),
            window: Seconds(device), hidden: Seconds(host - wait), amount: Seconds(wait)))
      }
      return wait
    }
    block.layer_host_forward = waited(
      "launches forward", device: block.layer_forward + tensorForward + contextForward, host: host.forward)
    block.layer_host_backward = waited(
      "launches backward",
      device: block.layer_backward + repeated + full * (tensorForward + contextForward) + tensorBackward
        + contextBackward,
      host: host.backward + full * host.forward)
    block.embedding_forward = time(.embeddingForward)
    block.embedding_backward = time(.embeddingBackward)
    block.embedding_tensor = time(.embeddingTensor)
    block.head_forward = time(.headForward)
    block.head_backward = time(.headBackward)
    block.head_tensor = time(.headTensor)
  }

  /// Seconds the slowest host of a tensor group needs to launch a layer: more ranks have a slower slowest one, and a
  /// softmax in pieces has more launches.
  private func hostTimes(_ shape: BlockShape, _ e: EfficiencyValues) -> (forward: Double, backward: Double) {
    let bare =
      job.model.recommender == nil && machine.efficiency.stack.attention == .unfused
      && !lowering.softmaxIsFused(Dimensions(lowering, shape))
    let more = 1 + e[.hostPerRank] * Double(shape.tensor - 1) + (bare ? e[.hostSoftmax] : 0)
    // A host put in place of the one that profiles were fitted on launches as fast as its cores are.
    let slower = machine.instance.launchFactor
    return (e[.hostForward] * more * slower, e[.hostBackward] * more * slower)
  }
}

/// The larger of two times that follow each other by a queue, less the first: launches run ahead of the device by some
/// layers, so the larger one takes over gradually.
enum HostLaunch {
  /// Width of the change from one to the other, as a part of both. Judgement, not measured: at equal times it adds 5% of
  /// them, and it leaves the step without the kink at which a fit by slopes would stop.
  static let softness = 0.05

  /// Seconds that the device waits: ½(d + h + √((d − h)² + 4ε²·d·h)) − d; none without a host.
  static func wait(device d: Double, host h: Double) -> Double {
    guard h > 0 else { return 0 }
    let gap = d - h
    return max(0, 0.5 * (d + h + (gap * gap + 4 * softness * softness * d * h).squareRoot()) - d)
  }
}

/// Parameters on one device of a tensor-parallel group.
public struct DeviceParameters: Sendable {
  public var layer: Double
  public var embedding: Double
  public var head: Double
  /// The last stage's own copy of a shared embedding matrix.
  public var tied: Double

  struct Source {
    let model: Model
    let count: ParameterCount
    /// Share of the layers' parameters that is trained.
    let trained: Double
    init(_ job: Job) {
      let model = job.model
      self.model = model
      let count = model.parameterCount
      self.count = count
      trained = job.loraRank.map { model.adapterParameters(rank: $0, job.loraTargets) / count.layers } ?? 1
    }
    func perDevice(tensor: Int) -> DeviceParameters {
      // Nets are on every device; tables are spread, and counted apart.
      if model.recommender != nil { return DeviceParameters(layer: count.perLayer, embedding: 0, head: 0, tied: 0) }
      let t = Double(tensor)
      let matrix = Double(model.vocabularySize * model.hiddenSize)
      let headMatrix = model.tiedEmbeddings ? 0 : min(matrix, count.head)
      return DeviceParameters(
        layer: count.perLayerSplit / t + (count.perLayer - count.perLayerSplit),
        embedding: matrix / t + max(0, count.embedding - matrix),
        head: headMatrix / t + (count.head - headMatrix),
        tied: model.tiedEmbeddings ? matrix / t : 0)
    }
  }
}
