import Quantities

extension Provider {
  /// Stands in where the provider could not be read and the reason has been noted.
  static let unread = Provider(
    name: "", title: "", summary: "", isCloud: true, hasGrids: false, homeRegion: "", nearRegions: [], list: [],
    ways: [:], dataStorage: [], checkpointStorage: "", slowNetwork: nil, disputed: [],
    origin: Origin(source: "", retrieved: "", location: ""))

  init(_ fields: Fields, name: String) {
    let ways = Self.ways(fields)
    self.init(
      name: name, title: fields.text("title") ?? name, summary: fields.text("summary") ?? "",
      isCloud: fields.bool("cloud") ?? true, hasGrids: fields.bool("grids") ?? false,
      homeRegion: fields.text("home_region") ?? "", nearRegions: fields.texts("near_regions") ?? [],
      list: Self.list(fields, ways), ways: ways, dataStorage: fields.texts("data_storage") ?? [],
      checkpointStorage: fields.text("checkpoint_storage") ?? "",
      slowNetwork: fields.fields("slow_network", Keys.slowNetwork).flatMap(SlowNetwork.init),
      disputed: fields.texts("disputed") ?? [], origin: fields.origin)
  }

  private static func ways(_ fields: Fields) -> [PricingModel: Way] {
    let models = PricingModel.allCases.filter { $0 != .owned }
    let keys = models.map { Key.may($0.rawValue, "{portions: none}") }
    guard let all = fields.fields("billing", keys) else { return [:] }
    var ways: [PricingModel: Way] = [:]
    for model in models {
      guard let one = all.fields(model.rawValue, Keys.billing) else { continue }
      ways[model] = Way(billing: Billing(one), origin: one.ownOrigin)
    }
    if models.allSatisfy({ !all.has($0.rawValue) }) {
      all.error("'billing' has no way of buying", help: "add one, such as 'on-demand: {portions: none}'")
    }
    return ways
  }

  private static func list(_ fields: Fields, _ ways: [PricingModel: Way]) -> [PricingModel] {
    let list = fields.choices("list", PricingModel.self) ?? []
    if fields.has("list"), list.isEmpty {
      fields.error("'list' names no way of buying", help: "write it like [on-demand]", at: "list")
    }
    for model in list where ways[model] == nil {
      let known = ways.keys.map(\.rawValue).sorted().joined(separator: ", ")
      fields.error(
        "'list' has \(model.rawValue), of which 'billing' says nothing", help: "it has: \(known)", at: "list")
    }
    return list
  }
}

extension Provider.SlowNetwork {
  fileprivate init?(_ fields: Fields) {
    guard let kind = fields.choice("kind", Network.Kind.self), let called = fields.text("called"),
      let lacks = fields.text("lacks")
    else { return nil }
    self.init(kind: kind, called: called, lacks: lacks)
  }
}

extension Billing {
  fileprivate init(_ fields: Fields) {
    let portions = Self.portions(fields)
    self.init(
      shortest: fields.quantity("shortest") ?? .zero, portion: portions.first,
      largerPortion: portions.dropFirst().first, mostInstances: fields.int("most_instances"),
      commitment: fields.quantity("commitment"))
    bookedAhead = fields.quantity("booked_ahead")
    isPaidUpFront = fields.bool("paid_up_front") ?? false
    guard let text = fields.text("ends_at") else { return }
    endsAt = text.hasSuffix(" UTC") ? TimeOfDay.read(String(text.dropLast(4))) : nil
    if endsAt == nil {
      fields.error("'ends_at' is \(quoted(text))", help: "write it like '11:30 UTC'", at: "ends_at")
    } else if portion == nil {
      fields.error("what has no portions has no end", help: "leave out 'ends_at', or add 'portions'", at: "ends_at")
    }
  }

  /// The word `none`, or one portion or two: the second begins where the first ends.
  private static func portions(_ fields: Fields) -> [Portion] {
    guard let tree = fields["portions"] else { return [] }
    if let word = tree.word {
      if word != "none" {
        fields.error(
          "'portions' is \(quoted(word))", help: "write 'none' where time is billed as it passes, or [{of: 1 h}]",
          at: "portions")
      }
      return []
    }
    guard let items = fields.list("portions") else { return [] }
    if !(1...2).contains(items.count) {
      fields.error("'portions' has \(items.count) entries", help: "one or two, such as [{of: 1 h}]", at: "portions")
      return []
    }
    let portions = items.compactMap { portion(Fields($0, keys: Keys.portion, reading: fields.reading)) }
    guard portions.count == 2 else { return portions }
    if let limit = portions[0].limit {
      if let last = portions[1].limit, last <= limit {
        fields.error("'portions' end before they begin", help: "the second 'up_to' is the longer one", at: "portions")
      }
    } else {
      fields.error("nothing says where the second portion begins", help: "add 'up_to' to the first", at: "portions")
    }
    if !portions[1].size.isMultiple(of: portions[0].size) || portions[1].size == portions[0].size {
      fields.error("the second portion is no whole number of the first", help: "as a week is of days", at: "portions")
    }
    return portions
  }

  private static func portion(_ fields: Fields) -> Portion? {
    guard let size: Seconds = fields.quantity("of") else { return nil }
    let limit: Seconds? = fields.quantity("up_to")
    if let limit, !limit.isMultiple(of: size) {
      fields.error("'up_to' is no whole number of 'of'", help: "as 14 d are of 1 d", at: "up_to")
    }
    return Portion(size: size, limit: limit)
  }
}

extension Seconds {
  fileprivate func isMultiple(of other: Seconds) -> Bool {
    let count = value / other.value
    return count >= 1 && count == count.rounded()
  }
}

extension Catalog {
  public func provider(_ name: String) throws(Diagnostics) -> Provider { try provider(name, at: nil) }

  /// - Parameter place: where the name was written.
  func provider(_ name: String, at place: Place?) throws(Diagnostics) -> Provider {
    if rootProblems().isEmpty, path(.providers, name) == nil {
      throw Diagnostics(
        unknown(.providers, name, at: place).all.map { found in
          var found = found
          let known = found.help.map { "\($0); " } ?? ""
          found.help = "\(known)or describe it in \(quoted("providers/\(name).yaml")) of your --configs"
          return found
        })
    }
    return try load(.providers, name, at: place) { fields in
      let provider = Provider(fields, name: name)
      for (key, names) in [
        ("data_storage", provider.dataStorage), ("checkpoint_storage", [provider.checkpointStorage]),
      ] {
        for one in names where !one.isEmpty && path(.storage, one) == nil {
          _ = fields.reading.attempt { () throws(Diagnostics) in
            try storage(one, at: (fields[key] ?? fields.tree).place)
          }
        }
      }
      return provider
    }
  }
}
