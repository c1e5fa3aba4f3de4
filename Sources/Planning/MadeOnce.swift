/// Values that are made the first time they are asked for, from whatever thread. Two threads that ask at once may both make one;
/// they are equal.
public final class MadeOnce<Key: Hashable & Sendable, Value: Sendable>: @unchecked Sendable {
  // Every access to the variable below holds the lock.
  private let lock = Lock()
  private var made: [Key: Value] = [:]

  public init() {}

  public func value(_ key: Key, _ make: () -> Value) -> Value {
    if let known = lock.locked({ made[key] }) { return known }
    let value = make()
    lock.locked { made[key] = value }
    return value
  }
}
