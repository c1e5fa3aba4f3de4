import TestSupport

/// Makes wrong files out of right ones.
struct Mutation {
  private var random: SplitMix64
  private let others: [[UInt8]]

  /// - Parameter others: files that pieces are taken from.
  init(seed: UInt64, others: [[UInt8]]) { (random, self.others) = (SplitMix64(seed: seed), others) }

  /// What parsers stumble over: signs of YAML, JSON and CSV, ends of numbers, characters that are none.
  private static let words: [[UInt8]] = [
    "&a", "*a", "!!x", "? ", "|\n", ">\n", "%", "@", "`", "'", "\"", "[", "]", "{", "}", ":", ": ", ",", "-", "- ", "#",
    "~",
    "\t", "\n", "\r", "\r\n", "\u{0}", "\u{1B}[31m", "\u{85}", "\u{2028}", "\u{FEFF}", "é", "👨‍👩‍👧", "nan", "inf", "-inf",
    "0", "-0", "-1",
    "1e308", "1e-308", "5e-324", "1e999", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0x10",
    "1,5", "1_000", "00", "1:30", "null", "true", "no", "~", "../", "/", "nonsense", " T", " TB/s", " GiB", "%", "$",
    "=1+1",
    "like", "members", "kind: chip\n", "version: 2\n", "FILL_IN",
  ].map { Array($0.utf8) }

  mutating func pick<T>(_ all: [T]) -> T { all[Int(random.next() % UInt64(all.count))] }

  mutating func changed(_ seed: [UInt8]) -> [UInt8] {
    var bytes = seed
    for _ in 0...(random.next() % 5) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = Int(random.next() % UInt64(bytes.count + 1))
    let end = min(bytes.count, place + Int(random.next() % 20))
    switch random.next() % 11 {
    case 0: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
    case 1: bytes.insert(contentsOf: pick(Self.words), at: place)
    case 2: bytes.replaceSubrange(place..<end, with: pick(Self.words))
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.removeSubrange(place...)
    case 5: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 6:
      let other = pick(others), from = Int(random.next() % UInt64(other.count + 1))
      bytes.replaceSubrange(place..<end, with: other[from..<min(other.count, from + 40)])
    case 7:
      if let number = numbers(bytes).randomElement(using: &random) {
        bytes.replaceSubrange(number, with: pick(Self.words))
      }
    case 8:
      var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let (one, other) = (random.next() % UInt64(lines.count), random.next() % UInt64(lines.count))
      lines.swapAt(Int(one), Int(other))
      bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    case 9:
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      bytes += [UInt8(ascii: "\n")] + pick(lines)
    default:
      let word = pick(Self.words)
      let many = Array(repeatElement(word, count: Int(random.next() % 200)).joined())
      bytes.insert(contentsOf: many, at: min(place, bytes.count))
    }
  }

  private func numbers(_ bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = [], start: Int?
    for (index, byte) in (bytes + [0]).enumerated() {
      let isPart = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
      if isPart, start == nil { start = index }
      if !isPart, let first = start {
        found.append(first..<index)
        start = nil
      }
    }
    return found
  }
}
