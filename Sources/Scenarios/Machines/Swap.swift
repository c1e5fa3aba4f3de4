import Quantities

// Parts put in place of an instance's own: what would be bought if somebody sold it.
extension Instance {
  /// The same with as many cards of another generation, each of which keeps the share of its rate that it had.
  ///
  /// A p5 takes all of the 100 Gbit/s that its cards have on GPU instances, a c8g.48xlarge 50 of 200. A latency that was
  /// measured on the type keeps its relation to that of its cards. What `--set` gave stays: the user knows better.
  func replacing(_ old: NitroCard, with new: NitroCard) -> Instance {
    var copy = self
    copy.nitro = new
    guard new.name != old.name else { return copy }
    // What is sold is what virtualization leaves: other cards would leave another part of the same machine.
    copy.hostShare *= (1 - (new.hypervisorShare ?? 0)) / (1 - (old.hypervisorShare ?? 0))
    let ratio = new.rate(beside: chip) / old.rate(beside: chip)
    if let network { copy.network = exchanged(network, old, new, by: ratio, &copy.assumed) }
    if let ebs { copy.ebs = exchanged(ebs, old, new, &copy.assumed) }
    // Less than a core in twenty is not worth a word.
    if abs(copy.hostShare - 1) > 0.05 {
      copy.assumed.append(.hostShare(instance: name, share: copy.hostShare))
    }
    return copy
  }

  private func exchanged(
    _ own: Network, _ old: NitroCard, _ new: NitroCard, by ratio: Double, _ assumed: inout [PartNote]
  ) -> Network {
    var network = own
    let wanted = own.bandwidth.value * ratio
    // What a network has already, its chips can take.
    let limit = chip.hostLink.map { max($0.bandwidth.value * Double(chips), own.bandwidth.value) }
    network.bandwidth = rate(own.bandwidth, wanted, limit, new, new.cardBandwidth.origin)
    network.burst = own.burst.map { rate($0, $0.value * ratio, limit, new, new.cardBandwidth.origin) }
    if let burst = network.burst, burst.value <= network.bandwidth.value { network.burst = nil }
    // Small sizes are without EFA whatever their cards could do.
    let isSmall = own.kind == .ena && old.efa != "none"
    network.kind = new.efa == "none" || isSmall ? .ena : .efa
    network.efaVersion = network.kind == .efa ? new.efa : nil
    let keeps = isSmall && new.efa != "none" || own.latency.origin.source == Instance.option
    if !keeps, let latency = new.latency {
      network.latency = latency
      if network.kind == own.kind, let before = old.latency?.value {
        network.latency.value = latency.value * (own.latency.value / before)
      }
    }

    var found: CardSwap.Limit?
    if let limit, wanted > limit, let link = chip.hostLink {
      found = .link(link.name, chips: chips, chip: chip.name, wanted: wanted)
    } else if chip.hostLink == nil, chip.chipClass == .accelerator, ratio > 1 {
      found = .unpublished(chip: chip.name)
    }
    assumed.append(
      .cards(
        CardSwap(
          instance: name, old: old.name, new: new.name, network: network.bandwidth.value,
          before: ratio == 1 ? nil : own.bandwidth.value, limit: found, keepsLatency: new.latency == nil && !keeps)))
    return network
  }

  private func exchanged(_ own: EBS, _ old: NitroCard, _ new: NitroCard, _ assumed: inout [PartNote]) -> EBS {
    guard let before = old.ebsBandwidth?.value, let after = new.ebsBandwidth?.value else {
      assumed.append(.ebsKept(instance: name, old: old.name, new: new.name))
      return own
    }
    var ebs = own
    let limit = after * Double(memberCount)
    let origin = new.ebsBandwidth?.origin ?? new.origin
    ebs.bandwidth = rate(own.bandwidth, own.bandwidth.value * (after / before), limit, new, origin)
    ebs.burst = own.burst.map { rate($0, $0.value * (after / before), limit, new, origin) }
    if let burst = ebs.burst, burst.value <= ebs.bandwidth.value { ebs.burst = nil }
    if let iops = own.iops, let before = old.ebsIOPS, let after = new.ebsIOPS {
      ebs.iops = min(iops * after / before, after * Double(memberCount))
    }
    return ebs
  }

  private func rate(
    _ own: Sourced<ByteRate>, _ wanted: ByteRate, _ limit: ByteRate?, _ card: NitroCard, _ origin: Origin
  ) -> Sourced<ByteRate> {
    guard own.origin.source != Instance.option else { return own }
    let value = limit.map { min(wanted, $0) } ?? wanted
    var origin = origin
    origin.note = "Worked out from \(own.value.formatted) of \(soldAs) by what \(card.name) does beside its own cards."
    return Sourced(value, origin: origin)
  }

  /// The source of what the command line sets.
  private static let option = "--set"

  /// The same with another host: as many vCPUs, the cores that those are, and launches as fast as one core is.
  func replacing(host cpu: HostCPU) -> Instance {
    var copy = self
    let own = host
    copy.host.cpu = cpu.name
    copy.host.cores = own.vcpus.map { max(1, $0 / cpu.threadsPerCore) }
    copy.host.coreSpeed = cpu.coreSpeed
    guard cpu.name != own.cpu else { return self }
    if let before = own.coreSpeed?.value, let after = cpu.coreSpeed?.value {
      copy.launchFactor *= before / after
      copy.assumed.append(.hostSpeed(instance: name, host: cpu.name, was: own.cpu, before: before, after: after))
    } else {
      copy.assumed.append(
        .hostSpeedUnknown(
          instance: name, host: cpu.name, was: own.cpu, unknown: own.coreSpeed == nil ? own.cpu : cpu.name))
    }
    return copy
  }
}
