import Quantities
import Scenarios

extension Fact {
  /// One per number format, in the order of `DataType`.
  static func rates(_ name: String, _ rates: [DataType: Sourced<FLOPRate>]) -> [Fact?] {
    DataType.allCases.map { Fact("\(name) \($0.rawValue)", rates[$0]) }
  }

  static func link(_ name: String, _ link: Link?) -> [Fact?] {
    guard let link else { return [] }
    return [Fact("\(name) (\(link.name)), one way", link.bandwidth), Fact("\(name) latency", link.latency)]
  }
}

extension FactSheet {
  public init(_ chip: Chip) {
    var facts: [Fact?] = [
      Fact("vendor", chip.vendor), Fact("class", chip.chipClass.rawValue),
      Fact("released", "\(chip.released)"), Fact("like", optional: chip.like),
      Fact("devices per chip", "\(chip.devicesPerChip)"),
    ]
    facts += Fact.rates("peak", chip.peak) + Fact.rates("ceiling", chip.ceiling)
    facts += [
      Fact("memory", chip.memoryCapacity), Fact("memory bandwidth", chip.memoryBandwidth),
      Fact("on-chip memory", chip.onChipMemory),
      Fact(
        "matrix units",
        "\(chip.matrixUnit.units), each \(chip.matrixUnit.rows) × \(chip.matrixUnit.columns) outputs at once"),
      Fact("FlashAttention written for it", optional: chip.flashAttention.map { "generation \($0)" }),
    ]
    facts += Fact.link("link", chip.link) + Fact.link("link between devices", chip.deviceLink)
    facts += Fact.link("link to the host", chip.hostLink)
    facts += [Fact("power, most", chip.powerMax), Fact("power, idle", chip.powerIdle)]
    self.init(
      .chips, name: chip.name, summary: chip.summary, facts: facts, disputed: chip.disputed,
      origin: chip.origin)
  }

  public init(_ card: NitroCard) {
    self.init(
      .nitroCards, name: card.name, summary: card.summary,
      facts: [
        Fact("generation", "\(card.generation)"), Fact("bandwidth of a card, one way", card.cardBandwidth),
        Fact("the same on accelerated instances", card.cardBandwidthAccelerated),
        Fact("EFA", card.efa), Fact("latency between instances", card.latency),
        Fact("EBS, most of an instance", card.ebsBandwidth),
        Fact("EBS operations, most", optional: card.ebsIOPS.map { CountRate($0).formatted }),
        Fact("encryption between instances", card.encryptsInLine ? "in the cards" : "on the host's cores"),
        Fact("cores that virtualization takes", optional: card.hypervisorShare.map(Figures.percent)),
      ] + card.features.map { Fact("feature", $0) },
      disputed: card.disputed, origin: card.origin)
  }

  public init(_ cpu: HostCPU) {
    self.init(
      .hosts, name: cpu.name, summary: cpu.summary,
      facts: [
        Fact("released", optional: cpu.released), Fact("cores of a socket", optional: cpu.cores),
        Fact("threads of a core", "\(cpu.threadsPerCore)"), Fact("CoreMark of a core, all busy", cpu.coreSpeed),
      ], disputed: cpu.disputed, origin: cpu.origin)
  }

  public init(_ instance: Instance) {
    let chip = instance.chip
    var facts: [Fact?] = [
      Fact("provider", instance.provider.name), Fact("released", optional: instance.released),
      Fact("chips", "\(instance.chips) × \(chip.name)"), Fact("devices", "\(instance.devices)"),
    ]
    if let members = instance.members {
      facts.append(Fact("members", "\(members.count) × \(members.instance), rented together"))
    }
    facts.append(Fact("rented as part of", optional: instance.soldIn))
    for tier in instance.scaleUp {
      facts += [
        Fact(
          "\(tier.name), \(tier.topology.rawValue) of \(tier.chips) chips, one way a chip", tier.bandwidth),
        Fact("\(tier.name) latency", tier.latency),
      ]
    }
    if let network = instance.network {
      let version = network.efaVersion.map { " \($0)" } ?? ""
      facts += [
        Fact("network (\(network.kind.rawValue)\(version)), one way", network.bandwidth),
        Fact("network, bursts", network.burst), Fact("network latency", network.latency),
        Fact("network cards", optional: network.cards),
      ]
    }
    facts += [
      Fact("Nitro card", optional: instance.nitro?.name), Fact("host CPU", optional: instance.host.cpu),
      Fact("vCPUs", optional: instance.host.vcpus), Fact("cores", optional: instance.host.cores),
      Fact("CoreMark of a core, all busy", instance.host.coreSpeed),
      Fact("host memory", instance.host.memory), Fact("EBS", instance.ebs?.bandwidth),
      Fact("EBS, bursts", instance.ebs?.burst),
      Fact("EBS operations", optional: instance.ebs?.iops.map { CountRate($0).formatted }),
      Fact("local drives", optional: instance.localStorage?.drives),
      Fact("a local drive", instance.localStorage?.capacity),
      Fact("local reads", instance.localStorage?.readBandwidth),
      Fact("local writes", instance.localStorage?.writeBandwidth), Fact("power, most", instance.powerMax),
      Fact("power, training (\(instance.powerGrade?.rawValue ?? ""))", instance.powerLoad),
      Fact("power, idle", instance.powerIdle),
    ]
    self.init(
      .instances, name: instance.name,
      summary: ([instance.summary] + instance.assumed.map { "assumed: \($0.wording.text)" }).joined(separator: "; "),
      facts: facts,
      disputed: instance.disputed,
      origin: instance.origin)
  }
}
