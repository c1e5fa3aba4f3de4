import Dispatch
import Planning

/// Results of a grid by what decides them, so that a row in which an option stays the same is planned once.
final class PlannedOnce: @unchecked Sendable {
  struct Key: Hashable {
    var option: Int
    var values: [Double]
    var names: [String]
  }

  // Every access to the variable below holds the semaphore.
  private let semaphore = DispatchSemaphore(value: 1)
  private var known: [Key: OptionResult] = [:]

  func result(_ key: Key, _ plan: () -> OptionResult) -> OptionResult {
    semaphore.wait()
    let found = known[key]
    semaphore.signal()
    if let found { return found }
    let made = plan()
    semaphore.wait()
    known[key] = made
    semaphore.signal()
    return made
  }
}
