import Foundation

/// Tests that take longer than anybody wants to wait for each time: `make test-all` runs them, and so does CI.
public enum Slow {
  public static let isAsked = ProcessInfo.processInfo.environment["TRAINFARE_SLOW_TESTS"] != nil
}
