import Quantities

extension Instance {
  /// - Parameters:
  ///   - provider: the provider file it names; nil where that failed.
  ///   - chip: the chip file it names; nil where that failed, or for a group of members.
  ///   - cpu: the host CPU file it names, where it names one.
  ///   - member: the type it is made of, and how many.
  init(
    _ fields: Fields, name: String, provider: Provider?, chip: Chip?, nitro: NitroCard?, cpu: HostCPU?,
    member: (instance: Instance, count: Int)?
  ) {
    let sum = member.map { Sum(member: $0.instance, count: $0.count) }
    let chip = chip ?? member?.instance.chip ?? .unread
    // Unknown where the members or the number could not be read; nothing is held against it then.
    let counted =
      member.map { $0.instance.chips * $0.count }
      ?? (fields.has("members") ? nil : fields.int("chips", in: 1...100_000))
    let chips = counted ?? 1
    let card = nitro ?? member?.instance.nitro
    self.init(
      name: name,
      provider: provider ?? .unread,
      summary: fields.text("summary") ?? "",
      released: fields.int("released", in: 1990...2200),
      chip: chip,
      chips: chips,
      host: fields.fields("host", Keys.host).map { Host($0, cpu: cpu) } ?? sum?.host ?? Host(),
      nitro: card,
      scaleUp: Self.tiers(fields, chip: chip, chips: counted) ?? member?.instance.scaleUp ?? [],
      network: fields.fields("network", Keys.network).flatMap { Network($0, nitro: card) } ?? sum?.network,
      ebs: fields.fields("ebs", Keys.ebs).map(EBS.init) ?? sum?.ebs,
      localStorage: fields.fields("local_storage", Keys.localStorage).map(LocalStorage.init)
        ?? sum?.localStorage,
      powerMax: fields.sourced("power_max") ?? sum?.powerMax,
      members: member.map { ($0.instance.name, $0.count) },
      soldIn: fields.name("sold_in")?.text,
      disputed: fields.texts("disputed") ?? [],
      origin: fields.origin)
    readPower(fields, sum)
    if let one = member?.instance {
      // Parts that were put in place of a member's are those of the whole.
      (parts, launchFactor, hostShare, assumed) = (one.parts, one.launchFactor, one.hostShare, one.assumed)
    }
  }

  /// Tiers of links, with what they leave out taken from the chip's own link.
  private static func tiers(_ fields: Fields, chip: Chip, chips: Int?) -> [ScaleUp]? {
    guard let items = fields.list("scale_up") else { return nil }
    var inner = 1
    return items.enumerated().map { index, item in
      let tier = Fields(item, keys: Keys.scaleUp, reading: fields.reading)
      let place = "scale_up[\(index)]"
      let span = tier.int("chips", in: 1...100_000) ?? 1
      if tier.has("chips") {
        if let chips, span > chips {
          tier.error(
            "\(place) reaches \(span) chips, and there are \(chips)", help: "at most \(chips)", at: "chips")
        } else if span < inner {
          tier.error(
            "\(place) reaches fewer chips than the tier before it", help: "begin with the innermost",
            at: "chips")
        }
        inner = span
      }
      func due(_ key: String) {
        guard !tier.has(key), !chip.isUnread else { return }
        tier.error(
          "\(place) has no '\(key)', and neither has the link of \(chip.name)",
          help: "add '\(key)' here, or to 'link' in chips/\(chip.name).yaml")
      }
      let bandwidth: Sourced<ByteRate>? = tier.sourced("bandwidth") ?? chip.link?.bandwidth
      let latency: Sourced<Seconds>? = tier.sourced("latency") ?? chip.link?.latency
      if bandwidth == nil { due("bandwidth") }
      if latency == nil { due("latency") }
      return ScaleUp(
        name: tier.text("name") ?? "", topology: tier.choice("topology", Topology.self) ?? .switched,
        chips: span,
        bandwidth: bandwidth ?? .unread(), latency: latency ?? .unread())
    }
  }
}

extension Chip {
  /// For instances whose chip could not be read; the reason has been noted.
  static let unread = Chip(
    name: "", vendor: "", summary: "", chipClass: .accelerator, released: 0, devicesPerChip: 1, peak: [:],
    ceiling: [:], memoryCapacity: .unread(), memoryBandwidth: .unread(), onChipMemory: nil,
    matrixUnit: MatrixUnit(rows: 1, columns: 1, units: 1), link: nil, deviceLink: nil, powerMax: nil,
    powerIdle: nil, disputed: [], origin: Origin(source: "", retrieved: "", location: ""))

  var isUnread: Bool { name.isEmpty }
}

extension Host {
  fileprivate init(_ fields: Fields, cpu: HostCPU?) {
    self.init(
      cpu: cpu?.name ?? fields.text("cpu"), vcpus: fields.int("vcpus", in: 1...1_000_000),
      cores: fields.int("cores", in: 1...1_000_000), memory: fields.sourced("memory"), coreSpeed: cpu?.coreSpeed)
  }
}

extension Network {
  /// Nil where neither the file nor the Nitro card knows the latency, which is noted.
  fileprivate init?(_ fields: Fields, nitro: NitroCard?) {
    let kind = fields.choice("kind", Kind.self)
    let efa = fields.choice("efa", EFAVersion.self, allowed: [.v1, .v2, .v3, .v4])
    let cards = fields.int("cards", in: 1...10_000)
    let bandwidth: Sourced<ByteRate>? = fields.sourced("bandwidth")
    let latency: Sourced<Seconds>? = fields.sourced("latency")
    if efa != nil, let kind, kind != .efa {
      fields.error(
        "'efa' has a version, but 'kind' is \(kind.rawValue)", help: "set 'kind: efa', or leave 'efa' out",
        at: "efa")
    }
    if !fields.has("latency"), nitro?.latency == nil {
      let card = nitro.map { ", or to chips/\($0.name).yaml" } ?? ", or name a card with 'nitro:'"
      fields.error(
        "the network has no 'latency', and no Nitro card gives one", help: "add 'latency: 15 us' here\(card)")
    }
    guard let kind, let bandwidth, let latency = latency ?? nitro?.latency else { return nil }
    self.init(
      kind: kind, efaVersion: efa?.rawValue, cards: cards, bandwidth: bandwidth, latency: latency,
      burst: fields.burst(above: bandwidth))
  }
}

extension Fields {
  /// What a rate reaches for a while; a finding where that is no more than what lasts.
  fileprivate func burst(above lasting: Sourced<ByteRate>?) -> Sourced<ByteRate>? {
    let burst: Sourced<ByteRate>? = sourced("burst")
    if let burst, let lasting, burst.value <= lasting.value {
      // Who sets a rate above the burst of the file wants that rate and no burst.
      if lasting.origin.source == "--set", burst.origin.source != "--set" { return nil }
      error(
        "'burst' is \(burst.value.formatted), no more than 'bandwidth'", help: "leave it out where there is none",
        at: "burst")
    }
    return burst
  }
}

extension EBS {
  fileprivate init(_ fields: Fields) {
    let iops: Count? = fields.quantity("iops")
    let bandwidth: Sourced<ByteRate>? = fields.sourced("bandwidth")
    self.init(bandwidth: bandwidth ?? .unread(), iops: iops?.value, burst: fields.burst(above: bandwidth))
  }
}

extension LocalStorage {
  fileprivate init(_ fields: Fields) {
    let reads: Count? = fields.quantity("read_iops"), writes: Count? = fields.quantity("write_iops")
    self.init(
      drives: fields.int("drives", in: 1...100_000) ?? 1, capacity: fields.sourced("capacity") ?? .unread(),
      readIOPS: reads?.value, writeIOPS: writes?.value, readBandwidth: fields.sourced("read_bandwidth"),
      writeBandwidth: fields.sourced("write_bandwidth"))
  }
}

extension Instance {
  /// What it draws at work and at rest. Members that are described for themselves say it for the group.
  fileprivate mutating func readPower(_ fields: Fields, _ sum: Sum?) {
    let grade = fields.choice("power_grade", PowerGrade.self, allowed: [.measured, .estimated])
    powerLoad = fields.sourced("power_load") ?? sum?.powerLoad
    powerIdle = fields.sourced("power_idle") ?? sum?.powerIdle
    powerGrade = grade ?? sum?.member.powerGrade
    if fields.has("power_load"), !fields.has("power_grade") {
      fields.error(
        "nothing says how 'power_load' is known", help: "add 'power_grade: measured' or 'power_grade: estimated'",
        at: "power_load")
    } else if fields.has("power_grade"), !fields.has("power_load") {
      fields.error("'power_grade' is of 'power_load', which is not here", help: "leave it out", at: "power_grade")
    }
    // In the order in which they must not fall.
    let figures = [("power_idle", powerIdle), ("power_load", powerLoad), ("power_max", powerMax)]
    let known = figures.compactMap { key, figure in figure.map { (key, $0.value) } }
    for (lower, upper) in zip(known, known.dropFirst()) where lower.1 > upper.1 {
      let place = fields.has(lower.0) ? lower.0 : upper.0
      fields.error("'\(lower.0)' is above '\(upper.0)'", help: "are the two swapped?", at: place)
    }
  }
}

/// What a number of equal instances have together.
private struct Sum {
  var member: Instance
  var count: Int

  private func times<U>(_ figure: Sourced<Quantity<U>>) -> Sourced<Quantity<U>> {
    var origin = figure.origin
    origin.note = ["\(count) × \(member.name)", origin.note].compactMap { $0 }.joined(separator: "; ")
    return Sourced(figure.value * Double(count), origin: origin)
  }

  var host: Host {
    Host(
      cpu: member.host.cpu, vcpus: member.host.vcpus.map { $0 * count },
      cores: member.host.cores.map { $0 * count },
      memory: member.host.memory.map(times), coreSpeed: member.host.coreSpeed)
  }
  var network: Network? {
    member.network.map {
      Network(
        kind: $0.kind, efaVersion: $0.efaVersion, cards: $0.cards.map { $0 * count },
        bandwidth: times($0.bandwidth), latency: $0.latency, burst: $0.burst.map(times))
    }
  }
  var ebs: EBS? {
    member.ebs.map {
      EBS(
        bandwidth: times($0.bandwidth), iops: $0.iops.map { $0 * Double(count) }, burst: $0.burst.map(times))
    }
  }
  var localStorage: LocalStorage? {
    member.localStorage.map {
      LocalStorage(
        drives: $0.drives * count, capacity: $0.capacity, readIOPS: $0.readIOPS.map { $0 * Double(count) },
        writeIOPS: $0.writeIOPS.map { $0 * Double(count) }, readBandwidth: $0.readBandwidth.map(times),
        writeBandwidth: $0.writeBandwidth.map(times))
    }
  }
  var powerMax: Sourced<Watts>? { member.powerMax.map(times) }
  var powerLoad: Sourced<Watts>? { member.powerLoad.map(times) }
  var powerIdle: Sourced<Watts>? { member.powerIdle.map(times) }
}
