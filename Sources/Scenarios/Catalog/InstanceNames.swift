import Quantities

// Instance types by less than their name: `trn2`, `p5*`, `h100`, `H100:8`.
extension Catalog {
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

  /// `h100`, `a100` for both kinds of it, `h100:8` for a machine of eight. Machines that nobody sells come in where no other has it.
  private func instances(ofChip text: String, among all: [String]) throws(Diagnostics) -> [String] {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let chip = parts.first.map(String.init), !chip.isEmpty else { return [] }
    let chips = Set(names(.chips).filter { $0 == chip || $0.hasPrefix(chip + "-") })
    guard !chips.isEmpty else { return [] }
    let count = parts.count == 2 ? Int(parts[1]) : nil
    if parts.count == 2, count == nil { return [] }
    var found: [Instance] = []
    for name in all {
      // A file that is wrong is told of when it is asked for, not here.
      guard let one = try? instance(name), chips.contains(one.chip.name) else { continue }
      if let count, one.chips != count { continue }
      found.append(one)
    }
    let sold = Set(try prices().map(\.instance))
    let rented = found.filter { sold.contains($0.soldAs) }
    return (rented.isEmpty ? found : rented).map(\.name)
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
