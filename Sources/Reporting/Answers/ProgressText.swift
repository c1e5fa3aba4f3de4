import Planning
import Quantities

/// How far a search is, in words that fit a line.
public enum ProgressText {
  public static func line(_ progress: SearchProgress, elapsed: Duration) -> String {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let share = Double(progress.done) / Double(max(1, progress.parts))
    let rate = Double(progress.evaluated) / max(seconds, 1e-9) / 1e6
    let left = share > 0 ? Seconds(seconds * (1 - share) / share).formatted : "unknown"
    return "\(Figures.percent(share)) · \(Figures.grouped(progress.evaluated)) plans, "
      + "\(Figures.significant(rate)) M/s · \(left) left"
  }
}
