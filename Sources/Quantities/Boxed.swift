/// A large value that many others hold: copying what holds it copies one reference.
///
/// A copy of a value with a hundred texts in it is a hundred counts up, and code for that wherever it is made.
public final class Boxed<Value: Sendable>: Sendable {
  public let value: Value
  public init(_ value: Value) { self.value = value }
}
