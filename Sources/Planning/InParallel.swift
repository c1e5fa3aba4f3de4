import Dispatch

/// Does the same for every item, on all cores. Returns when all are done.
public func inParallel<T: Sendable>(_ items: [T], _ work: @escaping @Sendable (T) -> Void) {
  DispatchQueue.concurrentPerform(iterations: items.count) { work(items[$0]) }
}

/// The same with a result for each, in the order of the items.
public func mappedInParallel<T: Sendable, R: Sendable>(_ items: [T], _ work: @escaping @Sendable (T) -> R) -> [R] {
  let results = Results<R>(items.count)
  inParallel(Array(items.indices)) { results.set($0, work(items[$0])) }
  return results.all
}

private final class Results<R: Sendable>: @unchecked Sendable {
  // Every access to the variable below holds the lock.
  private let lock = Lock()
  private var found: [R?]

  init(_ count: Int) { found = Array(repeating: nil, count: count) }
  func set(_ i: Int, _ value: R) { lock.locked { found[i] = value } }
  var all: [R] { lock.locked { found.compactMap { $0 } } }
}
