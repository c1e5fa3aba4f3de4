import Quantities

extension Posterior {
  init(_ fields: Fields) {
    let table = fields.rows("elements").map { $0.map { String(decoding: $0, as: UTF8.self) } }
    var elements: [Element] = [], means: [Double] = [], spreads: [Double] = []
    for row in table {
      guard row.count == 4, let parameter = EfficiencyParameter(key: row[0]), let scope = ParameterScope(text: row[1]),
        let mean = Double(row[2]), abs(mean) <= 50, let spread = Double(row[3]), (0...Likeness.widest).contains(spread)
      else {
        fields.error(
          "'elements' has a row that is not PARAMETER SCOPE MEAN SPREAD: \(quoted(row.joined(separator: " ")))",
          help: "means reach from -50 to 50, spreads from 0 to 10; write the file anew with 'trainfare calibrate'",
          at: "elements")
        break
      }
      elements.append(Element(parameter, scope))
      means.append(mean)
      spreads.append(spread)
    }
    let triangle = fields.rows("factor"), size = triangle.count <= Posterior.most ? triangle.count : 0
    var factor = [Double](repeating: 0, count: size * size)
    for (i, row) in triangle.enumerated() {
      let runs = row.compactMap(Posterior.run)
      // Counted before any is written out: a few words may stand for more zeros than there is memory.
      let count = runs.reduce(0) { $0 + $1.count }
      guard count == i + 1, size > 0, size <= elements.count else {
        fields.error(
          "'factor' is not a lower triangle over 'elements': row \(i + 1) has \(count) numbers from -1 to 1",
          help: "write the file anew with 'trainfare calibrate'", at: "factor")
        break
      }
      var j = i * size
      for run in runs {
        if let value = run.value { factor[j] = value }
        j += run.count
      }
    }
    self.init(
      elements: elements, means: means, spreads: spreads, correlated: size, factor: factor,
      likeness: Likeness(fields.fields("likeness", Keys.likeness)),
      rows: fields.int("rows", in: 0...1_000_000_000) ?? 0,
      data: fields.text("data") ?? "", origin: fields.origin)
  }
}

extension Posterior {
  /// How runs of zeros begin, which most of a factor is made of: `~12` are twelve.
  public static let zeros: Character = "~"

  /// Elements that hang together, at most: four times what is there.
  fileprivate static let most = 4096

  /// What a word of the factor stands for: a number from -1 to 1, or so many zeros; nil where it is neither.
  fileprivate static func run(_ word: ArraySlice<UInt8>) -> (count: Int, value: Double?)? {
    guard word.first == zeros.asciiValue else {
      let number = decimal(word) ?? Double(String(decoding: word, as: UTF8.self))
      return number.flatMap { abs($0) <= 1.0001 ? (1, $0) : nil }
    }
    return Int(String(decoding: word.dropFirst(), as: UTF8.self)).flatMap { (1...most).contains($0) ? ($0, nil) : nil }
  }

  /// A number of a few digits, as `Double` reads it: both the digits and the power of ten are exact, so their ratio is the nearest there
  /// is. Nil where it is written otherwise. A posterior is read in half of the time so.
  static func decimal(_ word: ArraySlice<UInt8>) -> Double? {
    let isNegative = word.first == UInt8(ascii: "-")
    var digits = 0.0, scale = 1.0, isPast = false, count = 0
    for byte in isNegative ? word.dropFirst() : word {
      if byte == UInt8(ascii: "."), !isPast {
        isPast = true
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        digits = digits * 10 + Double(byte - UInt8(ascii: "0"))
        if isPast { scale *= 10 }
        count += 1
      } else {
        return nil
      }
    }
    return (1...15).contains(count) ? (isNegative ? -digits : digits) / scale : nil
  }
}

extension Fields {
  /// A block of text as rows of words.
  func rows(_ key: String) -> [[ArraySlice<UInt8>]] {
    guard let (text, _) = word(key, expected: "a block of text") else { return [] }
    // By bytes: there are tens of thousands of numbers, and no word here is cut by a blank or the end of a line.
    return Array(text.utf8).split(separator: UInt8(ascii: "\n")).map { $0.split(separator: UInt8(ascii: " ")) }
      .filter { !$0.isEmpty }
  }
}
