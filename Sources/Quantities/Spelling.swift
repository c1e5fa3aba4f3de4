/// Finds what a mistyped word was probably meant to be.
public enum Spelling {
  /// The closest of `words`, or nil when none is close enough to be worth suggesting.
  ///
  /// Words that differ only by case or by `-` for `_` count as equal. Otherwise a third of the letters may
  /// be wrong, so short words need to be nearly right.
  public static func nearest(to word: String, among words: some Sequence<String>) -> String? {
    ranked(word, among: words).first
  }

  /// Every word worth suggesting, closest first; ties in the order given.
  public static func ranked(_ word: String, among words: some Sequence<String>) -> [String] {
    // A pasted paragraph is nobody's typo, and the table below is quadratic.
    guard word.utf8.count <= 64 else { return [] }
    let wanted = folded(word)
    let limit = max(1, wanted.count / 3)
    var found: [(word: String, distance: Int)] = []
    for candidate in words where candidate.utf8.count <= 96 {
      let distance = editDistance(wanted, folded(candidate))
      if distance <= limit { found.append((candidate, distance)) }
    }
    // `sort` need not be stable, so the position breaks ties.
    let order = found.indices.sorted { (found[$0].distance, $0) < (found[$1].distance, $1) }
    return order.map { found[$0].word }
  }

  private static func folded(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      row.reserveCapacity(b.count + 1)
      for j in 1...b.count {
        var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, beforeLast[j - 2] + 1)
        }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
