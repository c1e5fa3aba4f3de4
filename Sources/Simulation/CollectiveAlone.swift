import CKernels
import Quantities
import Scenarios

/// A collective by itself, outside a step: nothing hides it.
public struct CollectiveAlone: Sendable {
  /// Of latencies, whatever the size.
  public var latency: Seconds
  /// Of the bytes.
  public var transfer: Seconds
  /// The tier whose links set the pace; nil where there is nothing to send.
  public var slowest: Machine.Tier?

  public var time: Seconds { latency + transfer }
}

extension Machine {
  /// - Parameter perMachine: neighbouring ranks that are in one machine; the rest is reached over the network.
  public func alone(_ collective: Collective, perMachine: Int) -> CollectiveAlone {
    var tiers = kernelTiers(efficiency.values)
    withUnsafeMutableBytes(of: &tiers) { raw in
      let all = raw.bindMemory(to: tf_tier.self)
      for k in all.indices.dropLast() { all[k].span = min(all[k].span, Double(perMachine)) }
    }
    func times(_ bytes: Double) -> [Double] {
      var asked = collective
      asked.bytes = bytes
      let told = path(asked, tiers).tier
      return [told.0, told.1, told.2, told.3].suffix(self.tiers.count)
    }
    // A size too small to take time has the latencies alone; where trees are cheaper then, more bytes may take the ring.
    let least = times(1e-9), all = times(collective.bytes), more = zip(all, least).map { $0 - $1 }
    let latency = least.reduce(0, +), time = all.reduce(0, +)
    let slowest = more.indices.max { more[$0] < more[$1] }
    return CollectiveAlone(
      latency: Seconds(latency), transfer: Seconds(max(0, time - latency)),
      slowest: time > 0 ? slowest.map { self.tiers[$0] } : nil)
  }

  /// What one call of a collective spends in every tier of the kernel, innermost first.
  func path(_ collective: Collective, _ tiers: (tf_tier, tf_tier, tf_tier, tf_tier)) -> tf_path {
    var path = tf_path(
      group: Double(collective.group), stride: Double(collective.stride), bytes: collective.bytes,
      copies: collective.copies, within: collective.within, tier: (0, 0, 0, 0))
    var kind = collective.kind.rawValue
    withUnsafeBytes(of: tiers) { tiers in
      tf_trace_collectives(&path, &kind, 1, tiers.bindMemory(to: tf_tier.self).baseAddress)
    }
    return path
  }
}
