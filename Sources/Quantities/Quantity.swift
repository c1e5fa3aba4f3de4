/// A dimension an amount can have, and the spellings a file or an option may use for it.
///
/// A unit is an empty type: it exists so that seconds cannot be added to bytes.
public protocol Unit: Sendable {
  /// What the amount measures, for messages: "memory bandwidth" is a rate of bytes, so `byte rate`.
  static var dimension: String { get }
  /// Accepted spellings with their size in base units, the preferred ones for display first.
  static var spellings: [(symbol: String, scale: Double)] { get }
  /// The spellings results are shown in, smallest first.
  static var display: [(symbol: String, scale: Double)] { get }
  /// A number of base units as a short text for people.
  static func format(_ value: Double) -> String
}

/// An amount in base units (seconds, bytes, FLOP, dollars, …) that knows its dimension.
///
/// Deliberately small: same-unit arithmetic plus the named crossings in `Crossings.swift`. Generic
/// operators across units choke the type checker and hide what is being computed.
public struct Quantity<U: Unit>: Comparable, Hashable, Sendable {
  /// The amount in the unit's base.
  public var value: Double

  @inlinable public init(_ value: Double) { self.value = value }

  @inlinable public static var zero: Self { Self(0) }
  @inlinable public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
  @inlinable public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  @inlinable public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
  @inlinable public static func * (a: Self, b: Double) -> Self { Self(a.value * b) }
  @inlinable public static func * (a: Double, b: Self) -> Self { Self(a * b.value) }
  @inlinable public static func / (a: Self, b: Double) -> Self { Self(a.value / b) }
  /// A ratio of two amounts of the same kind has no unit.
  @inlinable public static func / (a: Self, b: Self) -> Double { a.value / b.value }
  @inlinable public static func += (a: inout Self, b: Self) { a.value += b.value }
}
