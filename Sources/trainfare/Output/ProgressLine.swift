import Planning
import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One line on a terminal that says how far a search or a fit is: shown after half a second, renewed five times a second.
final class ProgressLine: Sendable {
  private let start = ContinuousClock.now
  // Only `show` writes it, and a search calls that from one thread at a time.
  nonisolated(unsafe) private var last = Duration.milliseconds(300)

  /// Nil where nobody would see it.
  init?(isQuiet: Bool) {
    guard !isQuiet, isatty(2) == 1 else { return nil }
  }

  func show(_ progress: SearchProgress) {
    let elapsed = ContinuousClock.now - start
    guard elapsed - last > .milliseconds(200), progress.done < progress.parts else { return }
    last = elapsed
    _ = Descriptor.write("\r\u{1B}[K" + ProgressText.line(progress, elapsed: elapsed), to: 2)
  }

  /// A stage of something whose stages take seconds.
  func show(_ text: String) {
    last = ContinuousClock.now - start + .milliseconds(301)
    _ = Descriptor.write("\r\u{1B}[K\(text)", to: 2)
  }

  func clear() {
    if last > .milliseconds(300) { _ = Descriptor.write("\r\u{1B}[K", to: 2) }
  }
}
