import Quantities

// Instance types by less than their name: `trn2`, `p5*`, `h100`, `H100:8`; and by some of their chips: `p5.48xlarge:4`, `H100:4`.
extension Catalog {
  /// A type, and how many of its chips are meant; nil where a name says nothing of that.
  func partOfInstance(_ name: String) -> (type: String, count: String)? {
    guard path(.instances, name) == nil, let colon = name.lastIndex(of: ":"), colon > name.startIndex else {
      return nil
    }
    return (String(name[..<colon]), String(name[name.index(after: colon)...]))
  }

  /// A type of which some chips do nothing; it is rented whole.
  func instance(_ type: String, using text: String, name: String) throws(Diagnostics) -> Instance {
    var built = try instance(type)
    let whole = built.idleChips > 0 ? built.soldAs : type, fits = "\(whole):1 to \(whole):\(built.chips)"
    guard let count = Int(text), count >= 1, count <= built.chips, text == "\(count)", built.idleChips == 0 else {
      throw Diagnostics(
        Diagnostic(
          .error,
          "\(quoted(name)): \(whole) has \(built.chips) chip\(built.chips == 1 ? "" : "s"), of which \(quoted(text)) is no number",
          help: built.chips == 1 ? "leave out ':\(text)'" : "write \(fits)"))
    }
    guard count < built.chips else { return built }
    built.name = name
    built.idleChips = built.chips - count
    built.assumed.append(.chipsAsked(instance: type, used: count, of: built.chips))
    return built
  }

  /// The names that a text stands for, each once, in order.
  public func instanceNames(_ texts: [String]) throws(Diagnostics) -> [String] {
    var names: [String] = []
    for text in texts {
      for name in try instanceNames(text) where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// A text that stands for none is given back: whoever looks it up says what is wrong with it.
  private func instanceNames(_ text: String) throws(Diagnostics) -> [String] {
    let all = names(.instances)
    if all.contains(text) || isVariant(text) || text.isEmpty { return [text] }
    let small = text.lowercased()
    if small.contains("*") || small.contains("?") {
      let found = all.filter { Catalog.matches($0[...], small[...]) }
      guard found.isEmpty else { return found }
      throw Diagnostics(
        Diagnostic(
          .error, "no instance type is like \(quoted(text))", help: "'*' stands for any letters: --on 'p5*'",
          at: Place(file: "--on", column: 1, lineText: text)))
    }
    // A family is what stands before the point; without one of that name, whatever begins so.
    let family = all.filter { $0.hasPrefix(small + ".") }
    if !family.isEmpty { return family }
    let ofChip = try instances(ofChip: small, among: all)
    if !ofChip.isEmpty { return ofChip }
    let beginning = small.count >= 3 ? all.filter { $0.hasPrefix(small) } : []
    return beginning.isEmpty ? [text] : beginning
  }

  /// `h100`, `a100` for both kinds of it, `h100:8` for a machine of eight, `h100:4` for half of one where none has four. Machines
  /// that nobody sells come in where no other has it.
  private func instances(ofChip text: String, among all: [String]) throws(Diagnostics) -> [String] {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let chip = parts.first.map(String.init), !chip.isEmpty else { return [] }
    let chips = Set(names(.chips).filter { $0 == chip || $0.hasPrefix(chip + "-") })
    guard !chips.isEmpty else { return [] }
    let count = parts.count == 2 ? Int(parts[1]) : nil
    if parts.count == 2, count == nil { return [] }
    // A file that is wrong is told of when it is asked for, not here.
    let found = all.compactMap { try? instance($0) }.filter { chips.contains($0.chip.name) }
    let sold = Set(try prices().map(\.instance))
    func best(_ some: [Instance]) -> [Instance] {
      let rented = some.filter { sold.contains($0.soldAs) }
      return rented.isEmpty ? some : rented
    }
    guard let count, count > 0 else { return count == nil ? best(found).map(\.name) : [] }
    let whole = best(found.filter { $0.chips == count })
    if !whole.isEmpty { return whole.map(\.name) }
    // Of larger machines the smallest that come apart evenly.
    let larger = best(found.filter { $0.chips > count && $0.chips % count == 0 })
    if let smallest = larger.map(\.chips).min() {
      return larger.filter { $0.chips == smallest }.map { "\($0.name):\(count)" }
    }
    guard let most = best(found).map(\.chips).max() else { return [] }
    let shares = (1...most).filter { most % $0 == 0 }.map(String.init).joined(separator: ", ")
    throw Diagnostics(
      Diagnostic(
        .error, "no machine has \(count) \(chip), nor parts of so many",
        help: count > most && count % most == 0
          ? "write --on \(chip):\(most) --instances \(count / most)" : "a machine can be asked for \(shares) of them",
        at: Place(file: "--on", column: 1, lineText: text)))
  }

  /// Whether a name is as a pattern says: `*` for any letters, `?` for one.
  static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
    guard let sign = pattern.first else { return name.isEmpty }
    if sign == "*" {
      // Several of them say no more than one.
      let pattern = "*" + pattern.drop { $0 == "*" }
      return matches(name, pattern.dropFirst()) || (!name.isEmpty && matches(name.dropFirst(), pattern[...]))
    }
    guard let letter = name.first, sign == "?" || sign == letter else { return false }
    return matches(name.dropFirst(), pattern.dropFirst())
  }
}
