import Quantities

extension Sourced {
  /// Stands in where a finding has been noted, so that the rest of the file is read too. Never seen outside.
  static func unread<U>() -> Self where Value == Quantity<U> {
    Sourced(Quantity(1), origin: Origin(source: "", retrieved: "", location: ""))
  }
}

extension Fields {
  /// Where the file as a whole comes from.
  var origin: Origin {
    Origin(
      source: reading.source, retrieved: reading.retrieved, note: has("note") ? text("note") : nil,
      location: reading.location)
  }
}

extension Chip {
  /// - Parameter like: the chip that it names as one like it, which says what the file does not: who made it and of what kind it
  ///   is, but for its figures, which are its own or unknown.
  init(_ fields: Fields, name: String, like: Chip? = nil) {
    func rates(_ key: String) -> [DataType: Sourced<FLOPRate>] {
      fields.byType(key) { fields.sourced($0, called: $1) } ?? [:]
    }
    self.init(
      name: name,
      vendor: fields.text("vendor") ?? like?.vendor ?? "",
      summary: fields.text("summary") ?? "",
      chipClass: fields.choice("class", Class.self) ?? like?.chipClass ?? .accelerator,
      released: fields.int("released", in: 1990...2200) ?? 1990,
      devicesPerChip: fields.int("devices_per_chip", in: 1...10_000) ?? like?.devicesPerChip ?? 1,
      peak: rates("peak"),
      ceiling: rates("ceiling"),
      memoryCapacity: fields.sourced("memory_capacity") ?? .unread(),
      memoryBandwidth: fields.sourced("memory_bandwidth") ?? .unread(),
      onChipMemory: fields.sourced("on_chip_memory"),
      matrixUnit: MatrixUnit(
        rows: fields.int("matrix_tile_rows", in: 1...1_000_000) ?? like?.matrixUnit.rows ?? 1,
        columns: fields.int("matrix_tile_columns", in: 1...1_000_000) ?? like?.matrixUnit.columns ?? 1,
        units: fields.int("matrix_units", in: 1...1_000_000) ?? like?.matrixUnit.units ?? 1),
      link: fields.fields("link", Keys.link).map(Link.init),
      deviceLink: fields.fields("device_link", Keys.link).map(Link.init) ?? like?.deviceLink,
      hostLink: fields.fields("host_link", Keys.link).map(Link.init),
      powerMax: fields.sourced("power_max"),
      powerIdle: fields.sourced("power_idle"),
      disputed: fields.texts("disputed") ?? [],
      origin: fields.origin)
    // A processor is like the others; what kind of accelerator one is that does not say, nothing tells.
    architecture = fields.text("architecture") ?? like?.architecture ?? (chipClass == .cpu ? "cpu" : name)
    generation = fields.text("generation") ?? like?.generation ?? name
    flashAttention = fields.int("flash_attention", in: 1...9) ?? like?.flashAttention
    self.like = like?.name
    // Latencies are of a kind of link; few datasheets have them.
    if link?.latency == nil { link?.latency = like?.link?.latency }
    for (type, ceiling) in ceiling {
      if peak[type] == nil {
        fields.error(
          "'ceiling' has \(type.rawValue), which 'peak' has not", help: "add it to 'peak'", at: "ceiling")
      } else if let peak = peak[type], ceiling.value > peak.value {
        fields.error(
          "the ceiling for \(type.rawValue), \(ceiling.value.formatted), is above its peak, \(peak.value.formatted)",
          help: "leave out ceilings that do not bind", at: "ceiling")
      }
    }
    if let idle = powerIdle, let max = powerMax, idle.value > max.value {
      fields.error("'power_idle' is above 'power_max'", help: "are the two swapped?", at: "power_idle")
    }
  }
}

extension Link {
  fileprivate init(_ fields: Fields) {
    self.init(
      name: fields.text("name") ?? "", bandwidth: fields.sourced("bandwidth") ?? .unread(),
      latency: fields.sourced("latency"))
  }
}

/// Generations of EFA, as `efa:` names them.
enum EFAVersion: String, CaseIterable { case none, v1, v2, v3, v4 }

/// Who encrypts traffic between instances, as `encryption:` names them.
enum Encryption: String, CaseIterable { case inLine = "in-line", host }

extension NitroCard {
  init(_ fields: Fields, name: String) {
    let iops: Count? = fields.quantity("ebs_iops")
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      generation: fields.int("generation", in: 1...100) ?? 1,
      cardBandwidth: fields.sourced("card_bandwidth") ?? .unread(),
      cardBandwidthAccelerated: fields.sourced("card_bandwidth_accelerated"),
      efa: (fields.choice("efa", EFAVersion.self) ?? .none).rawValue,
      latency: fields.sourced("latency"),
      ebsBandwidth: fields.sourced("ebs_bandwidth"),
      ebsIOPS: iops?.value,
      encryptsInLine: fields.choice("encryption", Encryption.self) != .host,
      hypervisorShare: fields.fraction("hypervisor_share", fromZero: true).flatMap { share in
        if share > 0.9 {
          fields.error(
            "virtualization takes \(share) of the cores", help: "a share of at most 0.9", at: "hypervisor_share")
        }
        return share
      },
      features: fields.texts("features") ?? [],
      disputed: fields.texts("disputed") ?? [],
      origin: fields.origin)
    if let slower = cardBandwidthAccelerated, slower.value > cardBandwidth.value {
      fields.error(
        "'card_bandwidth_accelerated' is above 'card_bandwidth'",
        help: "leave it out where accelerated instances have the full rate", at: "card_bandwidth_accelerated")
    }
  }
}

extension HostCPU {
  init(_ fields: Fields, name: String) {
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      cores: fields.int("cores", in: 1...10_000),
      threadsPerCore: fields.int("threads_per_core", in: 1...16) ?? 1,
      coreSpeed: fields.sourced("core_speed"),
      released: fields.int("released", in: 1990...2200),
      disputed: fields.texts("disputed") ?? [],
      origin: fields.origin)
  }
}
