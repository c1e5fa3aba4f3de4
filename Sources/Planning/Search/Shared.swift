import Dispatch
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the threads of one search share: which part is next, and the tallies of those that are done.
final class Shared: @unchecked Sendable {
  // Every access to the variables below holds the lock.
  private let lock = Lock()
  private var started = 0
  private var done = 0
  private var evaluated = 0
  private var tally: Tally

  init(_ tally: Tally) { self.tally = tally }

  /// The next part for a thread that is free.
  func next(below count: Int) -> Int? {
    lock.locked {
      guard started < count else { return nil }
      started += 1
      return started - 1
    }
  }

  func finished(evaluated count: Int, _ parts: Int, _ progress: (@Sendable (SearchProgress) -> Void)?) {
    lock.locked {
      done += 1
      evaluated += count
      progress?(SearchProgress(done: done, parts: parts, evaluated: evaluated))
    }
  }

  func merge(_ other: Tally) { lock.locked { tally.merge(other) } }

  var result: (tally: Tally, done: Int) { lock.locked { (tally, done) } }
}

func processorCount() -> Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
