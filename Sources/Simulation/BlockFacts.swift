import CKernels
import Quantities
import Scenarios

/// What of a block does not depend on efficiency, and the composition of the components of a shape into a `tf_block`.
struct BlockFacts {
  let lowering: Lowering
  let job: Job
  let machine: Machine
  private let parameters: DeviceParameters.Source
  /// Which kind each layer is, and whether the kernel has to know.
  private let order: [Int32]
  private let isMixed: Bool

  init(_ lowering: Lowering, _ job: Job, _ machine: Machine) {
    self.lowering = lowering
    self.job = job
    self.machine = machine
    parameters = DeviceParameters.Source(job)
    order = job.model.layout.order.map(Int32.init)
    isMixed = !job.model.layout.isUniform || job.model.hasExperts
  }

  /// - Parameters:
  ///   - columns: time of each component, by its raw value, of each kind of layer.
  ///   - sent: bytes of each that go through a device.
  func block(_ shape: BlockShape, _ columns: [[Double]], _ sent: [[Double]], _ e: EfficiencyValues) -> KernelBlock {
    var block = constants(shape)
    fill(&block, shape, columns, sent, e)
    return block
  }

  /// What the shape fixes whatever the efficiency: sizes and amounts.
  func constants(_ shape: BlockShape) -> KernelBlock {
    var kept = lowering.activations(shape)
    // Kinds of layers that recompute, then the same in which nothing is done again.
    if shape.recompute.layers != nil { kept.layers += lowering.activations(shape.keepingAll).layers }
    let held = parameters.perDevice(shape)
    var block = tf_block()
    block.layers = Double(job.model.layers)
    block.tensor = Double(shape.tensor)
    block.context = Double(shape.context)
    block.micro_batch = Double(shape.microBatch)
    block.global_batch = Double(job.globalBatch)
    let boundary = lowering.boundary(shape)
    // Every tensor rank sends its share to its counterpart, which gathers the shares again, or the whole.
    block.boundary_bytes = sendsWhole(shape) ? boundary : boundary / Double(shape.tensor)
    block.embedding_parameters = held.embedding
    block.head_parameters = held.head
    block.tied_parameters = held.tied
    block.trained = parameters.trained
    block.embedding_activation = kept.embedding
    block.head_logits = kept.head
    block.workspace = kept.layers.reduce(0) { max($0, $1.workspace) }
    let moves = job.offloadsActivations
    // The layer at work, and the one whose activations are on their way.
    if moves { block.workspace += 2 * kept.layers.reduce(0) { max($0, $1.kept) } }
    if let net = job.model.recommender {
      let vector = Double(shape.microBatch) * Double(net.dimension) * machine.precision.activationBytes
      block.table_weights = net.tableWeights
      block.table_states = net.tableStates
      block.exchange_pooled = vector * Double(net.tableCount)
      block.exchange_rows = vector * net.lookups
    }
    let layers = kept.layers.enumerated().map { place, kept in
      var layer = tf_layer()
      let held = held.layers[place % held.layers.count]
      layer.parameters = held.own
      layer.expert_parameters = held.experts
      layer.activation = moves ? 0 : kept.kept
      return layer
    }
    return KernelBlock(
      block, layers: layers, order: order, isMixed: isMixed || shape.recompute.layers != nil || shape.ends != nil,
      expertRanks: Double(shape.expertRanks), expertTrained: parameters.expertsTrained,
      recomputed: shape.recompute.layers,
      ends: tf_ends(shape.ends, job.model), moved: moves ? kept.layers.map(\.kept) : [])
  }

  private func sendsWhole(_ shape: BlockShape) -> Bool { !shape.sequenceParallel && !shape.scattersAtEdges }

  /// The times of a block whose constants are set.
  ///
  /// - Parameter note: told each term of a layer's communication and host time, where somebody wants to know.
  func fill(
    _ block: inout KernelBlock, _ shape: BlockShape, _ columns: [[Double]], _ sent: [[Double]],
    _ values: EfficiencyValues, note: ((Trace.Term) -> Void)? = nil
  ) {
    let e = values.asRun(by: machine.efficiency.stack)
    let kinds = columns.count
    for place in 0..<(block.recomputed == nil ? kinds : 2 * kinds) {
      let own = place < kinds ? shape : shape.keepingAll, kind = place % kinds
      let moved = block.moved.isEmpty ? 0 : block.moved[place]
      block.change(place) { times(&$0, kind, own, columns[kind], sent[kind], e, moved: moved, at: place, note) }
    }
    let ends = columns[0]
    func time(_ c: Component) -> Double { ends[c.rawValue] }
    block.ends { block in
      let passes = job.hasReference ? 2.0 : 1
      block.embedding_forward = passes * time(.embeddingForward)
      block.embedding_backward = time(.embeddingBackward)
      block.embedding_tensor = time(.embeddingTensor)
      // Every further token is asked of the same head.
      let asked = job.model.headPasses
      block.head_forward = asked * passes * time(.headForward)
      block.head_backward = asked * time(.headBackward)
      block.head_tensor = asked * time(.headTensor)
      // Of the widest layer.
      block.boundary_gather =
        sendsWhole(shape) ? 0 : columns.reduce(0) { max($0, $1[Component.boundaryGather.rawValue]) }
    }
  }

  /// Times of one kind of layer.
  ///
  /// - Parameters:
  ///   - moved: bytes that go to the host and come back.
  ///   - place: of the kind, among those that recompute and those that do not.
  private func times(
    _ layer: inout tf_layer, _ kind: Int, _ shape: BlockShape, _ column: [Double], _ sent: [Double],
    _ e: EfficiencyValues,
    moved: Double, at place: Int, _ note: ((Trace.Term) -> Void)?
  ) {
    func time(_ c: Component) -> Double { column[c.rawValue] }
    let fastest = machine.fastestByte(e)
    // Nothing goes back through a frozen layer, so nothing of it is done again.
    let again = job.model.recommender != nil || !job.model.layout.kinds[kind].isFrozen
    let full = shape.recompute.mode == .full && again ? 1.0 : 0
    // A reference works forward on what the model does.
    let reference = job.hasReference ? 1.0 : 0
    /// Forward, of one layer and micro-batch.
    let passes = 1 + full + reference
    /// Of one layer and micro-batch, `times` over.
    func exposed(
      _ components: [Component], behind window: Double, _ part: StepParts.Part, _ what: String, _ formula: String,
      times: Double = 1
    ) -> Double {
      let communication = components.reduce(0) { $0 + time($1) }
      let left = max(0, communication - window)
      // Bytes keep a device busy for as long as the fastest links take for them, however long they are on their way.
      let busy = components.reduce(0) { $0 + sent[$1.rawValue] } * fastest
      let contention = e[.contention] * (communication > busy ? busy / communication : 1)
      let cost = left + contention * (communication - left)
      if communication > 0 {
        note?(
          Trace.Term(
            part: part, components: components, kind: place, what: what, formula: formula, times: times,
            raw: Seconds(communication),
            window: Seconds(window), hidden: Seconds(communication - left), contention: contention,
            amount: Seconds(times * cost)))
      }
      return cost
    }
    let repeated: Double =
      switch shape.recompute.mode {
      case _ where !again: 0
      case .none: 0
      case .selective: time(.selective)
      case .full: time(.layerForward)
      }
    // Column-parallel gradients travel while weight gradients are computed, re-gathered inputs while data gradients are.
    let window = time(.columnWeightGradient) + (shape.sequenceParallel ? time(.columnDataGradient) : 0)
    let tensorForward = exposed(
      [.tensorForward], behind: e[.tensorForwardOverlap] * time(.products), .tensor, "collectives forward",
      "behind ω·forward products", times: passes)
    let tensorBackward =
      exposed([.tensorBackward], behind: 0, .tensor, "collectives backward, row-parallel layers", "behind nothing")
      + exposed(
        [.tensorColumn] + (shape.keepsGathered ? [] : [.tensorRegather]), behind: e[.tensorOverlap] * window, .tensor,
        "collectives backward, column-parallel layers", "behind ω·gradient products")
    // Keys arrive while others are looked at; heads must be there before any.
    let cut = lowering.exchangesHeads(job.model.layout.kinds[kind].mixer) ? 0 : e[.contextOverlap]
    let contextForward = exposed(
      [.contextForward], behind: cut * time(.attentionForward), .context, "exchange forward",
      cut > 0 ? "behind ω·attention" : "behind nothing", times: passes)
    let contextBackward = exposed(
      [.contextBackward], behind: cut * time(.attentionBackward), .context, "exchange backward",
      cut > 0 ? "behind ω·attention's gradient" : "behind nothing")

    // Tokens travel beside the experts' own work on other tokens, as far as software cuts it up for that; or the forward pass of
    // one micro-batch runs beside the backward one of another, and what both send hides behind what both compute.
    let stack = machine.efficiency.stack
    let isPaired = stack.expertOverlap == .microBatches && !stack.waitedFor.contains(.exchange)
    let exchanged = passes * time(.exchangeForward) + time(.exchangeBackward)
    let room = passes * time(.layerForward) + time(.layerBackward)
    func roomFor(_ exchange: Component, _ work: Component) -> Double {
      if isPaired { return exchanged > room ? time(exchange) * room / exchanged : time(exchange) }
      return e[.exchangeOverlap] * time(work)
    }
    let exchangeForward = exposed(
      [.exchangeForward], behind: roomFor(.exchangeForward, .layerForward), .exchange, "tokens to experts and back",
      isPaired ? "behind another micro-batch" : "behind ω·forward", times: passes)
    let exchangeBackward = exposed(
      [.exchangeBackward], behind: roomFor(.exchangeBackward, .layerBackward), .exchange,
      "gradients to experts and back", isPaired ? "behind another micro-batch" : "behind ω·backward")

    layer.forward = (1 + reference) * time(.layerForward)
    layer.backward = time(.layerBackward)
    layer.recompute = repeated
    layer.tensor = passes * tensorForward + tensorBackward
    layer.context = passes * contextForward + contextBackward
    layer.exchange = passes * exchangeForward + exchangeBackward
    layer.exchange_alone = isPaired ? max(0, exchanged - layer.exchange) : 0
    let waitOnce = tensorForward + contextForward + exchangeForward
    let waitForward = (1 + reference) * waitOnce
    layer.wait_forward = waitForward
    // A layer takes the larger of its time on the device and its host's time to launch it, forward and backward apart;
    // what is recomputed is launched again within backward.
    let host = hostTimes(shape, kind, e)
    func waited(_ what: String, device: Double, host: Double) -> Double {
      let wait = HostLaunch.wait(device: device, host: host)
      if host > 0 {
        note?(
          Trace.Term(
            part: .host, components: [], kind: place, what: what, formula: "smooth max(device, host) − device",
            times: 1,
            raw: Seconds(host),
            window: Seconds(device), hidden: Seconds(host - wait), amount: Seconds(wait)))
      }
      return wait
    }
    // The host has to read how many rows each expert got before it can launch their products: what it does for them is behind
    // nothing.
    let experts = hostOfExperts(shape, kind, e)
    func stopped(_ what: String, _ seconds: Double, times: Double = 1) -> Double {
      if seconds > 0 {
        note?(
          Trace.Term(
            part: .host, components: [], kind: place, what: what,
            formula: "host_experts · experts on the device ÷ 8 · host time of a layer",
            times: times, raw: Seconds(seconds), window: .zero, hidden: .zero, amount: Seconds(times * seconds)))
      }
      return times * seconds
    }
    layer.host_forward =
      waited("launches forward", device: layer.forward + waitForward, host: (1 + reference) * host.forward)
      + stopped("launches of experts forward", experts.forward, times: 1 + reference)
    let deviceBackward =
      layer.backward + repeated + full * waitOnce + tensorBackward + contextBackward + exchangeBackward
    layer.host_backward =
      stopped("launches of experts backward", experts.backward, times: again ? 1 : 0)
      + stopped("launches of experts, computed again", experts.forward, times: full)
      + waited(
        "launches backward", device: deviceBackward, host: (again ? host.backward : 0) + full * host.forward)

    // Activations leave while the next layer works forward, and come while the one after them works backward. A reference keeps
    // none, and by the time that it works they are gone.
    guard moved > 0, let link = machine.hostRate else { return }
    let oneWay = moved / link.value
    func beyond(_ what: String, _ formula: String, behind window: Double) -> Double {
      let left = max(0, oneWay - window)
      note?(
        Trace.Term(
          part: .host, components: [], kind: place, what: what, formula: formula, times: 1, raw: Seconds(oneWay),
          window: Seconds(window), hidden: Seconds(oneWay - left), amount: Seconds(left)))
      return left
    }
    layer.host_forward += beyond(
      "activations to the host", "bytes ÷ host link, behind forward",
      behind: (layer.forward + waitForward + layer.host_forward) / (1 + reference))
    layer.host_backward += beyond(
      "activations back from the host", "bytes ÷ host link, behind backward",
      behind: deviceBackward + layer.host_backward)
  }
}
