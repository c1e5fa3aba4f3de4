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
