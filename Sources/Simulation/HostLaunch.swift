import Scenarios

/// Smooth max(device, host) − device: launches run ahead of the device by some layers, so the larger one takes over
/// gradually.
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

extension BlockFacts {
  /// Seconds that a host takes for the experts of a layer, in eights of them.
  func hostOfExperts(_ shape: BlockShape, _ kind: Int, _ e: EfficiencyValues) -> (
    forward: Double, backward: Double
  ) {
    guard case .experts(let experts) = job.model.layout.kinds[kind].feedForward else { return (0, 0) }
    let local = Double(experts.count) / Double(shape.expert)
    let part = e[.hostExperts] * local / 8 * machine.instance.launchFactor
    return (e[.hostForward] * part, e[.hostBackward] * part)
  }

  /// Seconds the slowest host of a tensor group needs to launch a layer: more ranks have a slower slowest one, and a
  /// softmax in pieces has more launches.
  func hostTimes(
    _ shape: BlockShape, _ kind: Int, _ e: EfficiencyValues
  ) -> (forward: Double, backward: Double) {
    var bare = false
    let block = job.model.layout.kinds[kind]
    if job.model.recommender == nil, machine.efficiency.stack.attention == .unfused,
      case .attention(let attention) = block.mixer
    {
      let d = Dimensions(lowering, shape).of(block), a = lowering.sizes(attention, d)
      bare = !lowering.softmaxIsFused(heads: a.heads, keys: a.sequence, d)
    }
    let more =
      1 + e[.hostPerRank] * Double(shape.tensor - 1) + (bare ? e[.hostSoftmax] : 0)
    // A host put in place of the one that profiles were fitted on launches as fast as its cores are.
    let slower = machine.instance.launchFactor * block.launched
    return (e[.hostForward] * more * slower, e[.hostBackward] * more * slower)
  }
}
