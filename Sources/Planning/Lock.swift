import Dispatch

/// Lets one thread at a time do something.
struct Lock: Sendable {
  private let semaphore = DispatchSemaphore(value: 1)

  func locked<T>(_ work: () -> T) -> T {
    semaphore.wait()
    defer { semaphore.signal() }
    return work()
  }
}
