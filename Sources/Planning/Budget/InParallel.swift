import Dispatch

/// What `work` gives for each number below `count`, in order, made on all cores.
func inParallel<T: Sendable>(_ count: Int, _ work: @Sendable (Int) -> T) -> [T] {
  let made = Made<T>(count)
  DispatchQueue.concurrentPerform(iterations: count) { i in made.put(work(i), i) }
  return made.all
}

private final class Made<T: Sendable>: @unchecked Sendable {
  // Every access to the variable below holds the lock.
  private let lock = Lock()
  private var values: [T?]

  init(_ count: Int) { values = Array(repeating: nil, count: count) }

  func put(_ value: T, _ i: Int) { lock.locked { values[i] = value } }

  var all: [T] { lock.locked { values.compactMap { $0 } } }
}
