/// FNV-1a, 64 bits: tells whether a file has changed. It is no protection against anybody who wants two files to
/// look the same. Source: Fowler, Noll, Vo, IETF draft-eastlake-fnv, offset basis and prime of 64 bits.
public struct Fingerprint: Sendable, Hashable {
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  public init(_ text: String) {
    self.init()
    add(text)
  }

  /// A text and its end, so that `ab`, `c` differs from `a`, `bc`.
  public mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
    add(0xFF)
  }

  private mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// Sixteen hexadecimal digits.
  public var text: String { Self.text(value) }

  /// Whether a text can be one.
  static func isOne(_ text: String) -> Bool {
    text.utf8.count == 16 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  static func text(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Catalog {
  /// Reads a file and remembers what was in it.
  func source(_ path: String) throws(Diagnostics) -> SourceText {
    let source = try SourceFile.read(path)
    let root = roots.first { path.hasPrefix($0 + "/") }
    cache.noteFile(
      root.map { String(path.dropFirst($0.count + 1)) } ?? SourceFile.shown(path),
      Fingerprint(source.text).value, root: root)
    return source
  }

  /// Every file read so far with the fingerprint of its text, by name.
  public var filesRead: [(file: String, fingerprint: String)] {
    cache.readFiles.sorted { $0.key < $1.key }.map { ($0.key, Fingerprint.text($0.value)) }
  }

  /// The files of configurations read so far, by the folder they came from, the first one first.
  public var filesByRoot: [(root: String, files: [String])] {
    let places = Dictionary(grouping: cache.readFrom.keys) { cache.readFrom[$0] ?? "" }
    return roots.compactMap { root in places[root].map { (root, $0.sorted()) } }
  }

  /// One fingerprint of everything read so far: what results of a suite depend on besides the program.
  public var version: String {
    var all = Fingerprint()
    for (file, fingerprint) in filesRead {
      all.add(file)
      all.add(fingerprint)
    }
    for one in appliedOverrides() {
      all.add(one.path)
      all.add(one.value)
    }
    return all.text
  }
}
