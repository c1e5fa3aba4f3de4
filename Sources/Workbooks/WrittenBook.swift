import CXlsxWriter

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A workbook that was written, looked at again: a ZIP archive (PKWARE, APPNOTE 6.3.9) of XML. libxlsxwriter first writes the XML
/// to files of its own and does not look whether they took it, so a full disk leaves an archive of XML without an end.
struct WrittenBook {
  private let file: UnsafeMutablePointer<FILE>
  private var members: [(name: String, offset: Int, size: Int, isDeflated: Bool)] = []

  /// Nil where it is no archive.
  init?(_ path: String) {
    guard let file = fopen(path, "rb") else { return nil }
    self.file = file
    guard let entries = WrittenBook.entries(file) else {
      fclose(file)
      return nil
    }
    members = entries
  }

  /// Whether every part ends as it begins, and every sheet has all of its rows.
  ///
  /// - Parameter rows: how many rows of each sheet have anything in them, by its number from 1 on.
  func isWhole(rows: [Int: Int]) -> Bool {
    defer { fclose(file) }
    var sheets = 0
    for member in members where member.name.hasSuffix(".xml") || member.name.hasSuffix(".rels") {
      var reader = PartReader()
      guard inflated(member, into: &reader), reader.isWhole else { return false }
      guard member.name.hasPrefix("xl/worksheets/sheet") else { continue }
      sheets += 1
      let number = Int(member.name.dropFirst("xl/worksheets/sheet".count).dropLast(".xml".count)) ?? 0
      guard reader.rows == rows[number] else { return false }
    }
    return sheets == rows.count
  }

  private static func entries(_ file: UnsafeMutablePointer<FILE>) -> [(String, Int, Int, Bool)]? {
    guard fseek(file, 0, SEEK_END) == 0 else { return nil }
    let size = ftell(file), tail = min(size, 65_557)
    guard let end = bytes(file, at: size - tail, tail),
      let mark = end.indices.dropLast(21).last(where: { end[$0...].starts(with: [0x50, 0x4B, 5, 6]) })
    else { return nil }
    let length = number(end, mark + 12, 4), start = number(end, mark + 16, 4)
    guard let directory = bytes(file, at: start, length) else { return nil }
    var found: [(String, Int, Int, Bool)] = [], at = 0
    while at + 46 <= directory.count, directory[at...].starts(with: [0x50, 0x4B, 1, 2]) {
      let name = number(directory, at + 28, 2)
      let next = at + 46 + name + number(directory, at + 30, 2) + number(directory, at + 32, 2)
      guard next <= directory.count else { return nil }
      found.append(
        (
          String(decoding: directory[(at + 46)..<(at + 46 + name)], as: UTF8.self), number(directory, at + 42, 4),
          number(directory, at + 20, 4), number(directory, at + 10, 2) == 8
        ))
      at = next
    }
    return found.count == number(end, mark + 10, 2) ? found : nil
  }

  private static func bytes(_ file: UnsafeMutablePointer<FILE>, at offset: Int, _ count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, fseek(file, offset, SEEK_SET) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    return fread(&bytes, 1, count, file) == count ? bytes : nil
  }

  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }

  private func inflated(
    _ member: (name: String, offset: Int, size: Int, isDeflated: Bool), into reader: inout PartReader
  )
    -> Bool
  {
    guard let head = WrittenBook.bytes(file, at: member.offset, 30) else { return false }
    let start = member.offset + 30 + WrittenBook.number(head, 26, 2) + WrittenBook.number(head, 28, 2)
    guard fseek(file, start, SEEK_SET) == 0 else { return false }
    var input = [UInt8](repeating: 0, count: 1 << 16), output = [UInt8](repeating: 0, count: 1 << 18)
    var left = member.size, stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    while left > 0 {
      let count = fread(&input, 1, min(left, input.count), file)
      guard count > 0 else { return false }
      left -= count
      guard member.isDeflated else {
        reader.read(input[..<count])
        continue
      }
      let isRead = input.withUnsafeMutableBufferPointer { from in
        stream.next_in = from.baseAddress
        stream.avail_in = UInt32(count)
        repeat {
          var code = Z_OK
          let made = output.withUnsafeMutableBufferPointer { to in
            stream.next_out = to.baseAddress
            stream.avail_out = UInt32(to.count)
            code = inflate(&stream, Z_NO_FLUSH)
            return to.count - Int(stream.avail_out)
          }
          guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return false }
          reader.read(output[..<made])
          if code == Z_STREAM_END { return left == 0 }
        } while stream.avail_out == 0
        return true
      }
      guard isRead else { return false }
    }
    return true
  }
}

/// What is looked for in a part: its first element, its end, and rows.
struct PartReader {
  private(set) var rows = 0
  private var lastRow = 0
  private var head: [UInt8] = []
  private var tail: [UInt8] = []

  private static let row = Array("<row r=\"".utf8)

  mutating func read(_ bytes: ArraySlice<UInt8>) {
    if head.count < 512 { head += bytes.prefix(512 - head.count) }
    // What was cut between two readings is looked at with the second.
    let text = tail + bytes
    text.withUnsafeBufferPointer { text in
      var at = 0
      let mark = PartReader.row
      while let found = memchr(text.baseAddress! + at, 0x3C, text.count - at) {
        let place = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - text.baseAddress!
        at = place + 1
        // A row whose number is cut is counted when the rest is there.
        guard place + mark.count + 9 <= text.count else { break }
        guard memcmp(found, mark, mark.count) == 0 else { continue }
        var number = 0
        for byte in text[(place + mark.count)...] {
          guard (48...57).contains(byte) else { break }
          number = number * 10 + Int(byte - 48)
        }
        if number != lastRow { rows += 1 }
        lastRow = number
      }
    }
    tail = Array(text.suffix(32))
  }

  /// Whether the end is that of the first element.
  var isWhole: Bool {
    let text = String(decoding: head, as: UTF8.self)
    guard let start = text.split(separator: "<").first(where: { !$0.hasPrefix("?") }) else { return false }
    let name = start.prefix { !" />\n".contains($0) }
    let end = String(decoding: tail, as: UTF8.self).reversed().drop { $0 == "\n" }.reversed().map(String.init).joined()
    return end.hasSuffix("</\(name)>") || end.hasSuffix("/>") && start.contains("/>")
  }
}
