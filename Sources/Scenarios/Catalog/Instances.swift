import Quantities

// Instance types: a file each, with the chip, the cards, the host and the members that it names.
extension Catalog {
  /// A type by its file's name, with parts put in place of its own (`p5.48xlarge+nitro-v6`), or some of its chips (`p5.48xlarge:4`).
  public func instance(_ name: String) throws(Diagnostics) -> Instance {
    if let (type, count) = partOfInstance(name) { return try instance(type, using: count, name: name) }
    return isVariant(name) ? try variant(name, at: nil) : try instance(name, at: nil, inside: [])
  }

  /// - Parameter inside: the groups being resolved, outermost first, to notice one that contains itself.
  func instance(_ name: String, at place: Place?, inside: [String]) throws(Diagnostics) -> Instance {
    if inside.contains(name) {
      let ring = (inside + [name]).joined(separator: " → ")
      throw Diagnostics(
        Diagnostic(
          .error, "the members go round in a circle: \(ring)", help: "name a type without members", at: place)
      )
    }
    try refuseDepth(inside, "members", at: place)
    return try load(.instances, name, at: place) { fields in
      let (chip, member) = contents(fields, name, inside)
      let cards = cards(fields, name, member), cpus = cpus(fields, name)
      let provider = fields.name("provider").flatMap { text, tree in
        fields.reading.attempt { () throws(Diagnostics) in try self.provider(text, at: tree.place) }
      }
      var built = Instance(
        fields, name: name, provider: provider, chip: chip, nitro: cards.own, cpu: cpus.own, member: member)
      if let own = cards.own ?? built.nitro, let set = cards.set {
        built = built.replacing(own, with: set)
        if set.name != own.name { built.parts.append(set.name) }
      }
      if let set = cpus.set {
        built = built.replacing(host: set)
        if set.name != cpus.own?.name { built.parts.append(set.name) }
      }
      return built
    }
  }

  /// What an instance has in it: chips, or members that have them.
  private func contents(
    _ fields: Fields, _ name: String, _ inside: [String]
  ) -> (chip: Chip?, member: (instance: Instance, count: Int)?) {
    guard let group = fields.fields("members", Keys.members) else {
      if !fields.has("chip") {
        fields.error("key 'chip' is missing", help: "add a line such as 'chip: trainium2', or 'members'")
      }
      if !fields.has("chips") {
        fields.error("key 'chips' is missing", help: "add a line such as 'chips: 16', or 'members'")
      }
      guard let (text, tree) = fields.name("chip") else { return (nil, nil) }
      return (fields.reading.attempt { () throws(Diagnostics) in try chip(text, at: tree.place) }, nil)
    }
    for key in ["chip", "chips"] where fields.has(key) {
      fields.error("'\(key)' follows from 'members'", help: "leave it out", at: key)
    }
    let count = group.int("count", in: 2...10_000) ?? 2
    guard let (text, tree) = group.name("instance") else { return (nil, nil) }
    let one = fields.reading.attempt { () throws(Diagnostics) in
      try instance(text, at: tree.place, inside: inside + [name])
    }
    guard let one else { return (nil, nil) }
    if one.members != nil {
      fields.reading.error(
        "'\(text)' has members of its own", help: "name the type that those are", at: tree)
      return (nil, nil)
    }
    return (nil, (one, count))
  }

  /// The cards that the file names, and those that `--set` puts in their place: the figures of the file are those of
  /// its own cards, so they must be known too.
  private func cards(
    _ fields: Fields, _ name: String, _ member: (instance: Instance, count: Int)?
  ) -> (own: NitroCard?, set: NitroCard?) {
    guard let (text, tree) = fields.name("nitro") else { return (nil, nil) }
    let named = fields.reading.attempt { () throws(Diagnostics) in try nitroCard(text, at: tree.place) }
    guard tree.source.isOption else { return (named, nil) }
    if let own = written(in: name, "nitro") {
      return (fields.reading.attempt { () throws(Diagnostics) in try nitroCard(own, at: nil) }, named)
    }
    if member?.instance.nitro == nil {
      let (message, help) = Self.noCards(name)
      fields.reading.error(message, help: help, at: tree)
    }
    return (nil, named)
  }

  /// The same for the host. A CPU that no file describes is text for readers, unless it looks like a slip.
  private func cpus(_ fields: Fields, _ name: String) -> (own: HostCPU?, set: HostCPU?) {
    guard let tree = fields["host"]?["cpu"], let text = tree.word, !tree.isNull else { return (nil, nil) }
    guard path(.hosts, text) != nil else {
      if !text.contains(" "), let near = Spelling.nearest(to: text, among: names(.hosts)) {
        fields.reading.error(
          "no \(CatalogKind.hosts.singular) is called \(quoted(text))",
          help: "did you mean '\(near)'? any text with a blank in it is only shown", at: tree)
      }
      return (nil, nil)
    }
    let named = fields.reading.attempt { () throws(Diagnostics) in try hostCPU(text, at: tree.place) }
    guard tree.source.isOption, fields["host"]?.source.isOption == false,
      let own = written(in: name, "host", "cpu"), path(.hosts, own) != nil
    else { return (named, nil) }
    return (fields.reading.attempt { () throws(Diagnostics) in try hostCPU(own, at: nil) }, named)
  }

  /// What the file of an instance says at a place, whatever `--set` says.
  private func written(in name: String, _ keys: String...) -> String? {
    guard let path = path(.instances, name), let source = try? source(path), var tree = try? YAMLText.parse(source)
    else { return nil }
    for key in keys {
      guard let value = tree[key] else { return nil }
      tree = value
    }
    return tree.isNull ? nil : tree.word
  }
}
