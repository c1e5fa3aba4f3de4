import CKernels
import Quantities
import Scenarios

/// A collective by itself, outside a step: nobody keeps its ranks waiting, and nothing hides it.
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
      for k in all.indices { all[k].wait = 0 }
      for k in all.indices.dropLast() { all[k].span = min(all[k].span, Double(perMachine)) }
    }
    func times(_ bytes: Double) -> [Double] {
      var asked = collective
      asked.bytes = bytes
      return path(asked, tiers)?.tiers.map(\.value) ?? []
    }
    // A size too small to take time has the latencies alone; where trees are cheaper then, more bytes may take the ring.
    let least = times(1e-9), all = times(collective.bytes), more = zip(all, least).map { $0 - $1 }
    let latency = least.reduce(0, +), time = all.reduce(0, +)
    let slowest = more.indices.max { more[$0] < more[$1] }
    return CollectiveAlone(
      latency: Seconds(latency), transfer: Seconds(max(0, time - latency)),
      slowest: time > 0 ? slowest.map { self.tiers[$0] } : nil)
  }
}
