import Quantities

// Names of types with parts put in place of their own: TYPE+PART+PART, a part being a Nitro card or a host CPU.
extension Catalog {
  /// Whether a name is of that kind; a file whose own name has the sign in it comes first.
  func isVariant(_ name: String) -> Bool { name.contains("+") && path(.instances, name) == nil }

  func variant(_ name: String, at place: Place?) throws(Diagnostics) -> Instance {
    let words = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    let type = words[0], parts = Array(words.dropFirst())
    var built = try instance(type, at: place, inside: [])
    var problems: [Diagnostic] = []
    func note(_ message: String, _ help: String?) {
      problems.append(Diagnostic(.error, "\(quoted(name)): \(message)", help: help, at: place))
    }
    built.name = name
    built.parts += parts
    for (index, part) in parts.enumerated() where parts[..<index].contains(part) {
      note("\(part) is put in twice", "name it once")
    }
    let cards = parts.filter { path(.nitroCards, $0) != nil }, cpus = parts.filter { path(.hosts, $0) != nil }
    for (kind, all) in [("Nitro cards", cards), ("host CPUs", cpus)] where Set(all).count > 1 {
      note("\(all.joined(separator: " and ")) are both \(kind)", "a machine has one kind of them: compare two types")
    }
    for part in parts where !cards.contains(part) && !cpus.contains(part) {
      let (message, help) = unknownPart(part)
      note(message, help)
    }
    if !cards.isEmpty, built.nitro == nil {
      let (message, help) = Self.noCards(type)
      note(message, help)
    }
    if !cpus.isEmpty, built.chip.chipClass == .cpu {
      note(
        "its host is what computes, so another cannot be put beside it", "name a type of that CPU, such as c9g.48xlarge"
      )
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    if let card = cards.first, let own = built.nitro {
      built = built.replacing(own, with: try nitroCard(card, at: place))
    }
    if let cpu = cpus.first { built = built.replacing(host: try hostCPU(cpu, at: place)) }
    return built
  }

  private func unknownPart(_ part: String) -> (String, String) {
    let cards = names(.nitroCards), cpus = names(.hosts)
    let known = "Nitro cards: \(cards.joined(separator: ", ")); host CPUs: \(cpus.joined(separator: ", "))"
    if part.isEmpty { return ("a part is missing behind '+'", known) }
    let near = Spelling.ranked(part, among: cards + cpus).prefix(3).map { "'\($0)'" }
    return (
      "no Nitro card or host CPU is called \(quoted(part))",
      (near.isEmpty ? "" : "did you mean \(near.joined(separator: " or "))? ") + known
    )
  }

  /// A figure for other cards is worked out from what the present ones do.
  static func noCards(_ type: String) -> (message: String, help: String) {
    (
      "\(type) has no Nitro cards that others could take the place of",
      "name a type with cards, such as p5.48xlarge; machines with InfiniBand or RoCE have none"
    )
  }
}
