import Costing
import Operating
import Planning
import Quantities
import Scenarios

extension AskedVariable {
  /// What is meant by it here: one variable, or one for each type where a type is left open.
  ///
  /// - Parameter onlyFirst: of a type left open, the first one compared alone.
  func variables(_ scene: Scene, onlyFirst: Bool, _ option: String, _ reader: inout OptionReader) throws(Stop)
    -> [Variable]
  {
    let names = scene.asked.options.map(\.instance.name)
    if let word = Variable.ofTypes.first(where: { key == $0 || key.hasPrefix($0 + ".") }) {
      var types = onlyFirst ? Array(names.prefix(1)) : names
      if key != word {
        let type = String(key.dropFirst(word.count + 1))
        guard names.contains(type) else {
          reader.unknown(type, option, among: names)
          return []
        }
        types = [type]
      }
      var found: [Variable] = []
      for type in types {
        guard let one = ofType(word, type, scene, width: onlyFirst ? 4 : 100, option, &reader) else { break }
        found.append(one)
      }
      return found
    }
    switch key {
    case "tokens":
      let now = scene.asked.job.tokens.value
      return made("tokens", .tokens, now, (now / 10, now * 10), option, &reader) { text throws(BadEnd) in
        try amount(text, CountUnit.self)
      }
    case "deadline":
      let now = scene.size.deadline.map { $0.value / 86_400 }
      let usual = now.map { ($0 / 4, $0 * 4) }
      return made("deadline", .deadline, now, usual, option, &reader) { text throws(BadEnd) in
        try amount(text, SecondUnit.self) / 86_400
      }
    case "failure_rate":
      let known = scene.results.lazy.compactMap { $0.run?.operation?.hazards.each.perHour }.first { $0 > 0 }
      let usual = known.map { ($0 / 10, $0 * 10) }
      return made("failure_rate", .failureRate, known, usual, option, &reader) { text throws(BadEnd) in
        try amount(text, EventRateUnit.self) * 3600
      }
    case "global_batch":
      let now = Double(scene.asked.job.globalBatch)
      let usual = (max(1, (now / 8).rounded(.up)), min(1e8, now * 8))
      return made("global_batch", .globalBatch, now, usual, option, &reader) { text throws(BadEnd) in
        let value = try amount(text, CountUnit.self)
        guard value == value.rounded(), value <= 1e8 else {
          throw BadEnd(message: "'\(text)' is no batch", help: "write a whole number of sequences, such as 1024")
        }
        return value
      }
    default: return field(scene, option, &reader)
    }
  }

  /// - Parameter width: of the usual range of a price, as a ratio to what it is now.
  private func ofType(
    _ word: String, _ type: String, _ scene: Scene, width: Double, _ option: String, _ reader: inout OptionReader
  ) -> Variable? {
    let place = scene.asked.options.firstIndex { $0.instance.name == type } ?? 0
    let asked = scene.asked, instance = asked.options[place].instance
    let rate = asked.prices.offer(for: instance, asked.pricing, region: asked.region).price?.rate
    let name = "\(word) \(type)"
    if word == "price" {
      let now = rate?.perHour
      // Where nobody knows the price, from what a small processor costs to more than anything rents for.
      let usual = now.map { ($0 / width, $0 * width) } ?? (0.1, 10_000)
      return made(name, .price(type), now, usual, option, &reader) { text throws(BadEnd) in
        let isBare = text.unicodeScalars.last.map { ("0"..."9").contains($0) } ?? false
        return try amount(isBare ? text + " USD/h" : text, DollarRateUnit.self) * 3600
      }.first
    }
    guard let rate else {
      reader.problem(
        "no price of \(type) is known, so there is no \(word) on it",
        help: "add --price \(type)=USD_PER_HOUR, or use --over price.\(type)", option: option, text: self.text)
      return nil
    }
    let share: (String) throws(BadEnd) -> Double = { text throws(BadEnd) in
      let isPercent = text.hasSuffix("%")
      let value = try amount(isPercent ? String(text.dropLast()) : text, CountUnit.self, allowingZero: true)
      let part = isPercent ? value / 100 : value, isDiscount = word == "discount"
      guard part <= (isDiscount ? 0.99 : 1), isDiscount || part >= 0.01 else {
        throw BadEnd(
          message: "'\(text)' is no \(word)", help: isDiscount ? "write 0% to 99%" : "write 1% to 100%")
      }
      return part
    }
    let found: [Variable]
    if word == "discount" {
      found = made(name, .discount(type), 0, (0, 0.95), option, &reader, share)
    } else if asked.pricing == .model(.owned), scene.settings.price.rates[type] == nil,
      let owned = asked.prices.ownership(of: instance)?.utilization, let form = NumberText(NumberText.plain(owned))
    {
      // Of a machine of one's own it is the capital that idles, and no electricity.
      let path = "ownership.\(instance.soldAs).utilization"
      found = made(name, .field(path, form), owned, (0.05, 1), option, &reader, share)
    } else {
      found = made(name, .utilization(type), 1, (0.05, 1), option, &reader, share)
    }
    return found.first.map { one in
      var one = one
      one.rate = rate
      return one
    }
  }

  private func field(_ scene: Scene, _ option: String, _ reader: inout OptionReader) -> [Variable] {
    do throws(Stop) {
      let written = try scene.fileText(key)
      guard let form = (written ?? range?.low).flatMap(NumberText.init) else {
        reader.problem(
          written.map { "\(key) is '\($0)', which is no number" } ?? "the files do not say what \(key) is",
          help: written == nil ? "give a range: \(key)='1 TB/s..8 TB/s'" : "use 'trainfare sweep' for words",
          option: option, text: text)
        return []
      }
      let now = written == nil ? nil : form.number
      let found = made(key, .field(key, form), now, now.map { ($0 / 10, $0 * 10) }, option, &reader) {
        text throws(BadEnd) in
        guard let end = NumberText(text), end.unit == form.unit, end.number > 0 else {
          throw BadEnd(message: "'\(text)' does not suit", help: "write it in the unit of \(form.text(form.number))")
        }
        return end.number
      }
      for one in found { try one.check(scene, range == nil ? [one.now] : [one.low, one.high]) }
      return found.map { one in
        var one = range == nil ? one.narrowed(scene) : one
        one.isWhole = one.takesOnlyWhole(scene)
        return one
      }
    } catch {
      // What the files say against it was said of a `--set` that nobody wrote.
      for one in error.diagnostics { reader.problem(one.message, help: one.help, option: option, text: text) }
      return []
    }
  }

  /// - Parameters:
  ///   - usual: the range where none is given; nil: one has to be.
  ///   - read: the text of an end.
  private func made(
    _ name: String, _ kind: Variable.Kind, _ now: Double?, _ usual: (Double, Double)?, _ option: String,
    _ reader: inout OptionReader, _ read: (String) throws(BadEnd) -> Double
  ) -> [Variable] {
    guard let range else {
      guard let usual else {
        reader.problem(
          "what \(key) is now is not known", help: "give a range: \(key)='LOW..HIGH'", option: option, text: text)
        return []
      }
      return [Variable(key: name, kind: kind, now: now, low: usual.0, high: usual.1)]
    }
    var ends: [Double] = []
    for end in [range.low, range.high] {
      do throws(BadEnd) {
        ends.append(try read(end))
      } catch {
        reader.problem("\(key): \(error.message)", help: error.help, option: option, text: text)
      }
    }
    guard ends.count == 2 else { return [] }
    guard ends[0] < ends[1] else {
      reader.problem(
        "the range of \(key) does not rise", help: "write it like \(key)=LOW..HIGH", option: option, text: text)
      return []
    }
    return [Variable(key: name, kind: kind, now: now, low: ends[0], high: ends[1])]
  }
}

extension Variable {
  /// Ends the command where a file may not have a value that somebody asked for.
  fileprivate func check(_ scene: Scene, _ values: [Double?]) throws(Stop) {
    for value in values { if let value { _ = try scene.check(changes(value)) } }
  }

  /// The usual range, less what the file may not have: a part of 1 is not ten times 0.8.
  fileprivate func narrowed(_ scene: Scene) -> Variable {
    guard let now else { return self }
    func first(_ ends: [Double]) -> Double {
      ends.first { end in
        do {
          _ = try scene.check(changes(end))
          return true
        } catch { return false }
      } ?? now
    }
    var narrow = self
    narrow.low = first(Variable.widths.map { now / $0 })
    narrow.high = first(Variable.widths.map { now * $0 })
    return narrow
  }

  private static let widths = [10, 5, 2, 1.25, 1.1]

  /// Layers, chips: a file that takes a number and not a little more counts something.
  fileprivate func takesOnlyWhole(_ scene: Scene) -> Bool {
    let end = low == low.rounded() ? low : high
    guard end == end.rounded() else { return false }
    do {
      _ = try scene.check(changes(end == low ? end + 0.25 : end - 0.25))
      return false
    } catch { return true }
  }
}

/// Why the end of a range is none.
struct BadEnd: Error {
  var message: String
  var help: String?
}

/// An amount with its unit, in base units.
private func amount<U: Unit>(_ text: String, _ unit: U.Type, allowingZero: Bool = false) throws(BadEnd) -> Double {
  do throws(QuantityError) {
    return try Quantity<U>.parse(text, allowingZero: allowingZero).value
  } catch {
    throw BadEnd(message: error.message, help: error.help)
  }
}
