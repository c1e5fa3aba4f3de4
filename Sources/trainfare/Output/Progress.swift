#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far a long command is: one line on standard error that rewrites itself, on a terminal only.
struct Progress {
  private let total: Int
  private let noun: String
  private let isShown: Bool
  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant
  private var done = 0

  /// - Parameters:
  ///   - noun: what is counted.
  ///   - quiet: shows nothing.
  init(total: Int, noun: String = "case", quiet: Bool) {
    self.total = total
    self.noun = noun
    begin = clock.now
    shown = begin
    isShown = !quiet && isatty(2) == 1 && Environment["TERM"] != "dumb"
  }

  mutating func step() {
    done += 1
    let now = clock.now
    // Ten times a second is as often as anybody looks.
    guard isShown, now - shown > .milliseconds(100) else { return }
    shown = now
    let seconds = (now - begin) / .seconds(1)
    let rate = Double(done) / max(seconds, 1e-6)
    let left = Int((Double(total - done) / rate).rounded(.up))
    let speed = rate < 10 ? "\((rate * 10).rounded() / 10)" : "\(Int(rate))"
    _ = Descriptor.write("\r\u{1B}[K\(noun) \(done) of \(total), \(speed) a second, \(left) s left", to: 2)
  }

  func end() {
    if isShown { _ = Descriptor.write("\r\u{1B}[K", to: 2) }
  }
}
