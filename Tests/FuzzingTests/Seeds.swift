import Foundation

/// Right files of every reader, and the wrong ones that are made of them.
struct Seeds {
  private let own: [Reader: [[UInt8]]]
  private let all: [[UInt8]]

  init() {
    own = Dictionary(uniqueKeysWithValues: Reader.allCases.map { ($0, $0.seeds().sorted { $0.count < $1.count }) })
    all = Reader.allCases.flatMap { [own] in own[$0] ?? [] }
  }

  func of(_ reader: Reader) -> [[UInt8]] { own[reader] ?? [] }

  /// The file of a run. A file twice as long takes twice as long, and one change of it in so much text says less: three runs of
  /// four begin with the shorter one of two.
  func wrong(_ reader: Reader, run: UInt64) -> [UInt8] {
    var mutation = Mutation(seed: run, others: all)
    let seeds = of(reader), one = mutation.pick(seeds), other = mutation.pick(seeds)
    let isSmall = mutation.pick([true, true, true, false])
    return mutation.changed(isSmall && other.count < one.count ? other : one)
  }
}
